// Reads linewarden.yml; every problem is told as file:line:column, field, and what was expected there.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, isMap, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { knownKeysAt } from './known-keys.ts';
import { configSchema } from './schema.ts';
import type { LinewardenConfig } from './schema.ts';

const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

export type ConfigProblem = {
  readonly file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** Such as `routeros[0].port`; empty for a problem of the YAML itself. */
  readonly field: string;
  readonly message: string;
};

export type LoadedConfig = {
  readonly config: LinewardenConfig;
  /** Relative paths inside the config start here. */
  readonly baseDir: string;
  readonly file: string | undefined;
  readonly text: string;
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

/** Loads and checks the file; without one, the defaults. Throws ConfigError. */
export function loadConfig(file: string | undefined): LoadedConfig {
  if (file === undefined) {
    return { config: configSchema.parse({}), baseDir: process.cwd(), file: undefined, text: '' };
  }
  const absolute = path.resolve(file);
  let text: string;
  try {
    const { size } = statSync(absolute);
    if (size > MAX_CONFIG_BYTES) throw new Error(`it has ${size} bytes; at most ${MAX_CONFIG_BYTES} are read`);
    text = readFileSync(absolute, 'utf8');
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : String(error);
    throw new ConfigError([
      { file, line: 0, column: 0, field: '', message: `the config file cannot be read: ${reason}` },
    ]);
  }
  return { config: parseConfig(text, file), baseDir: path.dirname(absolute), file: absolute, text };
}

/** Checks the text of a config; `file` is only named in problems. Throws ConfigError. */
export function parseConfig(text: string, file: string): LinewardenConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file, line, column: col, field: '', message: error.message };
      }),
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw new ConfigError([{ file, line: 0, column: 0, field: '', message: `too many aliases: ${String(error)}` }]);
  }
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => problemsOf(issue, document, lines, file)));
}

type FieldPath = readonly PropertyKey[];

function problemsOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter, file: string): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = knownKeysAt(configSchema, issue.path);
      const expected = known.length > 0 ? `; expected one of ${known.join(', ')}` : '';
      const place = placeOf(document, lines, [...issue.path, key], true);
      return { file, ...place, field: fieldName([...issue.path, key]), message: `unknown key${expected}` };
    });
  }
  // A union reports its branches; the branch that got furthest names the true problem.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.toSorted((a, b) => depth(b) - depth(a));
    const best = branches[0] ?? [];
    if (best.length > 0 && depth(best) > 0) {
      return best.flatMap((inner) =>
        problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, document, lines, file),
      );
    }
  }
  const place = placeOf(document, lines, issue.path, false);
  return [{ file, ...place, field: fieldName(issue.path), message: describe(issue, document) }];
}

const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

function describe(issue: z.core.$ZodIssue, document: Document): string {
  const node = document.getIn([...issue.path], true);
  const given = isScalar(node) ? `, got ${JSON.stringify(node.value)}` : '';
  switch (issue.code) {
    case 'invalid_type':
      // A field with words of its own for what it expects keeps them.
      if (node !== undefined && !issue.message.startsWith('Invalid input')) return `expected ${issue.message}${given}`;
      return node === undefined
        ? `missing; expected ${article(issue.expected)}`
        : `expected ${article(issue.expected)}${given}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}${given}`;
    case 'too_small':
      return `expected at least ${String(issue.minimum)}${unitOf(issue.origin)}${given}`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)}${unitOf(issue.origin)}${given}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return `expected ${issue.message}${given}`;
  }
}

const unitOf = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '');

const article = (type: string): string => {
  const names: Record<string, string> = {
    record: 'a mapping',
    object: 'a mapping',
    array: 'a list',
    int: 'a whole number',
  };
  return names[type] ?? `a ${type}`;
};

const fieldName = (field: FieldPath): string =>
  field.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/** Where a path stands in the file; of a missing field, its nearest parent. */
function placeOf(
  document: Document,
  lines: LineCounter,
  field: FieldPath,
  ofKey: boolean,
): { line: number; column: number } {
  for (let length = field.length; length >= 0; length--) {
    const parent = length === 0 ? undefined : document.getIn(field.slice(0, length - 1), true);
    const last = field[length - 1];
    if (ofKey && isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return at(lines, pair.key.range[0]);
    }
    const node = length === 0 ? document.contents : document.getIn(field.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return at(lines, Number(node.range[0]));
    }
  }
  return { line: 1, column: 1 };
}

const at = (lines: LineCounter, offset: number): { line: number; column: number } => {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};
