// Functions of all samples in a window: the *_over_time family, changes and resets.
import { eachWindow, type RangeFunction } from '../evaluate/range-functions.ts';
import { KahanSum } from '../numbers.ts';

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

function extreme(values: Float64Array, low: number, high: number, better: (a: number, b: number) => boolean): number {
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

export const OVER_TIME_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  sum_over_time: ofValues(sum),
  avg_over_time: ofValues(average),
  min_over_time: ofValues((values, low, high) => extreme(values, low, high, (a, b) => a < b)),
  max_over_time: ofValues((values, low, high) => extreme(values, low, high, (a, b) => a > b)),
  count_over_time: ofValues((_, low, high) => high - low),
  present_over_time: ofValues(() => 1),
  last_over_time: { ...ofValues((values, _, high) => values[high - 1] ?? 0), keepsName: true },
  first_over_time: { ...ofValues((values, low) => values[low] ?? 0), keepsName: true },
  stdvar_over_time: ofValues(variance),
  stddev_over_time: ofValues((values, low, high) => Math.sqrt(variance(values, low, high))),
  changes: ofValues(changes),
  resets: ofValues(resets),
};
