// Puts series together from their parts: ascending, each time once, cut to the range. What depends on times only is worked
// out once for all series whose parts share their columns of times, and these share the joined column too.
import type { SeriesColumns } from '../../../promql/index.ts';
import { ColumnPool } from './columns.ts';

/** Samples of one series, ascending, each time once. The arrays may be shared and are never written to. */
export type Part = {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** 1 = staleness marker; absent when there is none. */
  readonly stale?: Uint8Array | undefined;
};

export type Columns = Omit<SeriesColumns, 'labels'>;

type Piece = { readonly part: number; readonly from: number; readonly to: number; readonly at: number };

/** How to join parts with certain columns of times. */
type Plan = {
  readonly timestamps: Float64Array;
  readonly pieces: readonly Piece[];
  /** Where the parts overlap: places in the pieces one after the other, in order of time, each time once. */
  readonly order: Uint32Array | undefined;
};

/** Plans are kept for so many shapes; a store has few. */
const MAX_PLANS = 4_096;

export class Joiner {
  readonly #minTimeMs: number;
  readonly #maxTimeMs: number;
  readonly #pool = new ColumnPool();
  readonly #numbers = new Map<Float64Array, number>();
  readonly #plans = new Map<string, Plan>();

  /** Keeps samples in (minTimeMs, maxTimeMs]. */
  constructor(minTimeMs: number, maxTimeMs: number) {
    this.#minTimeMs = minTimeMs;
    this.#maxTimeMs = maxTimeMs;
  }

  /** Parts in the order of their starts; of a time that is there twice the first counts. Undefined when nothing lies in the range. */
  join(parts: readonly Part[]): Columns | undefined {
    const plan = this.#planFor(parts);
    const { timestamps, pieces, order } = plan;
    const [first] = pieces;
    if (first === undefined) return undefined;
    if (pieces.length === 1) {
      const { values, stale } = parts[first.part]!;
      return {
        timestamps,
        values: values.subarray(first.from, first.to),
        stale: marked(stale?.subarray(first.from, first.to)),
      };
    }
    const last = pieces.at(-1)!;
    const total = last.at + last.to - last.from;
    const values = order === undefined ? this.#pool.take(total) : new Float64Array(total);
    let stale: Uint8Array | undefined;
    for (const { part, from, to, at } of pieces) {
      const source = parts[part]!;
      values.set(source.values.subarray(from, to), at);
      if (source.stale === undefined) continue;
      stale ??= new Uint8Array(total);
      stale.set(source.stale.subarray(from, to), at);
    }
    if (order === undefined) return { timestamps, values, stale: marked(stale) };
    return { timestamps, values: picked(values, order), stale: stale && marked(pickedFlags(stale, order)) };
  }

  #planFor(parts: readonly Part[]): Plan {
    let key = '';
    for (const { timestamps } of parts) {
      let number = this.#numbers.get(timestamps);
      if (number === undefined) this.#numbers.set(timestamps, (number = this.#numbers.size));
      key += `${number},`;
    }
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      if (this.#plans.size >= MAX_PLANS) {
        this.#plans.clear();
        this.#numbers.clear();
        return this.#plan(parts);
      }
      plan = this.#plan(parts);
      this.#plans.set(key, plan);
    }
    return plan;
  }

  #plan(parts: readonly Part[]): Plan {
    const pieces: Piece[] = [];
    let total = 0;
    let isOrdered = true;
    let lastTime = -Infinity;
    for (const [part, { timestamps }] of parts.entries()) {
      const from = after(timestamps, this.#minTimeMs);
      const to = after(timestamps, this.#maxTimeMs);
      if (from >= to) continue;
      if (timestamps[from]! <= lastTime) isOrdered = false;
      lastTime = Math.max(lastTime, timestamps[to - 1]!);
      pieces.push({ part, from, to, at: total });
      total += to - from;
    }
    const [only] = pieces;
    if (pieces.length === 1 && only !== undefined) {
      return { timestamps: parts[only.part]!.timestamps.subarray(only.from, only.to), pieces, order: undefined };
    }
    const timestamps = new Float64Array(total);
    for (const { part, from, to, at } of pieces) timestamps.set(parts[part]!.timestamps.subarray(from, to), at);
    if (isOrdered) return { timestamps, pieces, order: undefined };
    // Late samples make chunks overlap, and a chunk sealed this moment shows in the head too.
    const sorted = Uint32Array.from({ length: total }, (_, i) => i).toSorted(
      (a, b) => timestamps[a]! - timestamps[b]! || a - b,
    );
    const order = sorted.filter((at, i) => i === 0 || timestamps[sorted[i - 1]!] !== timestamps[at]);
    return { timestamps: picked(timestamps, order), pieces, order };
  }
}

/** How many of the ascending times are not after `timeMs`. */
export function after(timestamps: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timestamps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timestamps[middle]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

const picked = (column: Float64Array, order: Uint32Array): Float64Array =>
  Float64Array.from(order, (at) => column[at]!);

const pickedFlags = (flags: Uint8Array, order: Uint32Array): Uint8Array => Uint8Array.from(order, (at) => flags[at]!);

const marked = (flags: Uint8Array | undefined): Uint8Array | undefined =>
  flags?.includes(1) === true ? flags : undefined;
