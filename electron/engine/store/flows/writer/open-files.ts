// The files that are written: opened when they are needed, set aside when they are damaged.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { FlowFile, isCorruption } from '../files/flow-file.ts';
import { type TierFile, tierFileOfName } from '../files/tier-files.ts';

const COMPANIONS = ['', '-wal', '-shm'];
/** Yesterday's late minutes, today's, its week's and its year's. */
const MAX_OPEN = 6;

export class OpenFiles {
  readonly dir: string;
  readonly #onSetAside: (name: string) => void;
  readonly #open = new Map<string, FlowFile>();

  constructor(dir: string, onSetAside: (name: string) => void) {
    this.dir = dir;
    this.#onSetAside = onSetAside;
    mkdirSync(dir, { recursive: true });
  }

  /** Runs with the file, once more with a new one when it proves damaged. */
  use<T>({ name }: TierFile, run: (file: FlowFile) => T): T {
    try {
      return run(this.#get(name));
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.setAside(name);
      return run(this.#get(name));
    }
  }

  setAside(name: string): void {
    this.forget(name);
    const file = path.join(this.dir, name);
    let aside = `${file}.corrupt`;
    for (let n = 2; existsSync(aside); n++) aside = `${file}.${n}.corrupt`;
    if (existsSync(file)) renameSync(file, aside);
    for (const companion of COMPANIONS.slice(1)) rmSync(file + companion, { force: true });
    this.#onSetAside(name);
  }

  list(): (TierFile & { readonly bytes: number })[] {
    const files: (TierFile & { readonly bytes: number })[] = [];
    for (const name of readdirSync(this.dir)) {
      const file = tierFileOfName(name);
      if (file !== undefined) files.push({ ...file, bytes: this.#bytesOf(name) });
    }
    return files.toSorted((a, b) => a.startS - b.startS);
  }

  unlink(name: string): void {
    this.forget(name);
    for (const companion of COMPANIONS) rmSync(path.join(this.dir, name + companion), { force: true });
  }

  forget(name: string): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
  }

  close(): void {
    for (const name of this.#open.keys()) this.forget(name);
  }

  #get(name: string): FlowFile {
    let file = this.#open.get(name);
    if (file === undefined) {
      file = FlowFile.forWriting(path.join(this.dir, name));
    } else {
      this.#open.delete(name);
    }
    // In the order of their last use.
    this.#open.set(name, file);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN) break;
      this.forget(oldest);
    }
    return file;
  }

  #bytesOf(name: string): number {
    let bytes = 0;
    for (const companion of COMPANIONS) {
      bytes += statSync(path.join(this.dir, name + companion), { throwIfNoEntry: false })?.size ?? 0;
    }
    return bytes;
  }
}
