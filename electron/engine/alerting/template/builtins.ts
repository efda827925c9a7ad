// The functions that Go's text/template brings along.
import { FunctionError, takes } from './arguments.ts';
import type { TemplateFunction } from './arguments.ts';
import { indexOne } from './members.ts';
import { sprint, sprintf } from './printf.ts';
import { isTrue, itemsOf, printValue, StringMap, typeName, ValueMap } from './values.ts';
import type { GoValue } from './values.ts';

const MANY = Number.POSITIVE_INFINITY;

function lengthOf(value: GoValue): bigint {
  if (typeof value === 'string') return BigInt(new TextEncoder().encode(value).length);
  const items = itemsOf(value);
  if (items !== undefined) return BigInt(items.length);
  if (value instanceof StringMap || value instanceof ValueMap) return BigInt(value.entries.size);
  throw new FunctionError(`len of type ${typeName(value)}`);
}

function slice(args: readonly GoValue[]): GoValue {
  const [value, from = 0n, to] = args;
  const list = typeof value === 'string' ? value : itemsOf(value);
  if (list === undefined) throw new FunctionError(`can't slice item of type ${typeName(value)}`);
  const end = to ?? BigInt(list.length);
  for (const bound of [from, end]) {
    if (typeof bound !== 'bigint') throw new FunctionError(`cannot index slice/array with type ${typeName(bound)}`);
    if (bound < 0n || bound > BigInt(list.length)) throw new FunctionError(`index out of range: ${bound}`);
  }
  if (Number(from) > Number(end))
    throw new FunctionError(`invalid slice index: ${printValue(from)} > ${printValue(end)}`);
  return list.slice(Number(from), Number(end));
}

type Basic = 'bool' | 'int' | 'float' | 'string' | undefined;

function basicKind(value: GoValue): Basic {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'boolean' ? 'bool' : undefined;
}

function equal(a: GoValue, b: GoValue): boolean {
  if (a === undefined || b === undefined) return a === b;
  const [x, y] = [basicKind(a), basicKind(b)];
  if (x === undefined || y === undefined) throw new FunctionError('invalid type for comparison');
  if (x !== y) throw new FunctionError('incompatible types for comparison');
  return a === b;
}

function less(a: GoValue, b: GoValue): boolean {
  const [x, y] = [basicKind(a), basicKind(b)];
  if (x === undefined || y === undefined) throw new FunctionError('invalid type for comparison');
  if (x !== y) throw new FunctionError('incompatible types for comparison');
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  throw new FunctionError('invalid type for comparison');
}

const HTML: Readonly<Record<string, string>> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** As url.QueryEscape. */
export const queryEscape = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

const text = (args: readonly GoValue[]): string => {
  const [only] = args;
  return args.length === 1 && typeof only === 'string' ? only : sprint(args);
};

export const BUILTINS: ReadonlyMap<string, TemplateFunction> = new Map([
  ['not', takes(1, 1, ([value]) => !isTrue(value))],
  ['len', takes(1, 1, ([value]) => lengthOf(value))],
  ['index', takes(1, MANY, ([value, ...keys]) => keys.reduce<GoValue>(indexOne, value))],
  ['slice', takes(1, 3, slice)],
  ['print', takes(0, MANY, sprint)],
  ['println', takes(0, MANY, (args) => `${args.map(printValue).join(' ')}\n`)],
  ['printf', takes(1, MANY, ([format, ...args]) => sprintf(format, args))],
  ['html', takes(1, MANY, (args) => text(args).replace(/["'&<>]/g, (character) => HTML[character] ?? ''))],
  ['js', takes(1, MANY, (args) => JSON.stringify(text(args)).slice(1, -1).replaceAll("'", "\\'"))],
  ['urlquery', takes(1, MANY, (args) => queryEscape(text(args)))],
  ['eq', takes(2, MANY, ([value, ...others]) => others.some((other) => equal(value, other)))],
  ['ne', takes(2, 2, ([a, b]) => !equal(a, b))],
  ['lt', takes(2, 2, ([a, b]) => less(a, b))],
  ['le', takes(2, 2, ([a, b]) => less(a, b) || equal(a, b))],
  ['gt', takes(2, 2, ([a, b]) => less(b, a))],
  ['ge', takes(2, 2, ([a, b]) => less(b, a) || equal(a, b))],
]);
