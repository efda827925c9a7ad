// Sums of steps as rates: average, largest, last and 95th percentile.
import type { FlowRates } from '../../../shared/model/flow-question.ts';

export type Grid = {
  readonly startS: number;
  readonly endS: number;
  readonly firstStepS: number;
  readonly stepS: number;
};

/** Seconds of each step that lie in what was read: the first and the last may be cut. */
export function stepSeconds({ startS, endS, firstStepS, stepS }: Grid, steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => {
    const from = firstStepS + step * stepS;
    return Math.max(1, Math.min(endS, from + stepS) - Math.max(startS, from));
  });
}

/** Three decimals of a byte are enough, and shorter to send. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

export const perSecond = (sums: Float64Array, seconds: readonly number[]): number[] =>
  Array.from(sums, (sum, step) => rounded(sum / (seconds[step] ?? 1)));

/**
 * The 95th percentile is the smallest rate that at least 95 of 100 steps do not exceed, as traffic is billed. `last` is the
 * last whole step, where there is one.
 */
export function ratesOf(sums: Float64Array, seconds: readonly number[], stepS: number): FlowRates {
  if (sums.length === 0) return { avg: 0, max: 0, last: 0, p95: 0 };
  const rates = perSecond(sums, seconds);
  const total = sums.reduce((sum, value) => sum + value, 0);
  const whole = seconds.findLastIndex((length) => length >= stepS);
  const ascending = rates.toSorted((a, b) => a - b);
  return {
    avg: rounded(total / seconds.reduce((sum, value) => sum + value, 0)),
    max: ascending.at(-1) ?? 0,
    last: rates[whole === -1 ? rates.length - 1 : whole] ?? 0,
    p95: ascending[Math.max(0, Math.ceil(ascending.length * 0.95) - 1)] ?? 0,
  };
}

export const joined = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + (b[i] ?? 0));
