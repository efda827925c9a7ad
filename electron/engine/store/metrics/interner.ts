// Refs of label sets on the caller's thread, and which of them the writer does not know yet.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { SeriesDefinition } from './protocol.ts';

/** A label set that nobody asked for or appended to for so long is no longer interned; its ref stays good. */
export const IDLE_MS = 24 * 3_600_000;

/** A target that makes new label sets at each scrape must not fill the memory before the store refuses them. */
export type InternerLimits = { readonly maxKeys: number; readonly maxKeyChars: number };

export class Interner {
  #limits: InternerLimits;
  readonly #refByKey = new Map<string, number>();
  /** By ref; undefined once forgotten. */
  readonly #keys: (string | undefined)[] = [];
  /** Hours since the first use, by ref. */
  #usedAt = new Uint32Array(1024);
  #undefined: SeriesDefinition[] = [];
  #keyChars = 0;
  /** Stands for all that is over the limits: never defined, so that the writer counts its samples as refused. */
  #refused: number | undefined;

  constructor(limits: InternerLimits = { maxKeys: Infinity, maxKeyChars: Infinity }) {
    this.#limits = limits;
  }

  /** Refs are 0, 1, 2, ... */
  ref(labels: Labels, nowMs: number): number {
    const { key } = labels;
  /** For label sets that come from now on. */
  setMaxKeys(maxKeys: number): void {
    this.#limits = { ...this.#limits, maxKeys };
  }

    let ref = this.#refByKey.get(key);
    if (ref === undefined) {
      const { maxKeys, maxKeyChars } = this.#limits;
      if (this.#refByKey.size >= maxKeys || this.#keyChars + key.length > maxKeyChars) {
        return (this.#refused ??= this.#keys.push(undefined) - 1);
      }
      this.#keyChars += key.length;
      ref = this.#keys.length;
      this.#refByKey.set(key, ref);
      this.#keys.push(key);
      this.#undefined.push({ ref, labelsKey: key });
      if (ref >= this.#usedAt.length) {
        const grown = new Uint32Array(Math.max(ref + 1, this.#usedAt.length * 2));
        grown.set(this.#usedAt);
        this.#usedAt = grown;
      }
    }
    this.#usedAt[ref] = hour(nowMs);
    return ref;
  }

  get count(): number {
    return this.#keys.length;
  }

  /** Marks refs as used. */
  touch(refs: Uint32Array, nowMs: number): void {
    const now = hour(nowMs);
    for (const ref of refs) this.#usedAt[ref] = now;
  }

  /** Definitions that the writer has not got, to go with the next batch. */
  takeUndefined(): readonly SeriesDefinition[] {
    const taken = this.#undefined;
    this.#undefined = [];
    return taken;
  }

  /** A new writer knows no refs. */
  defineAllAgain(): void {
    this.#undefined = this.#keys.flatMap((labelsKey, ref) => (labelsKey === undefined ? [] : [{ ref, labelsKey }]));
  }

  forgetIdle(nowMs: number): void {
    const limit = hour(nowMs - IDLE_MS);
    const waiting = new Set(this.#undefined.map(({ ref }) => ref));
    this.#keys.forEach((key, ref) => {
      if (key === undefined || this.#usedAt[ref]! >= limit || waiting.has(ref)) return;
      this.#keys[ref] = undefined;
      this.#keyChars -= key.length;
      this.#refByKey.delete(key);
    });
  }
}

const hour = (timeMs: number): number => Math.max(0, Math.floor(timeMs / 3_600_000));
