// Functions of all samples in a window: the *_over_time family, changes and resets.
import { eachWindow, type RangeFunction } from '../evaluate/range-functions.ts';
import { KahanSum } from '../numbers.ts';
import { exactPrefixSums, overlapMuch, slidingExtreme } from './sliding.ts';

/** A function that only looks at the window's values. */
function ofValues(compute: (values: Float64Array, low: number, high: number) => number): RangeFunction {
  return eachWindow(
    1,
    ({ values }) =>
      (low, high) =>
        compute(values, low, high),
  );
}

function sum(values: Float64Array, low: number, high: number): number {
  const total = new KahanSum();
  for (let i = low; i < high; i++) total.add(values[i] ?? 0);
  return total.total;
}

/** The sum over the count, or from where the sum overflows a running mean. */
export function average(values: Float64Array, low: number, high: number): number {
  const total = new KahanSum(values[low] ?? 0);
  let i = low + 1;
  for (; i < high; i++) {
    const { sum: before, compensation } = total;
    total.add(values[i] ?? 0);
    if (total.sum !== Infinity && total.sum !== -Infinity) continue;
    total.sum = before;
    total.compensation = compensation;
    break;
  }
  if (i === high) return total.sum / (high - low) + total.compensation / (high - low);
  const mean = new KahanSum(total.sum / (i - low));
  mean.compensation = total.compensation / (i - low);
  for (; i < high; i++) {
    const count = i - low + 1;
    const kept = (count - 1) / count;
    mean.sum *= kept;
    mean.compensation *= kept;
    mean.add((values[i] ?? 0) / count);
  }
  return mean.sum + mean.compensation;
}

type Better = (a: number, b: number) => boolean;

function extreme(values: Float64Array, low: number, high: number, better: Better): number {
  let best = values[low] ?? 0;
  for (let i = low + 1; i < high; i++) {
    const value = values[i] ?? 0;
    if (better(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
}

function variance(values: Float64Array, low: number, high: number): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  for (let i = low; i < high; i++) {
    const value = values[i] ?? 0;
    const difference = value - (mean.sum + mean.compensation);
    mean.add(difference / (i - low + 1));
    squares.add(difference * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / (high - low);
}

function changes(values: Float64Array, low: number, high: number): number {
  let count = 0;
  for (let i = low + 1; i < high; i++) {
    const value = values[i] ?? 0;
    const before = values[i - 1] ?? 0;
    if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) count++;
  }
  return count;
}

function resets(values: Float64Array, low: number, high: number): number {
  let count = 0;
  for (let i = low + 1; i < high; i++) if ((values[i] ?? 0) < (values[i - 1] ?? 0)) count++;
  return count;
}

/** Whole numbers need no compensation: the sums of all windows come from one pass. */
function summing(
  compute: (values: Float64Array, low: number, high: number) => number,
  ofExact: (sum: number, count: number) => number,
): RangeFunction {
  const plain = ofValues(compute);
  return {
    ...plain,
    bind: (series, windows) => {
      const { low, high } = windows;
      const sums = overlapMuch(windows, series.values.length) ? exactPrefixSums(series.values) : undefined;
      if (sums === undefined) return plain.bind(series, windows);
      return (result, from, to) => {
        for (let step = from; step < to; step++) {
          const count = high[step]! - low[step]!;
          if (count > 0) result[step] = ofExact(sums[high[step]!]! - sums[low[step]!]!, count);
        }
      };
    },
  };
}

function extremeOf(wantsHighest: boolean): RangeFunction {
  const better: Better = wantsHighest ? (a, b) => a > b : (a, b) => a < b;
  const plain = ofValues((values, low, high) => extreme(values, low, high, better));
  return {
    ...plain,
    bind: (series, windows) =>
      overlapMuch(windows, series.values.length)
        ? slidingExtreme(series.values, windows, wantsHighest)
        : plain.bind(series, windows),
  };
}

export const OVER_TIME_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  sum_over_time: summing(sum, (total) => total),
  avg_over_time: summing(average, (total, count) => total / count),
  min_over_time: extremeOf(false),
  max_over_time: extremeOf(true),
  count_over_time: ofValues((_, low, high) => high - low),
  present_over_time: ofValues(() => 1),
  last_over_time: { ...ofValues((values, _, high) => values[high - 1] ?? 0), keepsName: true },
  first_over_time: { ...ofValues((values, low) => values[low] ?? 0), keepsName: true },
  stdvar_over_time: ofValues(variance),
  stddev_over_time: ofValues((values, low, high) => Math.sqrt(variance(values, low, high))),
  changes: ofValues(changes),
  resets: ofValues(resets),
};
