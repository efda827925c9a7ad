// What expressions evaluate to: one value a step of a grid of evaluation times.
import type { Labels } from '../../../../shared/model/labels.ts';

/** Evaluation times startMs, startMs + stepMs, ...; an instant query has one. */
export type Grid = { readonly startMs: number; readonly stepMs: number; readonly steps: number };

export function timeAt(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}

/** One series over the steps of a grid. `values[i]` counts only where `present[i]` is 1: NaN is an ordinary value. */
export type StepSeries = {
  readonly labels: Labels;
  /** Delayed name removal: the metric name is to go from the final result. */
  readonly dropName: boolean;
  readonly values: Float64Array;
  readonly present: Uint8Array;
};

/** One series' samples, ascending in time, without staleness markers. */
export type RangeSeries = {
  readonly labels: Labels;
  readonly dropName: boolean;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
};

/**
 * A range vector: at step i the window is (end - rangeMs, end] where end = firstEndMs + i * endStepMs. With @ the end
 * stands still (endStepMs 0).
 */
export type RangeSource = {
  readonly series: readonly RangeSeries[];
  readonly rangeMs: number;
  readonly firstEndMs: number;
  readonly endStepMs: number;
};

export type StepValue =
  | { readonly type: 'scalar'; readonly values: Float64Array }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly series: readonly StepSeries[] };

/** How many samples a value holds. */
export function sizeOf(value: StepValue): number {
  if (value.type === 'scalar') return value.values.length;
  if (value.type === 'string') return 0;
  return value.series.length * (value.series[0]?.values.length ?? 0);
}

export function isAnyPresent(present: Uint8Array): boolean {
  return present.includes(1);
}
