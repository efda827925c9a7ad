// Which week files there are, without listing the folder for each query.
import { statSync } from 'node:fs';
import { storedWeeks } from '../seal/week-files.ts';

/** A folder that changed so shortly before it was listed may change again within the clock's tick, unnoticed. */
const TICK_MS = 1_000;
/** However little the folder says of its changes, it is listed as often. */
const MAX_AGE_MS = 10_000;

export class StoredWeeks {
  readonly #dir: string;
  #mondays: readonly number[] = [];
  #changedMs = Number.NaN;
  #listedMs = -Infinity;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Their Mondays, ascending. */
  mondays(): readonly number[] {
    const nowMs = Date.now();
    const changedMs = statSync(this.#dir).mtimeMs;
    const isSettled = this.#changedMs === changedMs && this.#listedMs - changedMs > TICK_MS;
    const age = nowMs - this.#listedMs;
    if (isSettled && age >= 0 && age < MAX_AGE_MS) return this.#mondays;
    this.#mondays = storedWeeks(this.#dir);
    this.#changedMs = changedMs;
    this.#listedMs = nowMs;
    return this.#mondays;
  }
}
