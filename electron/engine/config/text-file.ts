// Reads a config file's text: bounded, in UTF-8, and never from what could make it wait.
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from './problems.ts';

const MAX_CONFIG_BYTES = 1024 * 1024;

/** `file` is only named in problems. Throws ConfigError. */
export function readText(absolute: string, file: string): string {
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
