// The columns that a target's batch is gathered in, used again for its next one: a target of 50,000 series would make
// megabytes of garbage with every scrape.
import type { SeriesRef } from '../store/metrics/index.ts';

const FIRST_CAPACITY = 64;
/** Of samples: a few kilobytes. */
const SMALL = 1_024;

export class BatchColumns {
  count = 0;
  refs = new Uint32Array(FIRST_CAPACITY);
  values = new Float64Array(FIRST_CAPACITY);
  /** 1 = staleness marker. */
  #stale = new Uint8Array(0);
  /** Unix ms, NaN for none; as long as the others once one sample has a time of its own. */
  #ownTimes = new Float64Array(0);
  anyOwnTime = false;

  /** Forgets what was gathered and keeps the memory. */
  clear(): void {
    this.count = 0;
    this.anyOwnTime = false;
  }

  isTooLargeFor(samples: number): boolean {
    return this.refs.length > SMALL && this.refs.length > 4 * samples;
  }

  push(ref: SeriesRef, value: number, ownTimeMs: number | undefined): void {
    const at = this.count;
    if (at === this.refs.length) this.#grow(at * 2);
    this.refs[at] = ref;
    this.values[at] = value;
    if (ownTimeMs !== undefined && !this.anyOwnTime) {
      this.anyOwnTime = true;
      if (this.#ownTimes.length < this.refs.length) this.#ownTimes = new Float64Array(this.refs.length);
      this.#ownTimes.fill(Number.NaN, 0, at);
    }
    if (this.anyOwnTime) this.#ownTimes[at] = ownTimeMs ?? Number.NaN;
    this.count = at + 1;
  }

  hasOwnTime(place: number): boolean {
    return this.anyOwnTime && !Number.isNaN(this.#ownTimes[place]);
  }

  get ownTimes(): Float64Array | undefined {
    return this.anyOwnTime ? this.#ownTimes.subarray(0, this.count) : undefined;
  }

  /** The last `ended` of the samples are ends of series; undefined where none is. */
  markedStale(ended: number): Uint8Array | undefined {
    if (ended === 0) return undefined;
    if (this.#stale.length < this.count) this.#stale = new Uint8Array(this.refs.length);
    this.#stale.fill(0, 0, this.count - ended).fill(1, this.count - ended, this.count);
    return this.#stale.subarray(0, this.count);
  }

  #grow(capacity: number): void {
    this.refs = into(this.refs, new Uint32Array(capacity));
    this.values = into(this.values, new Float64Array(capacity));
    if (this.anyOwnTime) this.#ownTimes = into(this.#ownTimes, new Float64Array(capacity));
  }
}

function into<T extends Uint32Array | Float64Array>(from: T, larger: T): T {
  larger.set(from);
  return larger;
}
