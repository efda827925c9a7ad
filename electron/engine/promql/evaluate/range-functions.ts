// Slides a function of a window over each series of a range vector.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { QueryContext } from './context.ts';
import { mergeSameLabels, withoutName } from './results.ts';
import { isAnyPresent, type Grid, type RangeSeries, type RangeSource, type StepSeries } from './values.ts';
import { inChunks, presenceOf, windowsFor, type Windows } from './windows.ts';

/** Leaves the values of the steps from <= i < to whose windows have enough samples; called with ascending steps. */
export type StepEvaluator = (values: Float64Array, from: number, to: number) => void;

export type RangeFunction = {
  /** Windows with fewer samples have no value. */
  readonly minSamples: number;
  /** True for functions that hand on a sample as it is, such as last_over_time. */
  readonly keepsName?: boolean;
  /** Called once a series, so that what does not depend on the window is worked out once. */
  bind(series: RangeSeries, windows: Windows): StepEvaluator;
};

export function applyRangeFunction(
  context: QueryContext,
  source: RangeSource,
  grid: Grid,
  func: RangeFunction,
): readonly StepSeries[] {
  const windowsOf = windowsFor(source, grid.steps);
  const result: StepSeries[] = [];
  let shared: Windows | undefined;
  let present: Uint8Array = new Uint8Array();
  let anyPresent = false;
  for (const series of source.series) {
    const windows = windowsOf(series.timestamps);
    if (windows !== shared) {
      shared = windows;
      present = presenceOf(windows, func.minSamples);
      anyPresent = isAnyPresent(present);
    }
    if (!anyPresent) {
      context.work(grid.steps);
      continue;
    }
    const values = context.column(grid.steps);
    const evaluate = func.bind(series, windows);
    inChunks(context, windows, (from, to) => evaluate(values, from, to));
    result.push({ ...named(context, series, func.keepsName === true), values, present });
  }
  return func.keepsName === true ? result : mergeSameLabels(result);
}

export function named(
  context: QueryContext,
  series: { readonly labels: Labels; readonly dropName: boolean },
  keepsName: boolean,
): { labels: Labels; dropName: boolean } {
  return keepsName ? { labels: series.labels, dropName: series.dropName } : withoutName(context, series.labels);
}

/** A function of one window at a time. */
export function eachWindow(
  minSamples: number,
  bind: (series: RangeSeries, windows: Windows) => (low: number, high: number, step: number) => number,
): RangeFunction {
  return {
    minSamples,
    bind: (series, windows) => {
      const compute = bind(series, windows);
      const { low, high } = windows;
      return (values, from, to) => {
        for (let step = from; step < to; step++) {
          if (high[step]! - low[step]! >= minSamples) values[step] = compute(low[step]!, high[step]!, step);
        }
      };
    },
  };
}
