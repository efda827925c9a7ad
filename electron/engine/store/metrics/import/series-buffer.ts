// One series' samples as an import reads them, until they are written.
import type { Samples } from '../compact/samples.ts';
import { dayStartMs } from '../week.ts';

const FIRST_CAPACITY = 64;

/** Of an import: samples at the time of another one of their series, with another value; the first of them is kept. */
export type Conflicts = { count: number };

export class SeriesBuffer {
  /** The number that the series has in the store. */
  readonly id: number;
  /** Samples since the last time they were taken. */
  count = 0;
  #timestamps = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #last = -Infinity;
  #isAscending = true;
  readonly #conflicts: Conflicts;

  constructor(id: number, conflicts: Conflicts) {
    this.id = id;
    this.#conflicts = conflicts;
  }

  /** Unix milliseconds, whole. */
  push(timeMs: number, value: number): void {
    const at = this.count;
    if (at === this.#timestamps.length) this.#grow();
    this.#timestamps[at] = timeMs;
    this.#values[at] = value;
    this.count = at + 1;
    if (timeMs <= this.#last) this.#isAscending = false;
    this.#last = timeMs;
  }

  /** Takes all samples out, ascending, each time once: of a time that is there twice the first counts. */
  take(): Samples {
    const samples = { timestamps: this.#timestamps.slice(0, this.count), values: this.#values.slice(0, this.count) };
    const taken = this.#isAscending ? samples : ascending(samples, this.#conflicts);
    // What one large series needed is not kept for every other.
    this.#timestamps = new Float64Array(FIRST_CAPACITY);
    this.#values = new Float64Array(FIRST_CAPACITY);
    this.count = 0;
    this.#isAscending = true;
    this.#last = -Infinity;
    return taken;
  }

  /** The same, but for the day of the newest sample, which may still go on. */
  takeOverDays(): Samples {
    const { timestamps, values } = this.take();
    const midnightMs = timestamps.length === 0 ? 0 : dayStartMs(timestamps.at(-1)!);
    let end = timestamps.length;
    while (end > 0 && timestamps[end - 1]! > midnightMs) end--;
    for (let i = end; i < timestamps.length; i++) this.push(timestamps[i]!, values[i]!);
    return { timestamps: timestamps.subarray(0, end), values: values.subarray(0, end) };
  }

  #grow(): void {
    this.#timestamps = doubled(this.#timestamps);
    this.#values = doubled(this.#values);
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

function ascending({ timestamps, values }: Samples, conflicts: Conflicts): Samples {
  const order = Uint32Array.from(timestamps, (_, i) => i).toSorted((a, b) => timestamps[a]! - timestamps[b]! || a - b);
  let first = -1;
  const kept = order.filter((at) => {
    if (first >= 0 && timestamps[first] === timestamps[at]) {
      if (!Object.is(values[first], values[at])) conflicts.count++;
      return false;
    }
    first = at;
    return true;
  });
  return {
    timestamps: Float64Array.from(kept, (at) => timestamps[at]!),
    values: Float64Array.from(kept, (at) => values[at]!),
  };
}
