// topk and bottomk: at each step the k best series of each group, with all their labels.
import type { AggregateExpr } from '../ast.ts';
import { executionError } from '../errors.ts';
import { groupSeries, type Group } from './aggregate.ts';
import type { QueryContext } from './context.ts';
import { isAnyPresent, type StepSeries } from './values.ts';

export function evaluateRank(
  context: QueryContext,
  expr: AggregateExpr,
  series: readonly StepSeries[],
  wanted: Float64Array,
): StepSeries[] {
  const limits = Array.from(wanted, countLimit);
  const instant = wanted.length === 1;
  const result: StepSeries[] = [];
  for (const group of groupSeries(expr, series)) {
    const ranked = rankGroup(context, group, limits, expr.op === 'topk');
    // An instant query's answer is in order of rank; a range query's is sorted by labels at the end.
    const order = instant ? ranked.order : group.series.keys();
    for (const index of order) {
      const source = group.series[index];
      const present = ranked.present[index];
      if (source !== undefined && present !== undefined && isAnyPresent(present)) result.push({ ...source, present });
    }
  }
  return result;
}

/** How many series to keep; a parameter that is no sensible count fails the query even where there is nothing to rank. */
export function countLimit(parameter: number): number {
  if (Number.isNaN(parameter)) throw executionError('Parameter value is NaN');
  const most = 2 ** 63;
  if (parameter >= most) throw executionError(`Scalar value ${parameter} overflows int64`);
  if (parameter <= -most) throw executionError(`Scalar value ${parameter} underflows int64`);
  return Math.max(0, Math.trunc(parameter));
}

function rankGroup(
  context: QueryContext,
  group: Group,
  limits: readonly number[],
  top: boolean,
): { present: Uint8Array[]; order: number[] } {
  const { series } = group;
  const steps = limits.length;
  context.reserve(series.length * steps);
  const present = series.map(() => new Uint8Array(steps));
  let order: number[] = [];
  for (let step = 0; step < steps; step++) {
    const limit = limits[step] ?? 0;
    const candidates: number[] = [];
    for (const [index, one] of series.entries()) if (one.present[step] === 1) candidates.push(index);
    const valueOf = (index: number): number => series[index]?.values[step] ?? 0;
    order = best(candidates, limit, valueOf, top);
    for (const index of order) {
      const column = present[index];
      if (column !== undefined) column[step] = 1;
    }
    context.work(series.length);
  }
  return { present, order };
}

/** The k best by value, best first; NaN is worst, and of equals the earlier is better. */
function best(candidates: number[], k: number, valueOf: (index: number) => number, top: boolean): number[] {
  if (k === 0) return [];
  const compare = (a: number, b: number): number => {
    const x = valueOf(a);
    const y = valueOf(b);
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return top ? y - x || 0 : x - y || 0;
  };
  return candidates.toSorted(compare).slice(0, k);
}
