// A rule as the form holds it: durations as text, the labels and annotations that have fields of their own apart.
import type { OwnRule, Rule } from '../../../../shared/contract/index.ts';
import { formatDurationMs, parseDurationMs } from '../../../../shared/model/duration.ts';
import { equalTo, matchersText, parseMatchers } from '../matchers/matchers.ts';

export type RuleDraft = {
  readonly pack: string;
  readonly name: string;
  readonly expr: string;
  readonly holds: string;
  readonly keeps: string;
  /** Evaluations in a row; empty for one. */
  readonly bad: string;
  readonly good: string;
  readonly severity: string;
  readonly summary: string;
  readonly description: string;
  readonly action: string;
  /** `team="radio", site="north"`. */
  readonly labels: string;
  /** What has no field here and is kept. */
  readonly annotations: Readonly<Record<string, string>>;
};

export const DEFAULT_PACK = 'my-rules';

export const NEW_RULE: RuleDraft = {
  pack: DEFAULT_PACK,
  name: '',
  expr: '',
  holds: '5m',
  keeps: '',
  bad: '',
  good: '',
  severity: 'warning',
  summary: '',
  description: '',
  action: '',
  labels: '',
  annotations: {},
};

/** The own rule file that a rule stands in; undefined where it is none of the window's. */
export const ownPackOf = ({ file, kind }: Pick<Rule, 'file' | 'kind'>): string | undefined =>
  kind === 'alerting' ? /[\\/]rule-packs[\\/]([\w-]+)\.yml$/.exec(file)?.[1] : undefined;

export function draftOf(rule: Rule, keepFiringForMs: number): RuleDraft {
  const { severity = '', ...labels } = rule.labels;
  const { summary = '', description = '', action = '', ...others } = rule.annotations;
  const { bad_in_a_row: bad = '', good_in_a_row: good = '', ...annotations } = others;
  return {
    pack: ownPackOf(rule) ?? DEFAULT_PACK,
    name: rule.name,
    expr: rule.expr,
    holds: rule.forMs === 0 ? '' : formatDurationMs(rule.forMs),
    keeps: keepFiringForMs === 0 ? '' : formatDurationMs(keepFiringForMs),
    bad,
    good,
    severity,
    summary,
    description,
    action,
    labels: matchersText(equalTo(labels)),
    annotations,
  };
}

export type RuleProblems = Readonly<Partial<Record<keyof RuleDraft, string>>>;

const duration = (text: string): number | undefined => (text.trim() === '' ? 0 : parseDurationMs(text.trim()));
const DURATION = 'Such as 5m or 1h30m; empty for at once.';

/** 1 where it is empty; undefined where it is no number that a rule takes. */
export const countOf = (text: string): number | undefined => {
  if (text.trim() === '') return 1;
  const count = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= 1_000 ? count : undefined;
};
const COUNT = 'From 1 to 1000; empty for one.';

export function problemsOf(draft: RuleDraft): RuleProblems {
  const labels = parseMatchers(draft.labels);
  const labelProblem =
    'problem' in labels
      ? labels.problem
      : labels.matchers.some(({ op }) => op !== '=')
        ? 'Labels are given with =.'
        : undefined;
  return {
    ...(draft.name.trim() === '' && { name: 'What is it called?' }),
    ...(draft.expr.trim() === '' && { expr: 'When does it fire?' }),
    ...(duration(draft.holds) === undefined && { holds: DURATION }),
    ...(duration(draft.keeps) === undefined && { keeps: DURATION }),
    ...(countOf(draft.bad) === undefined && { bad: COUNT }),
    ...(countOf(draft.good) === undefined && { good: COUNT }),
    ...(labelProblem !== undefined && { labels: labelProblem }),
    ...(!/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(draft.pack) && { pack: 'Letters, digits, - and _.' }),
  };
}

/** Of a draft without problems. */
export function ruleOf(draft: RuleDraft): OwnRule {
  const labels = parseMatchers(draft.labels);
  const pairs = 'matchers' in labels ? labels.matchers.map(({ name, value }) => [name, value] as const) : [];
  const { severity, summary, description, action } = draft;
  return {
    name: draft.name.trim(),
    expr: draft.expr.trim(),
    forMs: duration(draft.holds) ?? 0,
    keepFiringForMs: duration(draft.keeps) ?? 0,
    labels: { ...(severity !== '' && { severity }), ...Object.fromEntries(pairs) },
    annotations: {
      ...(summary.trim() !== '' && { summary: summary.trim() }),
      ...(description.trim() !== '' && { description: description.trim() }),
      ...(action.trim() !== '' && { action: action.trim() }),
      ...((countOf(draft.bad) ?? 1) > 1 && { bad_in_a_row: draft.bad.trim() }),
      ...((countOf(draft.good) ?? 1) > 1 && { good_in_a_row: draft.good.trim() }),
      ...draft.annotations,
    },
  };
}
