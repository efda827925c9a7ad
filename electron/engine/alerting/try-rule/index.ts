// Tries a rule on history: one range query, and the same life cycle that a running rule's alerts have.
import { setImmediate as breathe } from 'node:timers/promises';
import type { TriedAlert, TriedRule, TryRule } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import type { Labels } from '../../../../shared/model/labels.ts';
import type { MetricQueries } from '../../store/metrics/index.ts';
import { stepAlerts } from '../rules/alert-state.ts';
import type { ActiveAlert, ActiveAlerts } from '../rules/alert-state.ts';

const MAX_EVALUATIONS = 11_000;
const MAX_LABEL_SETS = 5_000;
const MAX_STEPS = 10_000_000;
const MAX_LISTED = 500;
const MAX_FIRINGS_EACH = 500;
const QUERY_TIMEOUT_MS = 60_000;
/** Life cycles are followed on the thread that everything else runs on. */
const STEPS_AT_ONCE = 20_000;

type Points = { readonly timestamps: ArrayLike<number>; readonly values: ArrayLike<number> };
type Firing = TriedAlert['firings'][number];

/** Rejects with LW_RULE_TRY_* where the question is too large, QueryError where the expression is wrong. */
export async function tryRule(
  queries: Pick<MetricQueries, 'range'>,
  rule: TryRule,
  signal?: AbortSignal,
): Promise<TriedRule> {
  const { expr, startMs, endMs, stepMs } = rule;
  const evaluations = Math.floor((endMs - startMs) / stepMs) + 1;
  if (evaluations < 1 || evaluations > MAX_EVALUATIONS) {
    throw new LinewardenError('LW_RULE_TRY_STEPS', `A rule is tried at 1 to ${MAX_EVALUATIONS} moments.`, {
      hint: 'Choose a shorter time, or a longer step.',
    });
  }
  const options = { timeoutMs: QUERY_TIMEOUT_MS, ...(signal && { signal }) };
  const { value, warnings } = await queries.range(expr, startMs, endMs, stepMs, options);
  if (value.type !== 'matrix') throw new TypeError(`a range query answered with a ${value.type}`);
  const { series } = value;
  if (series.length > MAX_LABEL_SETS || series.length * evaluations > MAX_STEPS) {
    throw new LinewardenError('LW_RULE_TRY_TOO_MANY', `The expression finds ${series.length} series in that time.`, {
      hint: 'Let it find only what is wrong (a comparison such as > 90), or try it on a shorter time.',
    });
  }
  refuseDuplicates(series);

  const tried: TriedAlert[] = [];
  let stepped = 0;
  for (const { labels, ...points } of series) {
    tried.push(follow(labels.without(METRIC_NAME), points, rule));
    stepped += evaluations;
    if (stepped < STEPS_AT_ONCE) continue;
    stepped = 0;
    await breathe();
    signal?.throwIfAborted();
  }
  const fired = tried.filter(({ firings }) => firings.length > 0);
  const order = ({ firings: [first] }: TriedAlert): number => first?.firedAtMs ?? endMs;
  return {
    alerts: fired
      .toSorted((a, b) => order(a) - order(b))
      .slice(0, MAX_LISTED)
      .map((one) => ({ ...one, firings: one.firings.slice(0, MAX_FIRINGS_EACH) })),
    labelSets: tried.length,
    firings: fired.reduce((sum, { firings }) => sum + firings.length, 0),
    firingMs: together(
      fired.flatMap(({ firings }) => firings),
      endMs,
    ),
    evaluations,
    warnings: [...warnings],
  };
}

/** A rule whose results are the same but for their name cannot be evaluated at such a moment. */
function refuseDuplicates(series: readonly ({ readonly labels: Labels } & Points)[]): void {
  const seen = new Map<string, Set<number>>();
  for (const { labels, timestamps } of series) {
    const { key } = labels.without(METRIC_NAME);
    const times = seen.get(key);
    if (times === undefined) seen.set(key, new Set(Array.from(timestamps)));
    else if (Array.from(timestamps).some((timeMs) => times.has(timeMs) || !times.add(timeMs))) {
      throw new LinewardenError(
        'LW_RULE_TRY_DUPLICATE',
        'The expression finds several series that differ in their name alone, which no rule can tell apart.',
        { hint: 'Name one metric, or aggregate.' },
      );
    }
  }
}

/** The life of the alert with these labels: alerts of one rule do not know of each other. */
function follow(labels: Labels, { timestamps, values }: Points, rule: TryRule): TriedAlert {
  const { startMs, endMs, stepMs } = rule;
  const firings: Firing[] = [];
  let pendingOnly = 0;
  let active: ActiveAlerts = new Map();
  let before: ActiveAlert | undefined;
  let i = 0;
  for (let ts = startMs; ts <= endMs; ts += stepMs) {
    const isFound = timestamps[i] === ts;
    // Nothing can change where nothing is active and nothing is found.
    if (!isFound && active.size === 0) continue;
    active = stepAlerts(active, isFound ? [{ labels, annotations: {}, value: values[i]! }] : [], ts, rule);
    if (isFound) i++;
    const now = active.get(labels.key);
    const last = firings.at(-1);
    if (now?.state === 'firing' && before?.state !== 'firing') {
      const value = Number.isFinite(now.value) ? now.value : null;
      firings.push({ activeAtMs: now.activeAtMs, firedAtMs: now.firedAtMs ?? ts, resolvedAtMs: null, value });
    } else if (last !== undefined && before?.state === 'firing' && now?.state === 'inactive') {
      firings[firings.length - 1] = { ...last, resolvedAtMs: now.resolvedAtMs ?? ts };
    } else if (before?.state === 'pending' && now === undefined) {
      pendingOnly++;
    }
    before = now;
  }
  return { labels: labels.toRecord(), firings, pendingOnly };
}

/** How long at least one of them was firing. */
function together(firings: readonly Firing[], endMs: number): number {
  let total = 0;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { firedAtMs, resolvedAtMs } of firings.toSorted((a, b) => a.firedAtMs - b.firedAtMs)) {
    const resolved = resolvedAtMs ?? endMs;
    total += Math.max(0, resolved - Math.max(firedAtMs, untilMs));
    untilMs = Math.max(untilMs, resolved);
  }
  return total;
}
