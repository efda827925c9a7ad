// What is kept of exporters over a restart of ours: templates, sampling and names, so that the first packet is understood.
import type { Domain, Exporter } from './exporter.ts';
import type { Announced } from './sampling.ts';
import type { TemplateCache } from './template-cache.ts';
import { restoreTemplate, type KeptTemplate } from './template.ts';
import type { ToldApplication, ToldInterface } from './told-names.ts';

export type KeptDomain = {
  readonly version: 9 | 10;
  readonly id: number;
  readonly bootMs: number;
  readonly sysInitMs: number;
  readonly sampling: readonly Announced[];
  readonly templates: readonly (KeptTemplate & { readonly usedMs: number })[];
};

export type KeptExporter = {
  readonly address: string;
  readonly domains: readonly KeptDomain[];
  readonly interfaces: readonly ToldInterface[];
  readonly applications: readonly ToldApplication[];
};

/** Its start as two headers tell it; more apart it was restarted, and its numbers may mean other things now. */
const SAME_BOOT_MS = 60_000;
const UPTIME_WRAP = 4_294_967_296;

/** `unheard`: its domains of the run before that have not sent since. */
export function keptOf(exporter: Exporter, unheard: Iterable<KeptDomain> = []): KeptExporter | undefined {
  const domains: KeptDomain[] = [...unheard];
  for (const { version, id, bootMs, sysInitMs = 0, sampling, templates } of exporter.domains.values()) {
    if (version === 5) continue;
    const kept = [...templates]
      // Which of two processes behind one address comes back under which port, nobody knows.
      .filter(([key, { template }]) => key === template.id)
      .map(
        ([
          ,
          {
            usedMs,
            template: { id: templateId, layout, scopeFields, options },
          },
        ]) => ({
          id: templateId,
          layout,
          scopeFields,
          options,
          usedMs,
        }),
      );
    if (kept.length > 0) {
      domains.push({ version, id, bootMs, sysInitMs, sampling: sampling.announced, templates: kept });
    }
  }
  if (domains.length === 0) return undefined;
  const { address, names } = exporter;
  return { address, domains, interfaces: names.interfaces(), applications: names.applications() };
}

export function restoreNames(exporter: Exporter, kept: KeptExporter): void {
  for (const { index, name, comment } of kept.interfaces) exporter.names.tellInterface(index, name, comment);
  for (const { id, name } of kept.applications) exporter.names.tellApplication(id, name);
}

/** Called with the first packet of a domain, before its body is read. */
export function restoreDomain(
  exporter: Exporter,
  domain: Domain,
  kept: KeptDomain,
  cache: TemplateCache,
  { bootMs, port, nowMs }: { readonly bootMs: number; readonly port: number; readonly nowMs: number },
): void {
  if (bootMs !== 0 && kept.bootMs !== 0 && !isSameBoot(bootMs, kept.bootMs)) return;
  if (kept.sysInitMs > 0) domain.sysInitMs = kept.sysInitMs;
  for (const { ratio, ...scope } of kept.sampling) domain.sampling.announce(ratio, scope);
  for (const one of kept.templates) {
    const template = restoreTemplate(one, kept.version);
    if (template !== undefined) cache.store(exporter, domain, template, port, { packet: 0, nowMs });
  }
}

function isSameBoot(one: number, other: number): boolean {
  const apart = (((one - other) % UPTIME_WRAP) + UPTIME_WRAP) % UPTIME_WRAP;
  return Math.min(apart, UPTIME_WRAP - apart) <= SAME_BOOT_MS;
}
