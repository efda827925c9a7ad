// Reads Prometheus rule files strictly: every problem is told with file, line, field and what was expected.
import { isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { parseQuery } from '../../promql/index.ts';
import { compileAlertTemplate, TemplateError } from '../template/index.ts';
import { filesOf, readText } from './files.ts';
import { BAD_IN_A_ROW, GOOD_IN_A_ROW, inARow, MAX_IN_A_ROW } from './in-a-row.ts';
import { placesIn } from './problem.ts';
import type { FieldPath, Places, RuleProblem } from './problem.ts';
import type { LoadedRule, RuleGroup, TemplatedText } from './rule.ts';
import { knownKeys, ruleFileSchema } from './schema.ts';
import { parsedWithoutUnknown } from './unknown-fields.ts';
import type { RawGroup, RawRule } from './schema.ts';

const MAX_ALIASES = 100;

export type LoadedFiles = { readonly groups: readonly RuleGroup[]; readonly problems: readonly RuleProblem[] };

export type LoadOptions = {
  readonly shipped?: boolean;
  /** Passes over fields that a rule file does not have, where another program put them there. */
  readonly ignoreUnknownFields?: boolean;
};

/** Files and globs (`*`, `?`, `[...]`); a glob may match nothing, a plain path must be there. */
export function loadRuleFiles(patterns: readonly string[], options: LoadOptions = {}): LoadedFiles {
  const groups: RuleGroup[] = [];
  const problems: RuleProblem[] = [];
  for (const file of filesOf(patterns)) {
    const text = readText(file);
    if (typeof text !== 'string') {
      problems.push(text);
      continue;
    }
    const parsed = parseRuleFile(text, file, options);
    groups.push(...parsed.groups);
    problems.push(...parsed.problems);
  }
  return { groups, problems };
}

/** Groups of one file's text; of a file with problems, none. `file` is only named. */
export function parseRuleFile(
  text: string,
  file: string,
  { shipped = false, ignoreUnknownFields = false }: LoadOptions = {},
): LoadedFiles {
  const lines = new LineCounter();
  // The failsafe schema leaves every scalar as its text: `expr: 1` and `severity: yes` are texts here, as in Prometheus.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'failsafe' });
  const places = placesIn(file, document, lines);
  if (document.errors.length > 0) {
    return { groups: [], problems: document.errors.map((error) => places.at(error.pos[0], sentenceOf(error))) };
  }
  let value: unknown;
  try {
    value = document.contents === null ? {} : document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    return { groups: [], problems: [places.at(0, `too many aliases: ${String(error)}`)] };
  }
  const result = ignoreUnknownFields ? parsedWithoutUnknown(ruleFileSchema, value) : ruleFileSchema.safeParse(value);
  if (!result.success) {
    return { groups: [], problems: result.error.issues.flatMap((issue) => describe(issue, document, places)) };
  }
  const problems: RuleProblem[] = [];
  const groups = (result.data.groups ?? []).map((group, i) =>
    loadGroup(group, ['groups', i], { file, shipped }, places, problems),
  );
  checkNames(result.data.groups ?? [], places, problems);
  return { groups: problems.length > 0 ? [] : groups, problems };
}

/** The parser's own words, but for those that speak to a programmer. */
const sentenceOf = ({ code, message }: YAMLParseError): string =>
  code === 'MULTIPLE_DOCS' ? 'a second document begins here; a rule file is one document' : message;

function describe(issue: z.core.$ZodIssue, document: Document, places: Places): RuleProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const expected = `expected one of ${knownKeys(issue.path).join(', ')}`;
    return issue.keys.map((key) => places.problem([...issue.path, key], `unknown field; ${expected}`, { ofKey: true }));
  }
  const node: unknown = document.getIn([...issue.path], true);
  const given = isScalar(node) ? `, got ${JSON.stringify(node.value)}` : '';
  const wanted = issue.message.startsWith('Invalid input') ? 'a mapping' : issue.message;
  return [places.problem(issue.path, `expected ${wanted}${given}`)];
}

