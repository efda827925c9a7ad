// The variables of a dashboard as its address has them: `var-instance=["core"]`; absent is All.
import type { DashboardVariable } from '../../shared/model/dashboard.ts';
import { filledQuery, parseLabelValues } from '../../shared/model/dashboard-text.ts';
import type { StepTexts, VariableChoice } from '../../shared/model/dashboard-text.ts';

export type VariableSearch = { readonly [key: `var-${string}`]: readonly string[] | undefined };

const PREFIX = 'var-';
const MAX_VARIABLES = 20;
const MAX_VALUES = 200;
const MAX_VALUE = 1_024;

export const searchKey = (name: string): `var-${string}` => `var-${name}`;

/** What of an address is a choice; a text or number that stands alone is one value. */
export function readChoices(search: Readonly<Record<string, unknown>>): VariableSearch {
  const found = Object.entries(search).flatMap(([key, value]): [string, string[]][] => {
    if (!key.startsWith(PREFIX)) return [];
    const values = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
      typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [],
    );
    const kept = values.filter((one) => one.length <= MAX_VALUE).slice(0, MAX_VALUES);
    return kept.length === 0 ? [] : [[key, kept]];
  });
  return Object.fromEntries(found.slice(0, MAX_VARIABLES));
}

/** A variable without All that nothing was chosen for has no choice yet. */
export function choicesOf(
  variables: readonly DashboardVariable[],
  search: VariableSearch,
): ReadonlyMap<string, VariableChoice> {
  const choices = new Map<string, VariableChoice>();
  for (const { name, multi, all, allValue } of variables) {
    const given = search[searchKey(name)];
    if (given === undefined && !all) continue;
    const values = given === undefined ? null : multi ? given : given.slice(0, 1);
    choices.set(name, { values, allValue, isPattern: multi || all });
  }
  return choices;
}

const NO_STEPS: StepTexts = { interval: '1m', rateInterval: '1m', range: '1h' };

/** The label_values() of a variable, those before it filled in. */
export const sourcesOf = (
  { query }: Pick<DashboardVariable, 'query'>,
  choices: ReadonlyMap<string, VariableChoice>,
): { readonly selector: string; readonly label: string }[] =>
  (typeof query === 'string' ? [query] : query).flatMap((one) => {
    const found = parseLabelValues(one);
    return found === undefined
      ? []
      : [{ label: found.label, selector: filledQuery(found.selector, choices, NO_STEPS) }];
  });

export type Option = { readonly value: string; readonly name: string };

/** The given ones first, then what was found, sorted as people count. */
export function optionsOf(variable: DashboardVariable, found: readonly string[]): Option[] {
  const given = new Set(variable.values.map(({ value }) => value));
  const others = [...new Set(found)].filter((value) => value !== '' && !given.has(value));
  const sorted = others.toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return [...variable.values, ...sorted.map((value) => ({ value, name: value }))];
}

/** What is chosen after a click on an option; null is All. */
export function toggled(
  { multi, all }: Pick<DashboardVariable, 'multi' | 'all'>,
  values: readonly string[] | null,
  value: string,
): readonly string[] | null {
  if (!multi) return all && values?.[0] === value ? null : [value];
  const next = values?.includes(value) === true ? values.filter((one) => one !== value) : [...(values ?? []), value];
  if (next.length > 0) return next;
  return all ? null : [value];
}
