// The JSON files of a folder, each read again only when it has changed.
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const MAX_FILES = 200;
const MAX_FILE_BYTES = 1024 * 1024;

export type ReadFile<T> = { readonly file: string; readonly content: T };

export class JsonFolder<T> {
  readonly #dir: string;
  readonly #parse: (text: string) => T;
  readonly #failed: (reason: string) => T;
  /** By name: what was made of the file as it was at that time and size. */
  #known = new Map<string, { readonly stamp: string; readonly content: T }>();

  /** `parse` throws nothing; what cannot be read at all is given to `failed`. */
  constructor(dir: string, parse: (text: string) => T, failed: (reason: string) => T) {
    this.#dir = dir;
    this.#parse = parse;
    this.#failed = failed;
  }

  /** By name, at most the first 200; a folder that is not there is empty. */
  async read(): Promise<ReadFile<T>[]> {
    const names = (await readdir(this.#dir).catch(() => []))
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .toSorted()
      .slice(0, MAX_FILES);
    const known = new Map<string, { readonly stamp: string; readonly content: T }>();
    for (const name of names) known.set(name, await this.#readOne(name));
    this.#known = known;
    return names.flatMap((name) => {
      const one = known.get(name);
      return one === undefined ? [] : [{ file: path.join(this.#dir, name), content: one.content }];
    });
  }

  async #readOne(name: string): Promise<{ stamp: string; content: T }> {
    const file = path.join(this.#dir, name);
    try {
      const found = await stat(file);
      const stamp = `${found.mtimeMs} ${found.size}`;
      const before = this.#known.get(name);
      if (before?.stamp === stamp) return before;
      // Reading a pipe would wait for whoever writes to it.
      if (!found.isFile()) return { stamp, content: this.#failed('it is no regular file') };
      if (found.size > MAX_FILE_BYTES) {
        return { stamp, content: this.#failed(`it has ${found.size} bytes; at most ${MAX_FILE_BYTES} are read`) };
      }
      return { stamp, content: this.#parse(await readFile(file, 'utf8')) };
    } catch (error) {
      return { stamp: '', content: this.#failed(error instanceof Error ? error.message : String(error)) };
    }
  }
}
