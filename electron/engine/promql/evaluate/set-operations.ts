// and, or, unless: which series stay at each step is decided by the labels of the other side, many to many.
import type { SetOp, VectorMatching } from '../ast.ts';
import type { QueryContext } from './context.ts';
import { anyPresent, groupByKey, matchKey } from './match-keys.ts';
import { mergeSameLabels } from './results.ts';
import { isAnyPresent, type StepSeries } from './values.ts';

export function evaluateSetOperation(
  context: QueryContext,
  op: SetOp,
  matching: VectorMatching,
  left: readonly StepSeries[],
  right: readonly StepSeries[],
): readonly StepSeries[] {
  const key = matchKey(matching);
  if (op === 'or') {
    const kept = filter(context, right, left, key, false);
    return kept.length === 0 ? left : mergeSameLabels([...left, ...kept]);
  }
  return filter(context, left, right, key, op === 'and');
}

/** The values of `series` at the steps where some of `others` with the same key is present (or, not wanted, absent). */
function filter(
  context: QueryContext,
  series: readonly StepSeries[],
  others: readonly StepSeries[],
  key: ReturnType<typeof matchKey>,
  wanted: boolean,
): StepSeries[] {
  const steps = series[0]?.present.length ?? 0;
  const presence = new Map<string, Uint8Array>();
  for (const [own, group] of groupByKey(others, key)) presence.set(own, anyPresent(group, steps));
  const result: StepSeries[] = [];
  for (const one of series) {
    const partner = presence.get(key(one.labels));
    if (partner === undefined) {
      if (!wanted) result.push(one);
      continue;
    }
    context.reserve(steps);
    const present = new Uint8Array(steps);
    const match = wanted ? 1 : 0;
    for (let i = 0; i < steps; i++) if (one.present[i] === 1 && partner[i] === match) present[i] = 1;
    if (isAnyPresent(present)) result.push({ ...one, present });
  }
  return result;
}
