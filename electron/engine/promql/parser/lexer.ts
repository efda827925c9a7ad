// Cuts a query into tokens. Keywords are left to the parser, since they are keywords only in some places.
import { parseError } from '../errors.ts';

export type TokenKind = 'identifier' | 'metric' | 'number' | 'duration' | 'string' | 'op' | 'end';

export type Token = {
  readonly kind: TokenKind;
  readonly text: string;
  /** The text in lower case for identifiers, which keywords are compared with. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
};

/** Longer queries are refused before they are read. */
export const MAX_QUERY_LENGTH = 262_144;

const SPACE = /(?:[ \t\r\n]|#[^\n]*)*/y;
const IDENTIFIER = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL_NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const HEX_NUMBER = /0[xX]_?[\da-fA-F](?:_?[\da-fA-F])*/y;
const DECIMAL_NUMBER = /(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?/y;
const DURATION = /\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*/y;
const ALPHANUMERIC = /[A-Za-z0-9_]/;
const OPERATORS = [
  '==',
  '=~',
  '!=',
  '!~',
  '<=',
  '>=',
  '</',
  '>/',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '=',
  '<',
  '>',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '@',
];

/** All tokens, the last of kind 'end'. Throws a QueryError with the place of the first thing that is no token. */
export function tokenize(text: string): Token[] {
  if (text.length > MAX_QUERY_LENGTH) throw parseError(text, 0, `query is longer than ${MAX_QUERY_LENGTH} characters`);
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #inBraces = false;
  #brackets = 0;
  readonly #parens: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  run(): Token[] {
    for (;;) {
      this.#at += this.#match(SPACE).length;
      if (this.#at >= this.#text.length) break;
      this.#next();
    }
    if (this.#inBraces) this.#fail('unexpected end of input inside braces');
    if (this.#brackets > 0) this.#fail('unexpected end of input in duration expression');
    if (this.#parens.length > 0) this.#fail('unclosed left parenthesis');
    this.#push('end', '');
    return this.#tokens;
  }

  #next(): void {
    const char = this.#text[this.#at] ?? '';
    if (char === '"' || char === "'" || char === '`') this.#string(char);
    else if (this.#inBraces) this.#insideBraces(char);
    else if (/[0-9.]/.test(char)) this.#number();
    else if (/[A-Za-z_]/.test(char) || (char === ':' && this.#brackets === 0)) this.#identifier();
    else this.#operator(char);
  }

  #insideBraces(char: string): void {
    const name = this.#match(LABEL_NAME);
    if (name !== '') this.#push('identifier', name);
    else if (char === '{') this.#fail("unexpected left brace '{'");
    else if (/[,}=!]/.test(char)) this.#operator(char);
    else this.#fail(`unexpected character inside braces: '${this.#character()}'`);
  }

  #number(): void {
    const hex = this.#match(HEX_NUMBER);
    const decimal = this.#match(DECIMAL_NUMBER);
    const number = hex.length > decimal.length ? hex : decimal;
    const duration = this.#match(DURATION);
    const longest = duration.length > number.length ? duration : number;
    const after = this.#text[this.#at + longest.length] ?? '';
    if (longest === '' || ALPHANUMERIC.test(after) || after === '.') {
      if (longest === '') this.#fail(`unexpected character: '${this.#character()}'`);
      this.#fail(`bad number or duration syntax: "${this.#text.slice(this.#at, this.#at + longest.length + 1)}"`);
    }
    this.#push(longest === duration ? 'duration' : 'number', longest);
  }

  #identifier(): void {
    const text = this.#match(this.#brackets > 0 ? LABEL_NAME : IDENTIFIER);
    this.#push(text.includes(':') ? 'metric' : 'identifier', text);
  }

  #string(quote: string): void {
    const text = this.#text;
    for (let i = this.#at + 1; i < text.length; i++) {
      const char = text[i];
      if (char === '\uFFFD') this.#fail('invalid UTF-8 rune', i);
      if (char === quote) {
        const literal = text.slice(this.#at, i + 1);
        if (!literal.isWellFormed()) this.#fail('invalid UTF-8 rune');
        this.#push('string', literal);
        return;
      }
      if (quote !== '`' && char === '\n') break;
      if (quote !== '`' && char === '\\') i++;
    }
    this.#fail(quote === '`' ? 'unterminated raw string' : 'unterminated quoted string');
  }

  #operator(char: string): void {
    const op = OPERATORS.find((candidate) => this.#text.startsWith(candidate, this.#at));
    if (op === undefined) this.#fail(`unexpected character: '${this.#character()}'`);
    if (op === '</' || op === '>/') this.#fail(`native histograms are not supported: the trimming operator ${op}`);
    if (char === '{') this.#inBraces = true;
    if (char === '}') {
      if (!this.#inBraces) this.#fail("unexpected right brace '}'");
      this.#inBraces = false;
    }
    if (char === '(') this.#parens.push(this.#at);
    if (char === ')' && this.#parens.pop() === undefined) this.#fail("unexpected right parenthesis ')'");
    if (char === '[') this.#brackets++;
    if (char === ']' && --this.#brackets < 0) this.#fail("unexpected right bracket ']'");
    this.#push('op', op);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #character(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
  }

  #push(kind: TokenKind, text: string): void {
    const word = kind === 'identifier' ? text.toLowerCase() : kind === 'op' ? text : '';
    this.#tokens.push({ kind, text, word, start: this.#at, end: this.#at + text.length });
    this.#at += text.length;
  }

  #fail(reason: string, offset = this.#at): never {
    throw parseError(this.#text, offset, reason);
  }
}
