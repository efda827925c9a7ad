// What is wrong with a config, in words for the operator: file:line:column, field, and what was expected there.
import type { z } from 'zod';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { knownKeysAt } from './known-keys.ts';
import type { FieldPath, YamlSource } from './yaml.ts';

export type ConfigProblem = {
  readonly file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** Such as `routeros[0].port`; empty for a problem of the YAML itself. */
  readonly field: string;
  readonly message: string;
};

export class ConfigError extends LinewardenError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super('LW_CONFIG_INVALID', problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

export const formatProblem = (problem: ConfigProblem): string => {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  return problem.field === '' ? `${place}: ${problem.message}` : `${place}: ${problem.field}: ${problem.message}`;
};

const MAX_PROBLEMS = 50;
const MAX_SHOWN_LENGTH = 60;

/** The first problems, each once, in the order of the file; a last one says so where there are more. */
export function firstProblems(problems: Iterable<ConfigProblem>): ConfigProblem[] {
  const first: ConfigProblem[] = [];
  const told = new Set<string>();
  for (const problem of problems) {
    const text = formatProblem(problem);
    if (told.has(text)) continue;
    told.add(text);
    if (first.length === MAX_PROBLEMS) {
      return [...inOrder(first), { ...problem, field: '', message: `and more; these are the first ${MAX_PROBLEMS}` }];
    }
    first.push(problem);
  }
  return inOrder(first);
}

const inOrder = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);

/** What the schema says of a file, or of what stands in it at `prefix`, in the operator's words. */
export function* schemaProblems(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  source: YamlSource,
  file: string,
  prefix: FieldPath = [],
): Generator<ConfigProblem> {
  for (const issue of issues) {
    // A union reports its branches; the branch that got furthest names the true problem.
    const furthest =
      issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] : undefined;
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeysAt(schema, issue.path);
      const expected = known.length > 0 ? `; expected one of ${known.join(', ')}` : '';
      for (const key of issue.keys) {
        const field = [...prefix, ...issue.path, key];
        yield { file, ...source.placeOf(field, 'key'), field: fieldName(field), message: `unknown key${expected}` };
      }
    } else if (furthest !== undefined && depth(furthest) > 0) {
      const inner = furthest.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
      yield* schemaProblems(schema, inner, source, file, prefix);
    } else {
      const field = [...prefix, ...issue.path];
      const place = source.placeOf(field, issue.code === 'invalid_key' ? 'key' : 'value');
      yield { file, ...place, field: fieldName(field), message: expectation(issue, valueAt(source, field)) };
    }
  }
}

const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

function expectation(issue: z.core.$ZodIssue, value: unknown): string {
  const got = value === undefined ? '' : `, got ${shown(value)}`;
  // Of a mapping or list that is one, but has a fault, nothing more need be said.
  const gotScalar = typeof value === 'object' && value !== null ? '' : got;
  switch (issue.code) {
    case 'invalid_type': {
      // A field with words of its own for what it expects keeps them.
      if (value !== undefined && !issue.message.startsWith('Invalid input')) return `expected ${issue.message}${got}`;
      const expected = article(issue.expected);
      if (value === undefined) return `missing; expected ${expected}`;
      // A text in the place of a whole mapping may be the secret that belongs into its file.
      return expected === MAPPING && typeof value === 'string'
        ? `expected a mapping, got a text`
        : `expected ${expected}${got}`;
    }
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}${got}`;
    case 'too_small':
      return `expected at least ${String(issue.minimum)}${unitOf(issue.origin, issue.minimum)}${gotScalar}`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)}${unitOf(issue.origin, issue.maximum)}${gotScalar}`;
    case 'invalid_key':
      return `expected ${issue.issues[0]?.message ?? issue.message} as key`;
    case 'invalid_union':
      return `expected ${issue.message}${got}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return `expected ${issue.message}${gotScalar}`;
  }
}

/** A value in an error text: short, on one line, and without what stands before an @, which is often a password. */
function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') {
    const text = value.replace(/^.*@/s, '…@');
    return JSON.stringify(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text);
  }
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : MAPPING;
}

const unitOf = (origin: string, count: number | bigint): string => {
  if (origin === 'string') return count === 1 ? ' character' : ' characters';
  if (origin === 'array') return count === 1 ? ' entry' : ' entries';
  return '';
};

const MAPPING = 'a mapping';
const ARTICLES: Partial<Record<string, string>> = {
  record: MAPPING,
  object: MAPPING,
  array: 'a list',
  int: 'a whole number',
};
const article = (type: string): string => ARTICLES[type] ?? `a ${type}`;

export const fieldName = (field: FieldPath): string =>
  field.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    if (!/^[\w.:/<-]{1,128}$/.test(name)) return `${text}[${shown(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');

function valueAt(source: YamlSource, field: FieldPath): unknown {
  let value = source.value;
  for (const part of field) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}
