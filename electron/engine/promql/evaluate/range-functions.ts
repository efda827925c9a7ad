// Slides a function of a window over each series of a range vector.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { QueryContext } from './context.ts';
import { mergeSameLabels, withoutName } from './results.ts';
import { isAnyPresent, type Grid, type RangeSeries, type RangeSource, type StepSeries } from './values.ts';

/** The samples low <= i < high are the window; it is (endMs - range, endMs]. */
export type WindowFunction = (low: number, high: number, endMs: number, step: number) => number;

export type RangeFunction = {
  /** Windows with fewer samples have no value. */
  readonly minSamples: number;
  /** True for functions that hand on a sample as it is, such as last_over_time. */
  readonly keepsName?: boolean;
  /** Called once a series, so that what does not depend on the window is worked out once. */
  bind(series: RangeSeries, source: RangeSource): WindowFunction;
};

export function applyRangeFunction(
  context: QueryContext,
  source: RangeSource,
  grid: Grid,
  func: RangeFunction,
): readonly StepSeries[] {
  const result: StepSeries[] = [];
  for (const series of source.series) {
    const evaluate = func.bind(series, source);
    const values = context.column(grid.steps);
    const present = new Uint8Array(grid.steps);
    slide(context, series, source, grid.steps, func.minSamples, (low, high, endMs, step) => {
      values[step] = evaluate(low, high, endMs, step);
      present[step] = 1;
    });
    if (isAnyPresent(present)) result.push({ ...named(context, series, func.keepsName === true), values, present });
  }
  return func.keepsName === true ? result : mergeSameLabels(result);
}

function named(context: QueryContext, series: RangeSeries, keepsName: boolean): { labels: Labels; dropName: boolean } {
  return keepsName ? { labels: series.labels, dropName: series.dropName } : withoutName(context, series.labels);
}

/** Visits each step's window that has at least `minSamples`. Both edges only move forward. */
export function slide(
  context: QueryContext,
  series: RangeSeries,
  source: RangeSource,
  steps: number,
  minSamples: number,
  visit: (low: number, high: number, endMs: number, step: number) => void,
): void {
  const { timestamps } = series;
  const count = timestamps.length;
  let low = 0;
  let high = 0;
  for (let step = 0; step < steps; step++) {
    const endMs = source.firstEndMs + step * source.endStepMs;
    const afterMs = endMs - source.rangeMs;
    while (high < count && (timestamps[high] ?? 0) <= endMs) high++;
    while (low < high && (timestamps[low] ?? 0) <= afterMs) low++;
    if (high - low < minSamples) continue;
    visit(low, high, endMs, step);
    context.work(high - low);
  }
  context.work(steps);
}