function checkNames(groups: readonly RawGroup[], places: Places, problems: RuleProblem[]): void {
  const seen = new Set<string>();
  groups.forEach(({ name }, i) => {
    const path = ['groups', i, 'name'];
    if (name === undefined) problems.push(places.problem(path, 'missing; a group needs a name'));
    else if (seen.has(name))
      problems.push(places.problem(path, `the group name ${JSON.stringify(name)} is repeated in the same file`));
    else seen.add(name);
  });
}

function loadGroup(
  raw: RawGroup,
  path: FieldPath,
  from: { file: string; shipped: boolean },
  places: Places,
  problems: RuleProblem[],
): RuleGroup {
  checkLabelNames(raw.labels ?? {}, [...path, 'labels'], places, problems);
  return {
    ...from,
    name: raw.name ?? '',
    intervalMs: raw.interval === 0 ? undefined : raw.interval,
    limit: raw.limit ?? 0,
    queryOffsetMs: raw.query_offset ?? 0,
    rules: (raw.rules ?? []).flatMap((rule, i) => {
      const loaded = loadRule(rule, raw.labels ?? {}, [...path, 'rules', i], places, problems);
      return loaded === undefined ? [] : [loaded];
    }),
  };
}

function loadRule(
  raw: RawRule,
  groupLabels: Readonly<Record<string, string>>,
  path: FieldPath,
  places: Places,
  problems: RuleProblem[],
): LoadedRule | undefined {
  const refuse = (field: string, message: string, ofKey = false): void => {
    problems.push(places.problem([...path, field], message, { ofKey }));
  };
  const labels = { ...groupLabels, ...raw.labels };
  checkLabelNames(raw.labels ?? {}, [...path, 'labels'], places, problems);
  checkExpression(raw.expr, refuse);
  const { record, alert, expr = '' } = raw;
  if (record !== undefined && alert !== undefined) {
    refuse('alert', "only one of 'record' and 'alert' may be set", true);
    return undefined;
  }
  if (record !== undefined) {
    for (const field of ['for', 'keep_firing_for', 'annotations'] as const) {
      if (raw[field] !== undefined) refuse(field, 'a recording rule cannot have this field', true);
    }
    // Any UTF-8 name is allowed, but braces are an expression at the wrong place.
    if (/[{}]/.test(record)) refuse('record', `braces in the name ${JSON.stringify(record)}: does it belong in expr?`);
    return { kind: 'recording', name: record, expr, labels: Object.entries(labels) };
  }
  if (alert === undefined) {
    problems.push(places.problem(path, "one of 'record' or 'alert' must be set"));
    return undefined;
  }
  const compile = (field: 'labels' | 'annotations', texts: Readonly<Record<string, string>>): TemplatedText[] =>
    Object.entries(texts).flatMap(([name, text]) => {
      try {
        return [{ name, text, template: compileAlertTemplate(alert, text) }];
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        problems.push(places.problem([...path, field, name], error.message));
        return [];
      }
    });
  const countOf = (name: string): number => {
    const count = inARow(raw.annotations?.[name]);
    if (count !== undefined) return count;
    problems.push(places.problem([...path, 'annotations', name], `expected a number from 1 to ${MAX_IN_A_ROW}`));
    return 1;
  };
  return {
    kind: 'alerting',
    name: alert,
    expr,
    forMs: raw.for ?? 0,
    keepFiringForMs: raw.keep_firing_for ?? 0,
    badInARow: countOf(BAD_IN_A_ROW),
    goodInARow: countOf(GOOD_IN_A_ROW),
    labels: compile('labels', labels),
    annotations: compile('annotations', raw.annotations ?? {}),
  };
}

function checkExpression(expr: string | undefined, refuse: (field: string, message: string) => void): void {
  if (expr === undefined) {
    refuse('expr', 'missing; a rule needs an expression');
    return;
  }
  try {
    parseQuery(expr);
  } catch (error) {
    if (!(error instanceof LinewardenError)) throw error;
    refuse('expr', `could not parse expression: ${error.message}`);
  }
}

function checkLabelNames(
  labels: Readonly<Record<string, string>>,
  path: FieldPath,
  places: Places,
  problems: RuleProblem[],
): void {
  for (const name of Object.keys(labels)) {
    if (name === '' || name === METRIC_NAME) {
      problems.push(places.problem([...path, name], `invalid label name ${JSON.stringify(name)}`, { ofKey: true }));
    }
  }
}
