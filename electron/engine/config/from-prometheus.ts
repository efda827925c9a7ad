// Turns a prometheus.yml into a config of ours: keys that mean the same are taken, all else is left out and told by line.
import path from 'node:path';
import { z } from 'zod';
import { scrapeConfigsSchema } from '../collectors/scrape/index.ts';
import { ConfigError, fieldName, firstProblems, schemaProblems } from './problems.ts';
import { configSchema } from './schema.ts';
import { readYaml } from './yaml.ts';
import type { YamlSource } from './yaml.ts';

export type ConvertedConfig = {
  readonly config: Readonly<Record<string, unknown>>;
  /** One line for each thing that is left out or means something else: `file:line:column: field: why`. */
  readonly notes: readonly string[];
  readonly jobs: number;
  readonly jobsFound: number;
};

type Raw = Record<string, unknown>;
type FieldPath = readonly PropertyKey[];

const isMapping = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of other programs that Linewarden is, or has in another form. */
const OTHER_SECTIONS: Partial<Record<string, string>> = {
  storage: "Prometheus's own storage; see storage in docs/config.md for retention",
  remote_read: 'reading from other servers is not taken',
  tracing: 'tracing is not taken',
  otlp: 'receiving OTLP is not taken',
  runtime: 'it concerns the Go runtime',
};

/** Throws ConfigError where the text is no YAML. */
export function convertPrometheusConfig(
  text: string,
  place: { readonly file: string; readonly folder: string; readonly outputFolder: string },
): ConvertedConfig {
  const read = readYaml(text);
  if ('problems' in read) {
    throw new ConfigError(firstProblems(read.problems.map((problem) => ({ file: place.file, field: '', ...problem }))));
  }
  const source: YamlSource = read;
  const root = structuredClone(source.value ?? {});
  const notes: { line: number; text: string }[] = [];
  const note = (field: FieldPath, why: string): void => {
    const { line, column } = source.placeOf(field, 'key');
    notes.push({ line, text: `${place.file}:${line}:${column}: ${fieldName(field)}: ${why}` });
  };
  const config: Raw = {};
  const raw = isMapping(root) ? root : {};
  const moved = (name: unknown): unknown => movedFile(name, place.folder, place.outputFolder);
  // Prometheus's own defaults, where ours are others.
  config['global'] = taken(configSchema.shape.global, ['global'], {
    scrape_interval: '1m',
    evaluation_interval: '1m',
    ...(isMapping(raw['global']) ? withTextLabels(raw['global']) : {}),
  });
  const jobs: unknown[] = [];
  const found = Array.isArray(raw['scrape_configs']) ? (raw['scrape_configs'] as unknown[]) : [];
  for (const [i, job] of found.entries()) {
    const kept = taken(scrapeConfigsSchema, ['scrape_configs', i], [withMovedFiles(job, moved)], true);
    if (Array.isArray(kept)) jobs.push(...kept);
  }
  if (jobs.length > 0) config['scrape_configs'] = jobs;
  for (const key of ['rule_files', 'scrape_config_files'] as const) {
    const files: unknown = raw[key];
    if (Array.isArray(files) && files.length > 0) config[key] = files.map(moved);
  }
  const alertmanager = alertmanagerOf(raw['alerting'], note);
  if (alertmanager !== undefined) config['alertmanager'] = alertmanager;
  const done = new Set(['global', 'scrape_configs', 'rule_files', 'scrape_config_files', 'alerting']);
  for (const key of Object.keys(raw)) {
    if (done.has(key)) continue;
    const schema =
      Object.hasOwn(configSchema.shape, key) && key.startsWith('remote_write') ? sectionOf(key) : undefined;
    const kept = schema === undefined ? undefined : taken(schema, [key], withMovedFiles(raw[key], moved));
    if (kept !== undefined) config[key] = kept;
    else if (schema === undefined) note([key], `left out: ${OTHER_SECTIONS[key] ?? 'this section is not taken'}`);
  }
  const ordered = notes.toSorted((a, b) => a.line - b.line).map(({ text: line }) => line);
  return { config, notes: ordered, jobs: jobs.length, jobsFound: found.length };

  /** The value without the keys that are not taken; undefined where it cannot be taken at all. */
  function taken(schema: z.ZodType, field: FieldPath, value: unknown, isOneOfList = false): unknown {
    const full = (inner: FieldPath): FieldPath => [...field, ...(isOneOfList ? inner.slice(1) : inner)];
    for (let round = 0; round < 100; round++) {
      const { error } = schema.safeParse(value);
      if (error === undefined) return value;
      const refused = error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({ at: [...issue.path, key], why: 'left out: Linewarden does not know it' }))
          : issue.code === 'invalid_type' && issue.expected === 'never'
            ? [{ at: issue.path, why: `left out: ${issue.message.replace(/^nothing here: /, '')}` }]
            : [],
      );
      if (refused.length === 0) {
        const [problem] = [...schemaProblems(schema, error.issues, { ...source, value }, place.file)];
        note(field, `left out as a whole: ${problem?.field ?? ''} ${problem?.message ?? ''}`);
        return undefined;
      }
      for (const { at, why } of refused) {
        note(full(at), why);
        remove(value, at);
      }
    }
    return undefined;
  }
}

