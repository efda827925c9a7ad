// Number literals, durations written as numbers, and signed numbers in modifiers.
import type { NumberLiteral } from '../ast.ts';
import { parseNumberLiteral } from '../numbers.ts';
import { literalSeconds } from './durations.ts';
import type { TokenStream } from './token-stream.ts';

/** The number, duration, Inf or NaN that comes next; a duration counts as its seconds. */
export function parseNumber(tokens: TokenStream): NumberLiteral {
  const token = tokens.peek();
  const literal = {
    type: 'number',
    asDuration: token.kind === 'duration',
    span: { start: token.start, end: token.end },
  } as const;
  if (token.kind === 'duration') return { ...literal, value: literalSeconds(tokens)?.seconds ?? 0 };
  const value = token.word === 'inf' ? Infinity : token.word === 'nan' ? Number.NaN : parseNumberLiteral(token.text);
  if (value === undefined) throw tokens.fail(`error parsing number: "${token.text}": value out of range`);
  tokens.next();
  return { ...literal, value };
}

export function isNumberNext(tokens: TokenStream): boolean {
  const { kind, word } = tokens.peek();
  return kind === 'number' || kind === 'duration' || word === 'inf' || word === 'nan';
}

export function parseSignedNumber(tokens: TokenStream, context: string, expected = 'number'): number {
  const negative = tokens.isOp('-');
  if (negative || tokens.isOp('+')) tokens.next();
  if (!isNumberNext(tokens)) throw tokens.unexpected(context, expected);
  const { value } = parseNumber(tokens);
  return negative ? -value : value;
}
