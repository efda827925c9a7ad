// topk and bottomk: at each step the k best series of each group, with all their labels.
import type { AggregateExpr } from '../ast.ts';
import { executionError } from '../errors.ts';
import { formatGeneral } from '../numbers.ts';
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
    const order: Iterable<number> = instant ? ranked.order : group.series.keys();
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
  if (parameter >= most) throw executionError(`Scalar value ${formatGeneral(parameter)} overflows int64`);
  if (parameter <= -most) throw executionError(`Scalar value ${formatGeneral(parameter)} underflows int64`);
  return Math.max(0, Math.trunc(parameter));
}

function rankGroup(
  context: QueryContext,
  group: Group,
  limits: readonly number[],
  top: boolean,
): { present: Uint8Array[]; order: Int32Array } {
  const { series } = group;
  const steps = limits.length;
  context.reserve(series.length * steps);
  const present = series.map(() => new Uint8Array(steps));
  const values = new Float64Array(series.length);
  const candidates = new Int32Array(series.length);
  let order: Int32Array = new Int32Array();
  for (let step = 0; step < steps; step++) {
    let count = 0;
    for (let index = 0; index < series.length; index++) {
      const one = series[index];
      if (one?.present[step] !== 1) continue;
      const value = one.values[step] ?? 0;
      values[index] = top ? -value : value;
      candidates[count++] = index;
    }
    order = best(candidates.subarray(0, count), limits[step] ?? 0, values);
    for (const index of order) {
      const column = present[index];
      if (column !== undefined) column[step] = 1;
    }
    context.work(series.length);
  }
  return { present, order };
}

/** Below this many wanted, one pass that keeps the best so far is faster than sorting all. */
const FEW = 32;

/** The k lowest, lowest first; NaN comes last, and of equals the earlier first. */
function best(candidates: Int32Array, k: number, values: Float64Array): Int32Array {
  if (k === 0) return new Int32Array();
  const isBetter = (a: number, b: number): boolean => {
    const x = values[a] ?? 0;
    const y = values[b] ?? 0;
    return x < y || (Number.isNaN(y) && !Number.isNaN(x));
  };
  if (k > FEW || k >= candidates.length) {
    const sorted = Array.from(candidates).toSorted((a, b) => Number(isBetter(b, a)) - Number(isBetter(a, b)));
    return Int32Array.from(sorted.slice(0, k));
  }
  const chosen = new Int32Array(k);
  let count = 0;
  for (const candidate of candidates) {
    if (count === k && !isBetter(candidate, chosen[k - 1] ?? 0)) continue;
    let place = count < k ? count++ : k - 1;
    for (; place > 0 && isBetter(candidate, chosen[place - 1] ?? 0); place--) chosen[place] = chosen[place - 1] ?? 0;
    chosen[place] = candidate;
  }
  return chosen;
}
