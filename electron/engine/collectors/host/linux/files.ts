// Reads the small files of /proc and /sys, below a root that tests replace by recorded ones.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Absent, or there but empty of meaning for this device (an interface that is down has no speed). */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'EINVAL', 'ENODEV', 'ENXIO', 'EOPNOTSUPP', 'EACCES', 'EPERM', 'EIO']);

export class HostFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  path(...parts: readonly string[]): string {
    return path.join(this.#root, ...parts);
  }

  /** The whole file; throws when it cannot be read. These files live in memory: reading one takes microseconds. */
  text(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), 'utf8');
  }

  /** The file, or undefined where there is none or it says nothing. */
  optional(...parts: readonly string[]): string | undefined {
    try {
      return this.text(...parts);
    } catch (error) {
      if (NOTHING.has(codeOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  number(...parts: readonly string[]): number | undefined {
    const text = this.optional(...parts)?.trim();
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    return Number.isNaN(value) ? undefined : value;
  }

  list(...parts: readonly string[]): string[] {
    try {
      return readdirSync(this.path(...parts)).toSorted();
    } catch (error) {
      if (NOTHING.has(codeOf(error) ?? '')) return [];
      throw error;
    }
  }
}

/** The lines of a file, without the empty last one. */
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

export const fieldsOf = (line: string): string[] => line.trim().split(/\s+/);
