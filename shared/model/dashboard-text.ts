// What stands in a dashboard's texts for something else: variables, steps and label_values().
import { regexLiteral } from './device-selector.ts';

/** What a variable stands for. `values` null: All. */
export type VariableChoice = {
  readonly values: readonly string[] | null;
  readonly allValue: string;
  /** Several values, or All, can be chosen: then each is escaped as a part of a regular expression. */
  readonly isPattern: boolean;
};

/** Steps of a query, as PromQL writes durations. */
export type StepTexts = { readonly interval: string; readonly rateInterval: string; readonly range: string };

const PLACE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
const STEPS: Readonly<Record<string, keyof StepTexts>> = {
  __interval: 'interval',
  __rate_interval: 'rateInterval',
  __range: 'range',
};

/** The names after `$` in a text, whatever they are. */
export const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PLACE)].map((match) => match[1] ?? match[2] ?? '')),
];

export const isStepName = (name: string): boolean => Object.hasOwn(STEPS, name);

/** A query with its variables and steps filled in; what is neither stays as it is. */
export function filledQuery(expr: string, variables: ReadonlyMap<string, VariableChoice>, steps: StepTexts): string {
  return expr.replaceAll(PLACE, (place, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? plain ?? '';
    const step = STEPS[name];
    if (step !== undefined) return steps[step];
    const choice = variables.get(name);
    return choice === undefined ? place : matcherText(choice);
  });
}

/** A title with its variables filled in as a person reads them. */
export function filledTitle(text: string, variables: ReadonlyMap<string, VariableChoice>): string {
  return text.replaceAll(PLACE, (place, braced: string | undefined, plain: string | undefined) => {
    const choice = variables.get(braced ?? plain ?? '');
    if (choice === undefined) return place;
    return choice.values === null ? 'all' : choice.values.join(', ');
  });
}

/**
 * A choice inside the quotes of a matcher, as Grafana writes it: one value escaped, several as (a|b). Where only one can
 * ever be chosen it is a plain text, for `=`.
 */
export function matcherText({ values, allValue, isPattern }: VariableChoice): string {
  if (values === null) return inQuotes(allValue);
  if (!isPattern) return inQuotes(values[0] ?? '');
  const parts = values.map((value) => inQuotes(regexLiteral(value)));
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join('|')})`;
}

const inQuotes = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const LABEL_VALUES = /^\s*label_values\(\s*(?:([^]+?)\s*,\s*)?([a-zA-Z_]\w*)\s*\)\s*$/;

/** `selector` is '' for every series; undefined for what is no label_values(). */
export function parseLabelValues(text: string): { readonly selector: string; readonly label: string } | undefined {
  const [, selector = '', label] = LABEL_VALUES.exec(text) ?? [];
  return label === undefined ? undefined : { selector, label };
}
