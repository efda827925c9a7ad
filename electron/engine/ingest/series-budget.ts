// How many series one target may have: within a day, and new ones within a month, so that a label that is another one at
// each scrape takes neither the memory nor the series of all other targets.
import type { SeriesRef } from '../store/metrics/index.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** New series of a month, times the limit: targets are restarted and renamed. */
const MONTHLY = 4;

/** Stands for every series that is refused: it is never appended. */
export const REFUSED_REF: SeriesRef = 0xffff_ffff;

export class SeriesBudget {
  readonly #admitted = new Set<SeriesRef>();
  #admittedSinceMs: number | undefined;
  /** Of the last days, the newest last. */
  #newByDay: number[] = [0];

  /** Whether a new series may come: a ref for it costs memory, so it is asked for before there is one. */
  hasRoom(limit: number): boolean {
    const newOnes = this.#newByDay.reduce((sum, count) => sum + count, 0);
    return this.#admitted.size < limit && newOnes < limit * MONTHLY;
  }

  /** False when the target already has as many series as it may. */
  admit(ref: SeriesRef, limit: number): boolean {
    if (this.#admitted.has(ref)) return true;
    if (!this.hasRoom(limit)) return false;
    this.#admitted.add(ref);
    this.#newByDay[this.#newByDay.length - 1]! += 1;
    return true;
  }

  /** Once a day only the series of the last batch still count. `atMs` is monotonic. */
  pass(atMs: number, current: Uint32Array): void {
    this.#admittedSinceMs ??= atMs;
    if (atMs - this.#admittedSinceMs < DAY_MS) return;
    this.#admittedSinceMs = atMs;
    const staying = current.filter((ref) => this.#admitted.has(ref));
    this.#admitted.clear();
    for (const ref of staying) this.#admitted.add(ref);
    this.#newByDay = [...this.#newByDay.slice(1 - DAYS), 0];
  }
}
