// Functions of a window that take parameters or fit a line: quantile_over_time, deriv, predict_linear.
import { invalidQuantile } from '../annotations.ts';
import { applyRangeFunction, eachWindow, type RangeFunction } from '../evaluate/range-functions.ts';
import type { RangeSeries } from '../evaluate/values.ts';
import { KahanSum, quantileOfSorted, sortNanFirst } from '../numbers.ts';
import { argStart, type VectorFunction } from './invocation.ts';

/** Least squares over samples low <= i < high; the intercept is the line's value at `originMs`, the slope is per second. */
function linearRegression(
  { timestamps, values }: RangeSeries,
  low: number,
  high: number,
  originMs: number,
): { slope: number; intercept: number } {
  const n = high - low;
  const sumX = new KahanSum();
  const sumY = new KahanSum();
  const sumXY = new KahanSum();
  const sumX2 = new KahanSum();
  const first = values[low] ?? 0;
  let constant = true;
  for (let i = low; i < high; i++) {
    const x = ((timestamps[i] ?? 0) - originMs) / 1_000;
    const y = values[i] ?? 0;
    if (y !== first) constant = false;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumX2.add(x * x);
  }
  if (constant) {
    if (first === Infinity || first === -Infinity) return { slope: Number.NaN, intercept: Number.NaN };
    return { slope: 0, intercept: first };
  }
  const x = sumX.sum + sumX.compensation;
  const y = sumY.sum + sumY.compensation;
  const covariance = sumXY.sum + sumXY.compensation - (x * y) / n;
  const variance = sumX2.sum + sumX2.compensation - (x * x) / n;
  const slope = covariance / variance;
  return { slope, intercept: y / n - (slope * x) / n };
}

const DERIV = eachWindow(
  2,
  (series) => (low, high) => linearRegression(series, low, high, series.timestamps[low] ?? 0).slope,
);

const quantileOverTime: VectorFunction = (invocation) => {
  const { context, grid } = invocation;
  const quantiles = invocation.scalar(0);
  const source = invocation.range(1);
  if (source.series.length > 0) {
    for (const q of quantiles) if (!(q >= 0 && q <= 1)) context.warn(invalidQuantile(q), argStart(invocation, 0));
  }
  const quantile = eachWindow(1, ({ values }) => (low, high, step) => {
    return quantileOfSorted(quantiles[step] ?? 0, sortNanFirst(values.slice(low, high)));
  });
  return applyRangeFunction(context, source, grid, quantile);
};

const predictLinear: VectorFunction = (invocation) => {
  const { context, grid } = invocation;
  const ahead = invocation.scalar(1);
  const predict = eachWindow(2, (series) => (low, high, step) => {
    const now = grid.startMs + step * grid.stepMs;
    const { slope, intercept } = linearRegression(series, low, high, now);
    return slope * (ahead[step] ?? 0) + intercept;
  });
  return applyRangeFunction(context, invocation.range(0), grid, predict);
};

export const TREND_RANGE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = { deriv: DERIV };

export const TREND_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  quantile_over_time: quantileOverTime,
  predict_linear: predictLinear,
};
