// The steps of a subquery, and its result as samples for a range function.
import type { QueryContext } from './context.ts';
import { timeAt, type Grid, type RangeSeries, type StepSeries } from './values.ts';

/**
 * The multiples of the subquery's own step on the absolute time line in (first - range, last], which serve the windows
 * of all outer steps. Division truncates towards 0, as Go's does.
 */
export function subqueryGrid(firstMs: number, lastMs: number, rangeMs: number, stepMs: number): Grid {
  const after = firstMs - rangeMs;
  let startMs = stepMs * Math.trunc(after / stepMs);
  if (startMs <= after) startMs += stepMs;
  return { startMs, stepMs, steps: Math.floor((lastMs - startMs) / stepMs) + 1 };
}

export function compressSeries(context: QueryContext, series: readonly StepSeries[], grid: Grid): RangeSeries[] {
  let allTimes: Float64Array | undefined;
  return series.map((one): RangeSeries => {
    const { labels, dropName, present } = one;
    allTimes ??= Float64Array.from({ length: grid.steps }, (_, i) => timeAt(grid, i));
    if (!present.includes(0)) return { labels, dropName, timestamps: allTimes, values: one.values };
    const keep = (_: number, i: number): boolean => present[i] === 1;
    context.work(grid.steps);
    return { labels, dropName, timestamps: allTimes.filter(keep), values: one.values.filter(keep) };
  });
}
