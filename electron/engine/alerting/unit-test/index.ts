// promtool's unit tests of rules: reads a file, runs its tests, says what failed.
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { filesOf, readText } from '../rules/files.ts';
import { loadRuleFiles } from '../rules/load.ts';
import { formatRuleProblem, placesIn } from '../rules/problem.ts';
import type { RuleGroup } from '../rules/rule.ts';
import { parsedWithoutUnknown } from '../rules/unknown-fields.ts';
import { runTest } from './run.ts';
import { unitTestSchema, type UnitTestFile } from './schema.ts';

const DEFAULT_INTERVAL_MS = 60_000;
const MAX_ALIASES = 100;

export type UnitTestOptions = {
  /** Patterns of test names (RE2 is not asked for: they are the operator's own, run here once). Empty: all. */
  readonly run?: readonly RegExp[];
  readonly ignoreUnknownFields?: boolean;
};

/** What failed, one text each; empty where all tests of the file pass. */
export async function runRuleTests(file: string, options: UnitTestOptions = {}): Promise<string[]> {
  const { run = [], ignoreUnknownFields = false } = options;
  const parsed = readTestFile(file, ignoreUnknownFields);
  if (!('tests' in parsed)) return parsed;
  const dir = path.dirname(file);
  const ruleFiles = filesOf(parsed.rule_files.map((pattern) => path.resolve(dir, pattern)));
  const { groups, problems } = loadRuleFiles(ruleFiles, { ignoreUnknownFields });
  if (problems.length > 0) return problems.map(formatRuleProblem);
  const ordered = inOrder(groups, parsed.group_eval_order);
  if (typeof ordered === 'string') return [ordered];
  const settings = {
    evaluationIntervalMs: parsed.evaluation_interval ?? DEFAULT_INTERVAL_MS,
    isFuzzy: parsed.fuzzy_compare ?? false,
  };
  const failures: string[] = [];
  for (const test of parsed.tests) {
    if (run.length > 0 && !run.some((pattern) => pattern.test(test.name ?? ''))) continue;
    const found = await runTest(test, ordered, settings);
    failures.push(
      ...found.map((failure) => (test.name === undefined ? failure : `name: ${test.name},\n    ${failure}`)),
    );
  }
  return failures;
}

function readTestFile(file: string, ignoreUnknownFields: boolean): UnitTestFile | string[] {
  const text = readText(file);
  if (typeof text !== 'string')
    return [formatRuleProblem({ ...text, message: text.message.replace('rule file', 'file') })];
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'failsafe' });
  const places = placesIn(file, document, lines);
  if (document.errors.length > 0) {
    return document.errors.map((error) => formatRuleProblem(places.at(error.pos[0], error.message)));
  }
  const value: unknown = document.contents === null ? {} : document.toJS({ maxAliasCount: MAX_ALIASES });
  const result = ignoreUnknownFields ? parsedWithoutUnknown(unitTestSchema, value) : unitTestSchema.safeParse(value);
  if (result.success) return result.data;
  return result.error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : undefined;
    if (keys === undefined) return [formatRuleProblem(places.problem(issue.path, issue.message))];
    return keys.map((key) => formatRuleProblem(places.problem([...issue.path, key], 'unknown field', { ofKey: true })));
  });
}

/** Groups named in `order` in that order; the others after them, as they stand in the files. */
function inOrder(groups: readonly RuleGroup[], order: readonly string[]): readonly RuleGroup[] | string {
  const known = new Set(groups.map(({ name }) => name));
  const unknown = order.find((name) => !known.has(name));
  if (unknown !== undefined) return `group_eval_order: there is no group ${JSON.stringify(unknown)}`;
  const rank = ({ name }: RuleGroup): number => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  return groups.toSorted((a, b) => rank(a) - rank(b));
}
