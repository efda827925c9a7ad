// Aggregations over groups of series, step by step: sum by (job) (...) and its kin.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { AggregateExpr } from '../ast.ts';
import type { QueryContext } from './context.ts';
import { FOLDS } from './folds.ts';
import { groupingBy } from './grouping.ts';
import { mergeSameLabels } from './results.ts';
import type { StepSeries } from './values.ts';

export type Group = { readonly labels: Labels; readonly dropName: boolean; readonly series: readonly StepSeries[] };

/** The groups in the order in which their first series comes. */
export function groupSeries(expr: AggregateExpr, series: readonly StepSeries[]): Group[] {
  const grouping = groupingBy(expr.grouping, expr.without);
  const groups = new Map<Labels, { labels: Labels; dropName: boolean; series: StepSeries[] }>();
  for (const one of series) {
    const labels = grouping.labelsOf(one.labels);
    let group = groups.get(labels);
    if (group === undefined) {
      group = { labels, dropName: false, series: [] };
      groups.set(labels, group);
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
    const fold = createFold(values, counts);
    for (const one of group.series) {
      fold.add(one.values, one.present);
      context.work(steps);
    }
    fold.finish();
    const present = new Uint8Array(steps);
    for (let i = 0; i < steps; i++) if (counts[i]! > 0) present[i] = 1;
    result.push({ labels: group.labels, dropName: group.dropName, values, present });
  }
  return mergeSameLabels(result);
}
