// Alertmanager's matchers: their text, and whether a label set fulfils them. A label that is absent has the value ''.
import type { Labels } from '../../../../shared/model/labels.ts';
import { compileMatcher, QueryError } from '../../promql/index.ts';

export type MatcherOp = '=' | '!=' | '=~' | '!~';

export type Matcher = {
  readonly name: string;
  readonly op: MatcherOp;
  readonly value: string;
  readonly test: (value: string) => boolean;
};

/** A matcher's text that cannot be read; `at` counts UTF-16 units from its beginning. */
export class MatcherError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Throws MatcherError where the pattern is not valid RE2. */
export function matcher(name: string, op: MatcherOp, value: string): Matcher {
  try {
    return { name, op, value, test: compileMatcher({ name, op, value }) };
  } catch (error) {
    if (error instanceof QueryError) throw new MatcherError(error.message, 0);
    throw error;
  }
}

export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every(({ name, test }) => test(labels.get(name)));

/** `{a="b",c=~"d"}`, sorted by name: the same text for the same matchers. */
export function matchersText(matchers: readonly Matcher[]): string {
  const parts = matchers.map(({ name, op, value }) => `${quotedName(name)}${op}${quoted(value)}`);
  return `{${parts.toSorted().join(',')}}`;
}

const quotedName = (name: string): string => (/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : quoted(name));

export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;

const MAX_TEXT = 16_384;
const RESERVED = /[\s"'`,{}\\=!~]/u;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/**
 * Reads `{a="b",c=~"d"}`, with or without braces, names and values bare or in double quotes; a trailing comma is allowed.
 * An empty text has no matchers. Throws MatcherError.
 */
export function parseMatchers(text: string): Matcher[] {
  if (text.length > MAX_TEXT) throw new MatcherError(`longer than ${MAX_TEXT} characters`, MAX_TEXT);
  const reader = new MatcherReader(text);
  return reader.list();
}

class MatcherReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  list(): Matcher[] {
    const found: Matcher[] = [];
    const isBraced = this.#take('{');
    while (!this.#isAt('}') && !this.#isEnd()) {
      found.push(this.#matcher());
      if (this.#take(',')) continue;
      if (!this.#isAt('}') && !this.#isEnd()) throw this.#unexpected(`a comma${isBraced ? ' or a closing brace' : ''}`);
    }
    if (isBraced && !this.#take('}')) throw this.#unexpected('a closing brace');
    if (!this.#isEnd()) throw this.#unexpected(isBraced ? 'the end' : 'an opening brace before it');
    return found;
  }

  #matcher(): Matcher {
    const name = this.#word('a label name');
    if (name === '') throw this.#unexpected('a label name');
    this.#spaces();
    const op = (['=~', '!~', '!=', '='] as const).find((each) => this.#text.startsWith(each, this.#at));
    if (op === undefined) throw this.#unexpected('one of =, !=, =~ or !~');
    this.#at += op.length;
    const at = this.#at;
    try {
      return matcher(name, op, this.#word('a label value'));
    } catch (error) {
      throw error instanceof MatcherError && error.at === 0 ? new MatcherError(error.message, at) : error;
    }
  }

  #word(what: string): string {
    this.#spaces();
    if (this.#text[this.#at] === '"') return this.#quoted();
    const start = this.#at;
    while (!this.#isEndHere() && !RESERVED.test(this.#text[this.#at]!)) this.#at++;
    if (this.#at === start) throw this.#unexpected(what);
    return this.#text.slice(start, this.#at);
  }

  #quoted(): string {
    const start = this.#at++;
    let value = '';
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined || sign === '\n') throw new MatcherError('the quotes are not closed', start);
      this.#at++;
      if (sign === '"') return value;
      value += sign === '\\' ? this.#escape() : sign;
    }
  }

  /** Go's escapes of a string in double quotes. */
  #escape(): string {
    const at = this.#at - 1;
    const sign = this.#text[this.#at++] ?? '';
    const plain = ESCAPES[sign];
    if (plain !== undefined) return plain;
    const hex = { x: 2, u: 4, U: 8 }[sign];
    const digits = hex === undefined ? '' : this.#text.slice(this.#at, this.#at + hex);
    const code = Number.parseInt(digits, 16);
    if (hex !== undefined && /^[0-9a-fA-F]+$/.test(digits) && digits.length === hex && code <= 0x10_ff_ff) {
      this.#at += hex;
      return String.fromCodePoint(code);
    }
    const octal = /^[0-3][0-7]{2}/.exec(this.#text.slice(this.#at - 1))?.[0];
    if (octal === undefined) throw new MatcherError(`\\${sign} is no escape sequence`, at);
    this.#at += 2;
    return String.fromCodePoint(Number.parseInt(octal, 8));
  }

  #take(sign: string): boolean {
    if (!this.#isAt(sign)) return false;
    this.#at += sign.length;
    return true;
  }

  #isAt(sign: string): boolean {
    this.#spaces();
    return this.#text.startsWith(sign, this.#at);
  }

  #isEnd(): boolean {
    this.#spaces();
    return this.#isEndHere();
  }

  #isEndHere = (): boolean => this.#at >= this.#text.length;

  #spaces(): void {
    while (/\s/u.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #unexpected(expected: string): MatcherError {
    this.#spaces();
    const found = this.#text[this.#at];
    return new MatcherError(`expected ${expected}, found ${found === undefined ? 'the end' : `"${found}"`}`, this.#at);
  }
}
