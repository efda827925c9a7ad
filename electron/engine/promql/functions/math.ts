// Functions of each value by itself.
import { mergeSameLabels, withoutName } from '../evaluate/results.ts';
import type { StepSeries } from '../evaluate/values.ts';
import type { Invocation, VectorFunction } from './invocation.ts';

/** Computes each present value anew and drops the metric name. */
export function mapValues(
  invocation: Invocation,
  series: readonly StepSeries[],
  compute: (value: number, step: number) => number,
): readonly StepSeries[] {
  const { context, grid } = invocation;
  const result = series.map((one) => {
    const values = context.column(grid.steps);
    for (let i = 0; i < values.length; i++) if (one.present[i] === 1) values[i] = compute(one.values[i] ?? 0, i);
    return { ...withoutName(context, one.labels), values, present: one.present };
  });
  return mergeSameLabels(result);
}

const SIMPLE: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * Math.PI) / 180,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** Unlike Math.max and Math.min, NaN of a bound makes NaN and a NaN value stays NaN; both do so here. */
function clamp(
  invocation: Invocation,
  low: Float64Array | undefined,
  high: Float64Array | undefined,
): readonly StepSeries[] {
  const series = invocation.vector(0);
  return mapValues(invocation, series, (value, i) => {
    const most = high === undefined ? value : Math.min(high[i] ?? 0, value);
    return low === undefined ? most : Math.max(low[i] ?? 0, most);
  });
}

/** Where the bounds cross there is no value at all. */
function clampBetween(invocation: Invocation): readonly StepSeries[] {
  const low = invocation.scalar(1);
  const high = invocation.scalar(2);
  const crossed = low.map((value, i) => (value > (high[i] ?? 0) ? 1 : 0));
  const clamped = clamp(invocation, low, high);
  if (!crossed.includes(1)) return clamped;
  return clamped.map((one) => ({ ...one, present: one.present.map((on, i) => (crossed[i] === 1 ? 0 : on)) }));
}

/** Halves go up; the reciprocal keeps round(x, 0.1) exact where dividing would not. */
function round(invocation: Invocation): readonly StepSeries[] {
  const to = invocation.call.args.length > 1 ? invocation.scalar(1) : undefined;
  return mapValues(invocation, invocation.vector(0), (value, i) => {
    const inverse = 1 / (to?.[i] ?? 1);
    return Math.floor(value * inverse + 0.5) / inverse;
  });
}

export const MATH_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  ...Object.fromEntries(
    Object.entries(SIMPLE).map(([name, compute]): [string, VectorFunction] => [
      name,
      (invocation) => mapValues(invocation, invocation.vector(0), (value) => compute(value)),
    ]),
  ),
  clamp: clampBetween,
  clamp_min: (invocation) => clamp(invocation, invocation.scalar(1), undefined),
  clamp_max: (invocation) => clamp(invocation, undefined, invocation.scalar(1)),
  round,
};
