// quantile and count_values: aggregations that need all values of a group at once.
import type { Labels } from '../../../../shared/model/labels.ts';
import { invalidQuantile } from '../annotations.ts';
import type { AggregateExpr } from '../ast.ts';
import { executionError } from '../errors.ts';
import { formatFixed, quantileOfSorted, sortNanFirst } from '../numbers.ts';
import { quote } from '../parser/strings.ts';
import { groupSeries } from './aggregate.ts';
import type { QueryContext } from './context.ts';
import { isLabelName, setLabel } from './label-sets.ts';
import { mergeSameLabels } from './results.ts';
import type { StepSeries } from './values.ts';

export function evaluateQuantile(
  context: QueryContext,
  expr: AggregateExpr,
  series: readonly StepSeries[],
  quantiles: Float64Array,
): readonly StepSeries[] {
  const steps = quantiles.length;
  for (const q of quantiles) {
    if (!(q >= 0 && q <= 1)) context.warn(invalidQuantile(q), expr.param?.span.start ?? expr.span.start);
  }
  const result: StepSeries[] = [];
  for (const group of groupSeries(expr, series)) {
    const values = context.column(steps);
    const present = new Uint8Array(steps);
    const buffer = new Float64Array(group.series.length);
    for (let step = 0; step < steps; step++) {
      let count = 0;
      for (const one of group.series) if (one.present[step] === 1) buffer[count++] = one.values[step] ?? 0;
      if (count === 0) continue;
      present[step] = 1;
      values[step] = quantileOfSorted(quantiles[step] ?? 0, sortNanFirst(buffer.subarray(0, count)));
      context.work(group.series.length);
    }
    result.push({ labels: group.labels, dropName: group.dropName, values, present });
  }
  return mergeSameLabels(result);
}

export function evaluateCountValues(
  context: QueryContext,
  expr: AggregateExpr,
  series: readonly StepSeries[],
  label: string,
  steps: number,
): readonly StepSeries[] {
  if (!isLabelName(label)) throw executionError(`invalid label name ${quote(label)}`);
  const grouped = expr.without ? { ...expr, grouping: [...expr.grouping, label] } : expr;
  const result: StepSeries[] = [];
  for (const group of groupSeries(grouped, series)) {
    const byText = new Map<string, StepSeries>();
    for (const one of group.series) {
      for (let step = 0; step < steps; step++) {
        if (one.present[step] !== 1) continue;
        const text = formatFixed(one.values[step] ?? 0);
        let counted = byText.get(text);
        if (counted === undefined) {
          context.makeText(text.length);
          counted = empty(context, setLabel(group.labels, label, text), group.dropName, steps);
          byText.set(text, counted);
        }
        counted.values[step] = (counted.values[step] ?? 0) + 1;
        counted.present[step] = 1;
      }
      context.work(steps);
    }
    for (const counted of byText.values()) result.push(counted);
  }
  return addSameLabels(result);
}

function empty(context: QueryContext, labels: Labels, dropName: boolean, steps: number): StepSeries {
  return { labels, dropName, values: context.column(steps), present: new Uint8Array(steps) };
}

/** `by (job)` with "job" as the value's label: the groups run together, and their counts add up. */
function addSameLabels(series: readonly StepSeries[]): StepSeries[] {
  const byKey = new Map<string, StepSeries>();
  for (const one of series) {
    const earlier = byKey.get(one.labels.key);
    if (earlier === undefined) {
      byKey.set(one.labels.key, one);
      continue;
    }
    for (let i = 0; i < one.present.length; i++) {
      if (one.present[i] !== 1) continue;
      earlier.values[i] = (earlier.values[i] ?? 0) + (one.values[i] ?? 0);
      earlier.present[i] = 1;
    }
  }
  return [...byKey.values()];
}