const sectionOf = (key: string): z.ZodType | undefined =>
  (configSchema.shape as Record<string, unknown>)[key] as z.ZodType | undefined;

function remove(value: unknown, at: FieldPath): void {
  let here: unknown = value;
  for (const part of at.slice(0, -1)) here = (here as Record<PropertyKey, unknown>)[part];
  delete (here as Record<PropertyKey, unknown>)[at.at(-1) ?? ''];
}

/** YAML's numbers and booleans are texts in labels. */
function withTextLabels(global: Raw): Raw {
  const labels = global['external_labels'];
  if (!isMapping(labels)) return global;
  const texts = Object.entries(labels).map(([name, value]) => [name, String(value)] as const);
  return { ...global, external_labels: Object.fromEntries(texts) };
}

function movedFile(name: unknown, folder: string, outputFolder: string): unknown {
  if (typeof name !== 'string' || name === '' || path.isAbsolute(name) || folder === outputFolder) return name;
  return path.relative(outputFolder, path.resolve(folder, name)).replaceAll(path.sep, '/');
}

/** Every `..._file` and the `files` of file_sd_configs, at any depth. */
function withMovedFiles(value: unknown, moved: (name: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withMovedFiles(each, moved));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key.endsWith('_file')) return [key, moved(inner)];
      if (key === 'files' && Array.isArray(inner)) return [key, inner.map(moved)];
      return [key, key === 'labels' || key === 'params' ? inner : withMovedFiles(inner, moved)];
    }),
  );
}

/** Alerts go on to the Alertmanagers that Prometheus told of them. */
function alertmanagerOf(alerting: unknown, note: (field: FieldPath, why: string) => void): Raw | undefined {
  if (!isMapping(alerting)) return undefined;
  for (const key of Object.keys(alerting)) {
    if (key !== 'alertmanagers') note(['alerting', key], 'left out: labels of alerts are not rewritten');
  }
  const groups = Array.isArray(alerting['alertmanagers']) ? (alerting['alertmanagers'] as unknown[]) : [];
  const urls = groups.flatMap((group, i): string[] => {
    if (!isMapping(group)) return [];
    for (const key of Object.keys(group)) {
      if (['static_configs', 'scheme', 'path_prefix'].includes(key)) continue;
      note(
        ['alerting', 'alertmanagers', i, key],
        'left out: write it into http_config of alertmanager_configs, or name the address',
      );
    }
    const statics = Array.isArray(group['static_configs']) ? (group['static_configs'] as unknown[]) : [];
    const { path_prefix: given = '', scheme = 'http' } = group;
    const prefix = typeof given === 'string' ? given.replace(/\/$/, '') : '';
    return statics.flatMap((one) =>
      isMapping(one) && Array.isArray(one['targets'])
        ? one['targets'].map((target) => `${scheme === 'https' ? 'https' : 'http'}://${String(target)}${prefix}`)
        : [],
    );
  });
  if (urls.length === 0) return undefined;
  return {
    // That Alertmanager groups and waits: nothing is held back here.
    route: {
      receiver: 'alertmanager',
      group_by: ['...'],
      group_wait: '0s',
      group_interval: '1m',
      repeat_interval: '1h',
    },
    receivers: [{ name: 'alertmanager', alertmanager_configs: urls.map((url) => ({ url })) }],
  };
}
