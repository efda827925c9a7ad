// Which files of samples and of summaries there are, without listing the folder for each query.
import { statSync } from 'node:fs';
import { storedWeeks } from '../seal/week-files.ts';
import { storedTiers, type TierPeriod } from '../tiers/tier-name.ts';

/** A folder that changed so shortly before it was listed may change again within the clock's tick, unnoticed. */
const TICK_MS = 1_000;
/** However little the folder says of its changes, it is listed as often. */
const MAX_AGE_MS = 10_000;

export class StoredFiles {
  readonly #dir: string;
  #mondays: readonly number[] = [];
  #tiers: readonly TierPeriod[] = [];
  #changedMs = Number.NaN;
  #listedMs = -Infinity;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Of the week files, ascending. */
  mondays(): readonly number[] {
    this.#refresh();
    return this.#mondays;
  }

  /** As it was when the folder was last looked at, which each reading of samples does. */
  mondaysSeen(): readonly number[] {
    if (Number.isNaN(this.#changedMs)) this.#refresh();
    return this.#mondays;
  }

  /** The files of summaries, finest first, then by time. */
  tiers(): readonly TierPeriod[] {
    this.#refresh();
    return this.#tiers;
  }

  #refresh(): void {
    const nowMs = Date.now();
    const changedMs = statSync(this.#dir).mtimeMs;
    const isSettled = this.#changedMs === changedMs && this.#listedMs - changedMs > TICK_MS;
    const age = nowMs - this.#listedMs;
    if (isSettled && age >= 0 && age < MAX_AGE_MS) return;
    this.#mondays = storedWeeks(this.#dir);
    this.#tiers = storedTiers(this.#dir);
    this.#changedMs = changedMs;
    this.#listedMs = nowMs;
  }
}
