// Reads linewarden.yml and checks it against the schema.
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { readInlineRouting, readRoutingFile } from './alertmanager.ts';
import type { ReadRouting } from './alertmanager.ts';
import { ConfigError, firstProblems, schemaProblems } from './problems.ts';
import { configSchema } from './schema.ts';
import { withScrapeFiles } from './scrape-files.ts';
import type { LinewardenConfig } from './schema.ts';
import { readText } from './text-file.ts';
import { readYaml } from './yaml.ts';

const CONFIG_FILE = 'linewarden.yml';

export type LoadedConfig = {
  readonly config: LinewardenConfig;
  /** Relative paths inside the config start here. */
  readonly baseDir: string;
  readonly file: string | undefined;
  readonly text: string;
  /** Undefined where the operator wrote none. */
  readonly routing: ReadRouting | undefined;
};

/** The config that is used where none is named: `linewarden.yml` in the data dir, if there is one. */
export function configFileIn(dataDir: string): string | undefined {
  const file = path.join(dataDir, CONFIG_FILE);
  try {
    // A link to nowhere is a config that cannot be read, not one that is absent.
    return lstatSync(file, { throwIfNoEntry: false }) === undefined ? undefined : file;
  } catch {
    // Whether it is there cannot be seen; loading it will say why.
    return file;
  }
}

/** The rule files that the config names, as absolute paths or globs. */
export const ruleFilesOf = ({ config, baseDir }: LoadedConfig): string[] =>
  config.rule_files.map((pattern) => path.resolve(baseDir, pattern));

/** Loads and checks the file; without one, the defaults. Throws ConfigError. */
export function loadConfig(file: string | undefined): LoadedConfig {
  if (file === undefined) {
    return { config: configSchema.parse({}), baseDir: process.cwd(), file: undefined, text: '', routing: undefined };
  }
  const absolute = path.resolve(file);
  const text = readText(absolute, file);
  const baseDir = path.dirname(absolute);
  const { config: main, routing } = readConfig(text, file, baseDir);
  const config = withScrapeFiles(main, file, baseDir);
  const { alertmanager_config_file: own } = config;
  if (own === undefined) return { config, baseDir, file: absolute, text, routing };
  const ownFile = path.resolve(baseDir, own);
  const read = readRoutingFile(readText(ownFile, ownFile), ownFile, path.dirname(ownFile));
  return { config, baseDir, file: absolute, text, routing: read };
}

/** Checks the text of a config; `file` is only named in problems. Throws ConfigError. */
export const parseConfig = (text: string, file: string): LinewardenConfig =>
  readConfig(text, file, process.cwd()).config;

function readConfig(text: string, file: string, baseDir: string): Pick<LoadedConfig, 'config' | 'routing'> {
  const source = readYaml(text);
  if ('problems' in source) {
    throw new ConfigError(firstProblems(source.problems.map((problem) => ({ file, field: '', ...problem }))));
  }
  const result = configSchema.safeParse(withoutEmptySections(source.value ?? {}));
  if (result.success) {
    const hasRouting = result.data.alertmanager !== undefined;
    return { config: result.data, routing: hasRouting ? readInlineRouting(source, file, baseDir) : undefined };
  }
  throw new ConfigError(firstProblems(schemaProblems(configSchema, result.error.issues, source, file)));
}

/** A section's name with nothing after it is the section left out, as in Prometheus: its content may be commented out. */
function withoutEmptySections(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([name, section]) => section !== null || !Object.hasOwn(configSchema.shape, name)),
  );
}
