// A cursor over tokens, with the errors that every part of the parser words alike.
import { AGGREGATE_OPS } from '../ast.ts';
import { parseError, type QueryError } from '../errors.ts';
import type { Token } from './lexer.ts';

const END: Token = { kind: 'end', text: '', word: '', start: 0, end: 0 };
const KEYWORDS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'offset']);
const OPERATORS = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', '=~', '!~', '@']);
export class TokenStream {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1) ?? END;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** The end of the token last taken. */
  get lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  isOp(op: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'op' && token.text === op;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'identifier' && token.word === word;
  }

  takeOp(op: string): boolean {
    const found = this.isOp(op);
    if (found) this.#at++;
    return found;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.#at++;
    return found;
  }

  expectOp(op: string, context: string): Token {
    if (!this.isOp(op)) throw this.unexpected(context, `"${op}"`);
    return this.next();
  }

  fail(reason: string, offset = this.peek().start): QueryError {
    return parseError(this.text, offset, reason);
  }

  unexpected(context = '', expected = '', token = this.peek()): QueryError {
    const where = context === '' ? '' : ` in ${context}`;
    const wanted = expected === '' ? '' : `, expected ${expected}`;
    return this.fail(`unexpected ${describe(token)}${where}${wanted}`, token.start);
  }
}

export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'number':
    case 'duration':
      return `${token.kind} "${token.text}"`;
    case 'string':
      return `string ${token.text}`;
    case 'op':
      return OPERATORS.has(token.text) ? `<op:${token.text}>` : `"${token.text}"`;
    case 'identifier':
    case 'metric':
      if (KEYWORDS.has(token.word)) return `<${token.word}>`;
      if (AGGREGATE_OPS.has(token.word)) return `<aggr:${token.word}>`;
      return `identifier "${token.text}"`;
  }
}
