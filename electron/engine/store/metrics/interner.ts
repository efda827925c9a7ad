// Refs of label sets on the caller's thread, and which of them the writer does not know yet.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { SeriesDefinition } from './protocol.ts';

/**
 * A label set that nobody asked for or appended to for so long is no longer interned; its ref stays good: the writer
 * knows it, and one that is started anew is told the series' id in its place.
 */
export const IDLE_MS = 24 * 3_600_000;

/** A target that makes new label sets at each scrape must not fill the memory before the store refuses them. */
export type InternerLimits = { readonly maxKeys: number; readonly maxKeyChars: number };

export class Interner {
  #limits: InternerLimits;
  readonly #refByKey = new Map<string, number>();
  /** By ref; the id of the stored series once the labels are forgotten, undefined when there was none. */
  readonly #keys: (string | number | undefined)[] = [];
  /** Hours since the first use, by ref. */
  #usedAt = new Uint32Array(1024);
  #undefined: SeriesDefinition[] = [];
  #keyChars = 0;
  /** Stands for all that is over the limits: never defined, so that the writer counts its samples as refused. */
  #refused: number | undefined;

  constructor(limits: InternerLimits = { maxKeys: Infinity, maxKeyChars: Infinity }) {
    this.#limits = limits;
  }

  /** For label sets that come from now on. */
  setMaxKeys(maxKeys: number): void {
    this.#limits = { ...this.#limits, maxKeys };
  }

  /** Refs are 0, 1, 2, ... */
  ref(labels: Labels, atMs: number): number {
    const { key } = labels;
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
    this.#usedAt[ref] = hour(atMs);
    return ref;
  }

  known({ key }: Labels, atMs: number): number | undefined {
    const ref = this.#refByKey.get(key);
    if (ref !== undefined) this.#usedAt[ref] = hour(atMs);
    return ref;
  }

  get count(): number {
    return this.#keys.length;
  }

  /** Marks refs as used. */
  touch(refs: Uint32Array, atMs: number): void {
    const now = hour(atMs);
    for (const ref of refs) this.#usedAt[ref] = now;
  }

  /** Definitions that the writer has not got, to go with the next batch. */
  takeUndefined(): SeriesDefinition[] {
    const taken = this.#undefined;
    this.#undefined = [];
    return taken;
  }

  /** A new writer knows no refs. */
  defineAllAgain(): void {
    this.#undefined = this.#keys.flatMap((key, ref): SeriesDefinition[] => {
      if (key === undefined) return [];
      return [typeof key === 'string' ? { ref, labelsKey: key } : { ref, id: key }];
    });
  }

  /** Refs whose label sets are to be forgotten; the writer knows all of them. */
  idle(atMs: number): Uint32Array<ArrayBuffer> {
    const limit = hour(atMs - IDLE_MS);
    const waiting = new Set(this.#undefined.map(({ ref }) => ref));
    const idle: number[] = [];
    this.#keys.forEach((key, ref) => {
      if (typeof key === 'string' && this.#usedAt[ref]! < limit && !waiting.has(ref)) idle.push(ref);
    });
    return Uint32Array.from(idle);
  }

  /** `ids` are the series' ids, 0 where nothing was ever stored. A ref that was used meanwhile is kept. */
  forget(refs: Uint32Array, ids: Float64Array, atMs: number): void {
    const limit = hour(atMs - IDLE_MS);
    refs.forEach((ref, i) => {
      const key = this.#keys[ref];
      if (typeof key !== 'string' || this.#usedAt[ref]! >= limit) return;
      this.#keys[ref] = ids[i] === 0 ? undefined : ids[i];
      this.#keyChars -= key.length;
      this.#refByKey.delete(key);
    });
  }
}

/** Times are monotonic: a clock that leaps makes nothing idle. */
const hour = (atMs: number): number => Math.max(0, Math.floor(atMs / 3_600_000));
