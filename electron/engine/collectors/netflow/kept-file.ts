// The file in which the flow thread keeps what it knows of exporters over a restart. A damaged one is as good as none.
import { readFileSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { KeptDomain, KeptExporter } from './decoder/index.ts';

const FORMAT = 1;
/** 4,096 templates of 22 fields are 1 MB. */
const MAX_FILE_BYTES = 8 * 1_024 * 1_024;
/** What nobody used for so long is not worth a misunderstanding. */
const MAX_AGE_MS = 7 * 86_400_000;

export function loadKept(file: string, nowMs: number): KeptExporter[] {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return [];
    return parseKept(readFileSync(file, 'utf8'), nowMs);
  } catch {
    return [];
  }
}

/** Writes beside the file and renames, so that a crash leaves the old one. */
export async function saveKept(file: string, exporters: readonly KeptExporter[]): Promise<void> {
  const written = `${file}.new`;
  await writeFile(written, formatKept(exporters), { mode: 0o600, signal: AbortSignal.timeout(10_000) });
  await rename(written, file);
}

export function formatKept(exporters: readonly KeptExporter[]): string {
  return JSON.stringify({
    format: FORMAT,
    exporters: exporters.map(({ domains, ...rest }) => ({
      ...rest,
      domains: domains.map(({ templates, ...domain }) => ({
        ...domain,
        templates: templates.map(({ layout, ...template }) => ({
          ...template,
          layout: Buffer.from(layout).toString('base64'),
        })),
      })),
    })),
  });
}

/** Throws for what is no such file; what is wrong in single entries is left out. */
export function parseKept(text: string, nowMs: number): KeptExporter[] {
  const root = asObject(JSON.parse(text));
  if (root['format'] !== FORMAT) return [];
  return asArray(root['exporters']).flatMap((each) => {
    const { address, domains, interfaces, applications } = asObject(each);
    if (typeof address !== 'string') return [];
    const kept = asArray(domains).flatMap((domain) => parseDomain(asObject(domain), nowMs));
    if (kept.length === 0) return [];
    return [
      {
        address,
        domains: kept,
        interfaces: asArray(interfaces).flatMap((one) => {
          const { index, name, comment } = asObject(one);
          if (!isCount(index) || typeof name !== 'string' || typeof comment !== 'string') return [];
          return [{ index, name, comment }];
        }),
        applications: asArray(applications).flatMap((one) => {
          const { id, name } = asObject(one);
          return isCount(id) && typeof name === 'string' ? [{ id, name }] : [];
        }),
      },
    ];
  });
}

function parseDomain(domain: Fields, nowMs: number): KeptDomain[] {
  const { version, id, bootMs, sysInitMs } = domain;
  if ((version !== 9 && version !== 10) || !isCount(id) || typeof bootMs !== 'number' || !isCount(sysInitMs)) return [];
  const templates = asArray(domain['templates']).flatMap((one) => {
    const { id: templateId, scopeFields, options, usedMs, layout } = asObject(one);
    if (!isCount(templateId) || !isCount(scopeFields) || !isCount(usedMs)) return [];
    if (typeof options !== 'boolean' || typeof layout !== 'string' || nowMs - usedMs > MAX_AGE_MS) return [];
    return [{ id: templateId, scopeFields, options, usedMs, layout: Uint8Array.from(Buffer.from(layout, 'base64')) }];
  });
  const sampling = asArray(domain['sampling']).flatMap((one) => {
    const { ratio, samplerId, interfaceIndex } = asObject(one);
    if (typeof ratio !== 'number' || !(ratio >= 1)) return [];
    return [
      {
        ratio,
        ...(isCount(samplerId) ? { samplerId } : {}),
        ...(isCount(interfaceIndex) ? { interfaceIndex } : {}),
      },
    ];
  });
  return templates.length === 0 ? [] : [{ version, id, bootMs, sysInitMs, sampling, templates }];
}

type Fields = Readonly<Record<string, unknown>>;
const asObject = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
