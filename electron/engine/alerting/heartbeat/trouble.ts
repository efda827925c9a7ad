// Whether the evaluation of rules works, which is what a heartbeat stands for.
import { formatDurationMs } from '../../../../shared/model/duration.ts';

/** What is asked of a rule group. */
export type WatchedGroup = {
  readonly group: { readonly name: string };
  readonly intervalMs: number;
  readonly rules: readonly {
    readonly health: 'ok' | 'err' | 'unknown';
    readonly lastError: string | null;
    readonly lastEvaluationMs: number | null;
  }[];
};

const MIN_LATE_MS = 60_000;
const INTERVALS = 3;

/**
 * Why the rules cannot be relied upon; undefined while they can. A group may miss two evaluations; one that was not
 * evaluated yet has as long since `sinceMs`. One rule that fails is its author's matter, all of them are ours.
 */
export function evaluationTrouble(groups: readonly WatchedGroup[], sinceMs: number, nowMs: number): string | undefined {
  for (const { group, intervalMs, rules } of groups) {
    const lastMs = Math.max(sinceMs, ...rules.map(({ lastEvaluationMs }) => lastEvaluationMs ?? 0));
    const lateMs = nowMs - lastMs;
    if (rules.length > 0 && lateMs > Math.max(MIN_LATE_MS, INTERVALS * intervalMs)) {
      const ago = formatDurationMs(Math.round(lateMs / 1_000) * 1_000);
      return `The rules of ${group.name} have not been evaluated for ${ago}.`;
    }
  }
  const evaluated = groups.flatMap(({ rules }) => rules.filter(({ health }) => health !== 'unknown'));
  const [first] = evaluated;
  if (first !== undefined && evaluated.every(({ health }) => health === 'err')) {
    return `No rule can be evaluated: ${first.lastError ?? 'all of them fail'}`;
  }
  return undefined;
}

/** Whether anything has been evaluated: before that nobody knows whether it works. Some groups wait for hours. */
export function hasBegun(groups: readonly WatchedGroup[]): boolean {
  const rules = groups.flatMap((group) => group.rules);
  return rules.length === 0 || rules.some(({ lastEvaluationMs }) => lastEvaluationMs !== null);
}
