// Aggregations over groups of series, step by step: sum by (job) (...) and its kin.
import { METRIC_NAME, type Labels } from '../../../../shared/model/labels.ts';
import type { AggregateExpr } from '../ast.ts';
import type { QueryContext } from './context.ts';
import { keepLabels, keyOfValues, keyWithout, removeLabels } from './label-sets.ts';
import { FOLDS } from './folds.ts';
import { mergeSameLabels } from './results.ts';
import type { StepSeries } from './values.ts';

export type Group = { readonly labels: Labels; readonly dropName: boolean; readonly series: readonly StepSeries[] };

/** The groups in the order in which their first series comes. */
export function groupSeries(expr: AggregateExpr, series: readonly StepSeries[]): Group[] {
  const names = new Set(expr.grouping);
  if (expr.without) names.add(METRIC_NAME);
  const ordered = [...names];
  const key = expr.without
    ? (labels: Labels): string => keyWithout(labels, names)
    : (labels: Labels): string => keyOfValues(labels, ordered);
  const groups = new Map<string, { labels: Labels; dropName: boolean; series: StepSeries[] }>();
  for (const one of series) {
    const own = key(one.labels);
    let group = groups.get(own);
    if (group === undefined) {
      const labels = expr.without ? removeLabels(one.labels, names) : keepLabels(one.labels, names);
      group = { labels, dropName: false, series: [] };
      groups.set(own, group);
    }
    group.dropName ||= one.dropName;
    group.series.push(one);
  }
  return [...groups.values()];
}

/** sum, avg, min, max, count, group, stddev, stdvar: one value a group and step, folded series by series. */
export function evaluateFold(
  context: QueryContext,
  expr: AggregateExpr,
  series: readonly StepSeries[],
  steps: number,
): readonly StepSeries[] {
  const createFold = FOLDS[expr.op];
  if (createFold === undefined) throw new TypeError(`${expr.op} is no fold`);
  const result: StepSeries[] = [];
  for (const group of groupSeries(expr, series)) {
    const values = context.column(steps);
    const counts = new Uint32Array(steps);
    const fold = createFold(values);
    for (const one of group.series) {
      const { present } = one;
      for (let i = 0; i < steps; i++) {
        if (present[i] !== 1) continue;
        const count = (counts[i] ?? 0) + 1;
        counts[i] = count;
        fold.add(i, one.values[i] ?? 0, count);
      }
      context.work(steps);
    }
    const present = new Uint8Array(steps);
    for (let i = 0; i < steps; i++) {
      const count = counts[i] ?? 0;
      if (count === 0) continue;
      present[i] = 1;
      fold.finish(i, count);
    }
    result.push({ labels: group.labels, dropName: group.dropName, values, present });
  }
  return mergeSameLabels(result);
}
