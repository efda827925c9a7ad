// Reads linewarden.yml and checks it against the schema.
import { lstatSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readInlineRouting, readRoutingFile } from './alertmanager.ts';
import type { ReadRouting } from './alertmanager.ts';
import { ConfigError, firstProblems, schemaProblems } from './problems.ts';
import { configSchema } from './schema.ts';
import type { LinewardenConfig } from './schema.ts';
import { readYaml } from './yaml.ts';

const MAX_CONFIG_BYTES = 1024 * 1024;
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
  const { config, routing } = readConfig(text, file, baseDir);
  const { alertmanager_config_file: own } = config;
  if (own === undefined) return { config, baseDir, file: absolute, text, routing };
  const ownFile = path.resolve(baseDir, own);
  const read = readRoutingFile(readText(ownFile, ownFile), ownFile, path.dirname(ownFile));
  return { config, baseDir, file: absolute, text, routing: read };
}

function readText(absolute: string, file: string): string {
  const refuse = (reason: string): never => {
    throw new ConfigError([
      { file, line: 0, column: 0, field: '', message: `the config file cannot be read: ${reason}` },
    ]);
  };
  let bytes: Buffer;
  try {
    const stat = statSync(absolute);
    // Reading a pipe would wait for whoever writes to it.
    if (!stat.isFile()) return refuse(stat.isDirectory() ? 'it is a folder' : 'it is no regular file');
    if (stat.size > MAX_CONFIG_BYTES) return refuse(`it has ${stat.size} bytes; at most ${MAX_CONFIG_BYTES} are read`);
    bytes = readFileSync(absolute);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return refuse(REASONS[code] ?? (code === '' ? String(error) : code));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('it is not UTF-8; save it with that encoding');
  }
}

const REASONS: Partial<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'no permission',
};

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
