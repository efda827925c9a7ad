// The writer's hold on many SQLite files: a few open at a time, damaged ones set aside, old ones removed.
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { isCorruption } from '../format.ts';
import { bringToDisk } from './bring-to-disk.ts';

const SUFFIXES = ['', '-wal', '-shm'];

type StoreFile = { readonly db: Database.Database; close(): void };

export type OpenFilesOptions<Key, File> = {
  readonly maxOpen: number;
  pathOf(key: Key): string;
  /** Opens or makes it. */
  open(path: string, key: Key): File;
  onClosed(key: Key): void;
  /** Readers must close it. */
  onRelease(key: Key): void;
  /** A damaged file has this new name. */
  onDamage(aside: string): void;
};

export class OpenFiles<Key, File extends StoreFile> {
  readonly #options: OpenFilesOptions<Key, File>;
  /** Least recently used first. */
  readonly #open = new Map<Key, File>();
  /** Files with commits that may not have reached the disk. */
  readonly #unsynced = new Set<Key>();

  constructor(options: OpenFilesOptions<Key, File>) {
    this.#options = options;
  }

  /** Opens or makes the file; a damaged one is set aside first. */
  file(key: Key): File {
    let file = this.#open.get(key);
    if (file === undefined) {
      const at = this.#options.pathOf(key);
      try {
        file = this.#options.open(at, key);
      } catch (error) {
        if (!isCorruption(error)) throw error;
        this.setAside(key);
        file = this.#options.open(at, key);
      }
    }
    this.#open.delete(key);
    this.#open.set(key, file);
    for (const [oldest] of this.#open) {
      if (this.#open.size <= this.#options.maxOpen) break;
      this.close(oldest);
    }
    return file;
  }

  /** Runs `use` on a file that is stored; one that proves damaged is set aside. */
  guard<T>(key: Key, otherwise: T, use: (file: File) => T): T {
    if (!this.#open.has(key) && !existsSync(this.#options.pathOf(key))) return otherwise;
    try {
      return use(this.file(key));
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.setAside(key);
      return otherwise;
    }
  }

  /** Runs `use` on a file, made when it is not there; a damaged one is set aside and a new one begun. */
  change<T>(key: Key, use: (file: File) => T): T {
    let result: T;
    try {
      result = use(this.file(key));
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.setAside(key);
      result = use(this.file(key));
    }
    this.#unsynced.add(key);
    return result;
  }

  /** Runs `use`, which writes, on a file that is stored; one that proves damaged is set aside. */
  amend<T>(key: Key, otherwise: T, use: (file: File) => T): T {
    return this.guard(key, otherwise, (file) => {
      this.#unsynced.add(key);
      return use(file);
    });
  }

  /** Brings every commit to the disk, so that what they replace may go. */
  sync(): void {
    for (const key of this.#unsynced) {
      this.guard(key, undefined, ({ db }) => bringToDisk(db, this.#options.pathOf(key)));
      this.#unsynced.delete(key);
    }
  }

  /** Renames a damaged file to *.corrupt; the rest goes on without it. */
  setAside(key: Key): void {
    try {
      this.close(key);
    } catch {
      // What is damaged may not even close; its name matters only.
    }
    this.#unsynced.delete(key);
    this.#options.onRelease(key);
    const file = this.#options.pathOf(key);
    if (!existsSync(file)) return;
    let aside = `${file}.corrupt`;
    for (let n = 2; existsSync(aside); n++) aside = `${file}.corrupt-${n}`;
    for (const suffix of SUFFIXES) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    this.#options.onDamage(aside);
  }

  /** False when it is still in use: Windows removes no open file. The reader lets go of it soon, and a later try removes it. */
  remove(key: Key): boolean {
    this.close(key);
    this.#unsynced.delete(key);
    this.#options.onRelease(key);
    try {
      for (const suffix of SUFFIXES) rmSync(this.#options.pathOf(key) + suffix, { force: true });
      return true;
    } catch (error) {
      if (isInUse(error)) return false;
      throw error;
    }
  }

  close(key: Key): void {
    const file = this.#open.get(key);
    this.#open.delete(key);
    this.#options.onClosed(key);
    file?.close();
  }

  closeAll(): void {
    for (const key of this.#open.keys()) this.close(key);
  }
}

/** Bytes of a file, with what SQLite has beside it. */
export function bytesOf(file: string): number {
  return SUFFIXES.reduce((sum, suffix) => sum + (statSync(file + suffix, { throwIfNoEntry: false })?.size ?? 0), 0);
}

const isInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'EPERM');
