// Rules and alerts as Prometheus's API shows them: /api/v1/rules and /api/v1/alerts.
import { createHash } from 'node:crypto';
import type { ActiveAlert, RuleGroupState } from '../../../alerting/index.ts';
import type { LabelMatcher } from '../../../promql/index.ts';
import { compileMatcher, formatExponential } from '../../../promql/index.ts';
import { ApiError } from './envelope.ts';

type RunningRule = RuleGroupState['rules'][number];

export type RulesFilter = {
  readonly type: 'alert' | 'record' | undefined;
  /** Empty: all. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
  readonly files: readonly string[];
  readonly selectors: readonly (readonly LabelMatcher[])[];
  readonly excludeAlerts: boolean;
  /** 0: all groups at once. */
  readonly groupLimit: number;
  readonly nextToken: string;
};

const time = (atMs: number | null): string => (atMs === null ? '0001-01-01T00:00:00Z' : new Date(atMs).toISOString());
const seconds = (durationMs: number | null): number => (durationMs ?? 0) / 1000;

/** Alerts that are told: what is resolved is not listed. */
const activeAlerts = ({ alerts }: RunningRule): ActiveAlert[] =>
  [...alerts.values()].filter(({ state }) => state !== 'inactive');

const encodeAlert = (alert: ActiveAlert): object => ({
  labels: alert.labels.toRecord(),
  annotations: alert.annotations,
  state: alert.state,
  activeAt: time(alert.activeAtMs),
  ...(alert.keepFiringSinceMs === null ? {} : { keepFiringSince: time(alert.keepFiringSinceMs) }),
  value: formatExponential(alert.value),
});

/** The state of a rule is the highest of its alerts'. */
function stateOf(rule: RunningRule): string {
  if (rule.health === 'unknown') return 'unknown';
  const states = new Set(activeAlerts(rule).map(({ state }) => state));
  return states.has('firing') ? 'firing' : states.has('pending') ? 'pending' : 'inactive';
}

function encodeRule(running: RunningRule, excludeAlerts: boolean): object {
  const { rule } = running;
  const common = {
    name: rule.name,
    query: rule.expr,
    health: running.health,
    ...(running.lastError === null ? {} : { lastError: running.lastError }),
    evaluationTime: seconds(running.evaluationMs),
    lastEvaluation: time(running.lastEvaluationMs),
  };
  if (rule.kind === 'recording') return { ...common, labels: Object.fromEntries(rule.labels), type: 'recording' };
  return {
    state: stateOf(running),
    ...common,
    duration: seconds(rule.forMs),
    keepFiringFor: seconds(rule.keepFiringForMs),
    labels: textsOf(rule.labels),
    annotations: textsOf(rule.annotations),
    ...(excludeAlerts ? {} : { alerts: activeAlerts(running).map(encodeAlert) }),
    type: 'alerting',
  };
}

const textsOf = (texts: readonly { readonly name: string; readonly text: string }[]): Record<string, string> =>
  Object.fromEntries(texts.map(({ name, text }) => [name, text]));

const tokenOf = ({ group }: RuleGroupState): string =>
  createHash('sha1').update(`${group.file};${group.name}`).digest('hex');

/** An empty list lets everything through. */
const among = (list: readonly string[], value: string): boolean => list.length === 0 || list.includes(value);

export function encodeRules(states: readonly RuleGroupState[], filter: RulesFilter): object {
  const matches = filter.selectors.map((matchers) =>
    matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) })),
  );
  const wanted = ({ rule }: RunningRule): boolean => {
    if (filter.type !== undefined && (filter.type === 'alert') !== (rule.kind === 'alerting')) return false;
    if (!among(filter.names, rule.name)) return false;
    const labels = new Map(rule.kind === 'recording' ? rule.labels : Object.entries(textsOf(rule.labels)));
    return matches.length === 0 || matches.some((all) => all.every(({ name, test }) => test(labels.get(name) ?? '')));
  };
  const narrowed = filter.type !== undefined || filter.names.length > 0 || matches.length > 0;
  const chosen = states
    .filter(({ group }) => among(filter.groups, group.name) && among(filter.files, group.file))
    .map((state) => ({ ...state, rules: state.rules.filter(wanted) }))
    // A filter on rules leaves no empty groups behind.
    .filter(({ rules }) => !narrowed || rules.length > 0);

  let from = 0;
  if (filter.nextToken !== '') {
    from = chosen.findIndex((state) => tokenOf(state) === filter.nextToken) + 1;
    if (from === 0) throw new ApiError('bad_data', 'invalid parameter "group_next_token": unknown token');
  }
  const page = filter.groupLimit > 0 ? chosen.slice(from, from + filter.groupLimit) : chosen.slice(from);
  const last = page.at(-1);
  const more = last !== undefined && from + page.length < chosen.length;
  return {
    groups: page.map(({ group, intervalMs, rules }) => ({
      name: group.name,
      file: group.file,
      rules: rules.map((rule) => encodeRule(rule, filter.excludeAlerts)),
      interval: seconds(intervalMs),
      limit: group.limit,
      evaluationTime: rules.reduce((sum, { evaluationMs }) => sum + seconds(evaluationMs), 0),
      lastEvaluation: time(rules.reduce<number | null>((at, rule) => rule.lastEvaluationMs ?? at, null)),
    })),
    ...(more ? { groupNextToken: tokenOf(last) } : {}),
  };
}

export const encodeAlerts = (states: readonly RuleGroupState[]): object => ({
  alerts: states.flatMap(({ rules }) => rules.flatMap((rule) => activeAlerts(rule).map(encodeAlert))),
});
