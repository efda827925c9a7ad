// Finds and reads the files that a list of paths and globs (`*`, `?`, `[...]`) means.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RuleProblem } from './problem.ts';

const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Each file once, those of a glob sorted; a glob may match nothing. */
export function filesOf(patterns: readonly string[]): string[] {
  return [...new Set(patterns.flatMap((pattern) => (isGlob(pattern) ? matching(pattern) : [pattern])))];
}

const isGlob = (text: string): boolean => /[*?[]/.test(text);

/** A folder may be called `[lab]`: what is there under its very name is not taken for a pattern. */
function matching(pattern: string): string[] {
  if (existsSync(pattern)) return [pattern];
  let folder = path.dirname(pattern);
  while (isGlob(folder) && !existsSync(folder)) folder = path.dirname(folder);
  return globSync(path.relative(folder, pattern), { cwd: folder })
    .map((file) => path.join(folder, file))
    .toSorted();
}

/** The file's text, or why it cannot be read. */
export function readText(file: string): string | RuleProblem {
  try {
    const stat = statSync(file);
    // Reading a pipe would wait for whoever writes to it, and a device may never end.
    if (!stat.isFile()) throw new Error(stat.isDirectory() ? 'it is a folder' : 'it is no regular file');
    const { size } = stat;
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = missing ? 'no such file' : error instanceof Error ? error.message : String(error);
    return { file, line: 0, column: 0, field: '', message: `the rule file cannot be read: ${reason}` };
  }
}
