// Which days have small chunks that wait to be merged: found at the start, then kept up to date as chunks are sealed.
import type { WeekFile } from '../seal/week-file.ts';
import { DAY_MS, dayStartMs } from '../week.ts';

/** Late samples of a day come in for an hour, and wait for two to be sealed at the most. */
const CALM_MS = 2 * 3_600_000;

export class DueDays {
  readonly #days = new Set<number>();

  /** A chunk was sealed. */
  add(startMs: number): void {
    this.#days.add(dayStartMs(startMs));
  }

  addAll(file: WeekFile): void {
    for (const { startMs } of file.smallChunks(-Infinity, Infinity)) this.add(startMs);
  }

  /** Nothing waits there any more. */
  done(dayMs: number): void {
    this.#days.delete(dayMs);
  }

  /** Whether one begins in [fromMs, toMs). */
  anyIn(fromMs: number, toMs: number): boolean {
    return this.in(fromMs, toMs).length > 0;
  }

  /** Those that begin in [fromMs, toMs), oldest first. */
  in(fromMs: number, toMs: number): number[] {
    return [...this.#days].filter((day) => day >= fromMs && day < toMs).toSorted((a, b) => a - b);
  }

  /** Days that are over for some time, oldest first. */
  due(nowMs: number): number[] {
    return [...this.#days].filter((day) => day + DAY_MS + CALM_MS <= nowMs).toSorted((a, b) => a - b);
  }
}
