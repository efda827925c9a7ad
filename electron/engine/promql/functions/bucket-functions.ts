// The functions of a window that can be answered from summaries of the buckets it is made of, without the samples.
import type { Windows } from '../evaluate/windows.ts';
import { KahanSum } from '../numbers.ts';
import type { SummaryField, SummarySeries } from '../storage.ts';
import { extrapolationFactor, type WindowEnds } from './extrapolate.ts';

/** Leaves values, and 1 in `present`, at the steps from <= i < to that have a value; called with ascending steps. */
export type BucketEvaluator = (values: Float64Array, present: Uint8Array, from: number, to: number) => void;

export type BucketFunction = {
  readonly fields: readonly SummaryField[];
  readonly keepsName?: boolean;
  /** An infinite answer may be an overflow that the samples, added in their own order, do not have. */
  readonly mayOverflow?: boolean;
  /** `bounds` are those of the buckets; a window is from bounds[low] to bounds[high]. */
  bind(series: SummarySeries, windows: Windows, bounds: Float64Array): BucketEvaluator;
};

const NONE = new Float64Array();

/** What is combined from the buckets that have samples, one after the other. */
function combined(
  field: SummaryField,
  columnOf: (series: SummarySeries) => Float64Array | undefined,
  combine: (column: Float64Array, counts: Float64Array, low: number, high: number) => number,
  mayOverflow = false,
): BucketFunction {
  return {
    fields: [field],
    mayOverflow,
    bind: (series, { low, high }) => {
      const { counts } = series;
      const column = columnOf(series) ?? NONE;
      return (values, present, from, to) => {
        for (let step = from; step < to; step++) {
          let first = low[step]!;
          const end = high[step]!;
          while (first < end && counts[first] === 0) first++;
          if (first === end) continue;
          values[step] = combine(column, counts, first, end);
          present[step] = 1;
        }
      };
    },
  };
}

/** `low` is a bucket that has samples. Any number is preferred to NaN, and of equals the first is kept. */
function lowest(column: Float64Array, counts: Float64Array, low: number, high: number): number {
  let best = column[low]!;
  for (let i = low + 1; i < high; i++) {
    const value = column[i]!;
    if (counts[i] !== 0 && (value < best || Number.isNaN(best))) best = value;
  }
  return best;
}

function highest(column: Float64Array, counts: Float64Array, low: number, high: number): number {
  let best = column[low]!;
  for (let i = low + 1; i < high; i++) {
    const value = column[i]!;
    if (counts[i] !== 0 && (value > best || Number.isNaN(best))) best = value;
  }
  return best;
}

function sumOf(column: Float64Array, counts: Float64Array, low: number, high: number): number {
  // Adding 0 turns -0 into 0, as a sum that begins at 0 does.
  if (high - low === 1) return column[low]! + 0;
  const total = new KahanSum();
  for (let i = low; i < high; i++) if (counts[i] !== 0) total.add(column[i]!);
  return total.total;
}

function countOf(_: Float64Array, counts: Float64Array, low: number, high: number): number {
  let count = 0;
  for (let i = low; i < high; i++) count += counts[i]!;
  return count;
}

function lastOf(column: Float64Array, counts: Float64Array, low: number, high: number): number {
  let last = high - 1;
  while (last > low && counts[last] === 0) last--;
  return column[last]!;
}

/** What resets took from a counter: each amount belongs to a bucket, or to the step from the bucket before into it. */
type Loss = { readonly bucket: number; readonly between: boolean; readonly amount: number };

function lossesOf(series: SummarySeries): Loss[] {
  const { counts, firstValues = NONE, lastValues = NONE, corrections = NONE } = series;
  const losses: Loss[] = [];
  let before = Number.NaN;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (counts[bucket] === 0) continue;
    if (firstValues[bucket]! < before) losses.push({ bucket, between: true, amount: before });
    if (corrections[bucket] !== 0) losses.push({ bucket, between: false, amount: corrections[bucket]! });
    before = lastValues[bucket]!;
  }
  return losses;
}

