// A pack's groups as the operator wants them: rules switched off, other thresholds, other times.
import { compileAlertTemplate } from '../template/index.ts';
import type { AlertingRule, LoadedRule, RuleGroup, TemplatedText } from '../rules/rule.ts';
import type { PackAbout, Threshold } from './about.ts';
import type { RuleChoice } from './choices.ts';

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** A number and not a part of a longer one. */
const placeOf = (pattern: string, value: number): RegExp => {
  const [before = '', after = ''] = pattern.split('{}').map((part) => escaped(part));
  return new RegExp(`(${before === '' ? '(?<![\\d.])' : before})${escaped(String(value))}(?![\\d.])(${after})`, 'g');
};

/** The text with the threshold's default, wherever its patterns find it, replaced. */
export function withThreshold(source: string, threshold: Threshold, value: number): string {
  return threshold.in.reduce(
    (changed, pattern) =>
      changed.replace(
        placeOf(pattern, threshold.default),
        (_, before: string, after: string) => before + value + after,
      ),
    source,
  );
}

/** The value in force: the operator's where it is within its bounds, which an update may have moved. */
export function thresholdValue(threshold: Threshold, choice: RuleChoice | undefined): number {
  const chosen = choice?.thresholds?.[threshold.name];
  return chosen !== undefined && chosen >= threshold.min && chosen <= threshold.max ? chosen : threshold.default;
}

function adjustRule(rule: AlertingRule, thresholds: readonly Threshold[], choice: RuleChoice): AlertingRule {
  const changed = thresholds.filter((one) => thresholdValue(one, choice) !== one.default);
  const filled = (source: string): string =>
    changed.reduce((sum, one) => withThreshold(sum, one, thresholdValue(one, choice)), source);
  const annotation = (before: TemplatedText): TemplatedText => {
    const now = filled(before.text);
    return now === before.text ? before : { ...before, text: now, template: compileAlertTemplate(rule.name, now) };
  };
  return {
    ...rule,
    expr: filled(rule.expr),
    annotations: rule.annotations.map(annotation),
    forMs: choice.forMs ?? rule.forMs,
    keepFiringForMs: choice.keepFiringForMs ?? rule.keepFiringForMs,
    badInARow: choice.badInARow ?? rule.badInARow,
    goodInARow: choice.goodInARow ?? rule.goodInARow,
  };
}

/** The group with the operator's choices, by the rules' names; what is switched off is left out. */
export function adjustGroup(
  group: RuleGroup,
  about: PackAbout | undefined,
  choices: Readonly<Record<string, RuleChoice>>,
): RuleGroup {
  const rules = group.rules.flatMap((rule): LoadedRule[] => {
    const choice = choices[rule.name];
    if (choice?.enabled === false) return [];
    if (choice === undefined || rule.kind === 'recording') return [rule];
    return [adjustRule(rule, about?.rules[rule.name]?.thresholds ?? [], choice)];
  });
  return { ...group, rules };
}
