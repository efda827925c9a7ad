// Rules and groups as they are after loading: checked, with their templates compiled.
import type { Template } from '../template/index.ts';

/** One label or annotation; labels of recording rules are plain texts. */
export type TemplatedText = { readonly name: string; readonly text: string; readonly template: Template };

type RuleBase = { readonly name: string; readonly expr: string };

export type AlertingRule = RuleBase & {
  readonly kind: 'alerting';
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** Evaluations in a row, at least 1: see in-a-row.ts. */
  readonly badInARow: number;
  readonly goodInARow: number;
  readonly labels: readonly TemplatedText[];
  readonly annotations: readonly TemplatedText[];
};

export type RecordingRule = RuleBase & {
  readonly kind: 'recording';
  /** An empty value removes the label. */
  readonly labels: readonly (readonly [string, string])[];
};

export type LoadedRule = AlertingRule | RecordingRule;

export type RuleGroup = {
  readonly file: string;
  readonly name: string;
  /** undefined: the global evaluation interval. */
  readonly intervalMs: number | undefined;
  /** More results than this are an error; 0: no limit. */
  readonly limit: number;
  readonly queryOffsetMs: number;
  readonly rules: readonly LoadedRule[];
  /** Comes with Linewarden. */
  readonly shipped: boolean;
};

/** The identity of a group, which keeps its state over reloads. */
export const groupKey = ({ file, name }: Pick<RuleGroup, 'file' | 'name'>): string => `${file};${name}`;

/**
 * The identities of a group's rules, in their order. Rules of one name differ by their labels (two severities of one
 * alert, say); those that are the same in both are counted.
 */
export function ruleKeys(group: RuleGroup): string[] {
  const counts = new Map<string, number>();
  return group.rules.map((rule) => {
    const labels = rule.kind === 'recording' ? rule.labels : rule.labels.map(({ name, text }) => [name, text]);
    const key = [groupKey(group), rule.kind, rule.name, JSON.stringify(labels)].join(';');
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return count === 0 ? key : `${key};${count}`;
  });
}