function extrapolated(counter: boolean, perSecond: boolean): BucketFunction {
  return {
    fields: counter ? ['first', 'last', 'corrections'] : ['first', 'last'],
    bind: (series, { low, high }, bounds) => {
      const { counts, firstTimes = NONE, firstValues = NONE, lastTimes = NONE, lastValues = NONE } = series;
      const losses = counter ? lossesOf(series) : [];
      const ends: WindowEnds = { count: 0, firstMs: 0, firstValue: 0, lastMs: 0, startMs: 0, endMs: 0 };
      let firstLoss = 0;
      return (values, present, from, to) => {
        for (let step = from; step < to; step++) {
          let first = low[step]!;
          let last = high[step]! - 1;
          while (first <= last && counts[first] === 0) first++;
          while (last > first && counts[last] === 0) last--;
          ends.count = 0;
          for (let i = first; i <= last; i++) ends.count += counts[i]!;
          if (ends.count < 2) continue;
          ends.firstMs = firstTimes[first]!;
          ends.lastMs = lastTimes[last]!;
          ends.firstValue = firstValues[first]!;
          ends.startMs = bounds[low[step]!]!;
          ends.endMs = bounds[high[step]!]!;
          let change = lastValues[last]! - ends.firstValue;
          // Windows only move forward. What was lost on the way into the first bucket was lost before the window.
          while (firstLoss < losses.length && isBefore(losses[firstLoss]!, first)) firstLoss++;
          for (let i = firstLoss; i < losses.length && losses[i]!.bucket <= last; i++) change += losses[i]!.amount;
          const factor = extrapolationFactor(ends, change, counter);
          values[step] = change * (perSecond ? factor / ((ends.endMs - ends.startMs) / 1_000) : factor);
          present[step] = 1;
        }
      };
    },
  };
}

function isBefore({ bucket, between }: Loss, first: number): boolean {
  return bucket < first || (between && bucket === first);
}

const SUM = combined('sum', (series) => series.sums, sumOf, true);
const COUNT: BucketFunction = { ...combined('last', () => undefined, countOf), fields: [] };

const BY_NAME: Readonly<Record<string, BucketFunction>> = {
  rate: extrapolated(true, true),
  increase: extrapolated(true, false),
  delta: extrapolated(false, false),
  sum_over_time: SUM,
  avg_over_time: combined(
    'sum',
    (series) => series.sums,
    (column, counts, low, high) => sumOf(column, counts, low, high) / countOf(column, counts, low, high),
    true,
  ),
  min_over_time: combined('min', (series) => series.mins, lowest),
  max_over_time: combined('max', (series) => series.maxs, highest),
  count_over_time: COUNT,
  present_over_time: {
    ...combined(
      'last',
      () => undefined,
      () => 1,
    ),
    fields: [],
  },
  last_over_time: { ...combined('last', (series) => series.lastValues, lastOf), keepsName: true },
};

export const BUCKET_FUNCTIONS: ReadonlyMap<string, BucketFunction> = new Map(Object.entries(BY_NAME));

/** An instant selector: the newest sample of the window, unless the series has ended since. */
export function newestInBuckets(read: 'value' | 'time'): BucketFunction {
  return {
    fields: ['last'],
    keepsName: true,
    bind: (series, { low, high }) => {
      const { counts, endsStale } = series;
      const source = (read === 'value' ? series.lastValues : series.lastTimes) ?? NONE;
      const scale = read === 'value' ? 1 : 1_000;
      return (values, present, from, to) => {
        for (let step = from; step < to; step++) {
          const after = low[step]! - 1;
          let newest = high[step]! - 1;
          while (newest > after && counts[newest] === 0 && endsStale?.[newest] !== 1) newest--;
          if (newest === after || endsStale?.[newest] === 1) continue;
          values[step] = source[newest]! / scale;
          present[step] = 1;
        }
      };
    },
  };
}
