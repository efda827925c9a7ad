// The filter language, from text to tree: conditions joined with and, or, not and parentheses.
import type { AddressField, Comparison, Condition, CountField, Filter, TextField } from './ast.ts';
import { FlowFilterError } from './errors.ts';
import { isUnit } from './quantity.ts';
import { tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';
import { countValue, directionValue, netValue, protocolValue, serviceValue, spanValue } from './values.ts';
import { FIELDS, FIELD_WORDS, isReserved } from './words.ts';

const MAX_DEPTH = 64;
const COMPARISONS = new Set<string>(['=', '==', '!=', '>', '>=', '<', '<=']);
const WORDS: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!': 'not' };

/** Undefined for an empty filter, which takes all. Throws a FlowFilterError. */
export function parseFilter(text: string): Filter | undefined {
  const parser = new Parser(tokensOf(text), text.length);
  return parser.isAtEnd ? undefined : parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  whole(): Filter {
    const filter = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest === undefined) return filter;
    if (rest.text === ')') throw this.#error('There is no ( for this ).', rest);
    throw this.#error(`"${rest.text}" does not follow here.`, rest, 'Join two conditions with "and" or "or".');
  }

  #or(): Filter {
    return this.#joined('or', () => this.#joined('and', () => this.#not()));
  }

  #joined(type: 'and' | 'or', next: () => Filter): Filter {
    const first = next();
    const terms = [first];
    while (this.#takesWord(type)) terms.push(next());
    // One level for a and (b and c): what is meant is the same.
    return terms.length === 1
      ? first
      : { type, terms: terms.flatMap((term) => (term.type === type ? term.terms : [term])) };
  }

  #not(): Filter {
    if (!this.#takesWord('not')) return this.#primary();
    return this.#deeper(() => ({ type: 'not', term: this.#not() }));
  }

  #primary(): Filter {
    const open = this.#tokens[this.#at];
    if (open?.kind !== 'sign' || open.text !== '(') return this.#condition();
    this.#at++;
    const inner = this.#deeper(() => this.#or());
    if (!this.#takes(')')) throw this.#error('This ( is not closed.', open, 'Put a ) after its last condition.');
    return inner;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#error('Parentheses are nested too deeply.', this.#tokens[this.#at]);
    const result = read();
    this.#depth--;
    return result;
  }

  #condition(): Condition {
    const token = this.#tokens[this.#at];
    const field = token?.kind === 'word' ? fieldOf(token.text) : undefined;
    if (token === undefined || field === undefined) throw this.#noField(token);
    this.#at++;
    if (field === 'bytes' || field === 'packets' || field === 'flows') return this.#count(field);
    if (field === 'direction') return this.#direction();
    const isNot = this.#operator(token);
    const values = this.#values(token);
    return conditionOf(field, isNot, values);
  }

  #count(field: CountField): Condition {
    const operator = this.#tokens[this.#at];
    if (operator?.kind !== 'sign' || !COMPARISONS.has(operator.text)) {
      throw this.#error(
        `${field} has to be compared with a number.`,
        operator,
        `Such as ${field} > 1${field === 'bytes' ? 'MB' : '000'}.`,
      );
    }
    this.#at++;
    const number = this.#value(`${field} ${operator.text}`);
    const next = this.#tokens[this.#at];
    const unit = next?.kind === 'word' && isUnit(next.text) ? next : undefined;
    if (unit !== undefined) this.#at++;
    const comparison = (operator.text === '==' ? '=' : operator.text) as Comparison;
    return { type: 'count', field, comparison, value: countValue(number, unit, field) };
  }

  #direction(): Condition {
    const isNot = this.#takes('!=');
    if (!isNot && !this.#takes('=')) this.#takes('==');
    return { type: 'direction', isIn: directionValue(this.#value('direction')) !== isNot };
  }

  /** `=`, `in`, `!=`, `not in` or nothing; whether it is a negated one. */
  #operator(field: Token): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined) return false;
    if (token.kind === 'sign') {
      if (token.text === '=' || token.text === '==') this.#at++;
      else if (token.text === '!=') {
        this.#at++;
        return true;
      } else if (COMPARISONS.has(token.text)) {
        throw this.#error(
          `${field.text} cannot be compared by ${token.text}.`,
          token,
          'Only bytes, packets and flows can.',
        );
      }
      return false;
    }
    if (token.kind === 'word' && token.text.toLowerCase() === 'not') {
      const next = this.#tokens[this.#at + 1];
      if (next?.kind !== 'word' || next.text.toLowerCase() !== 'in') return false;
      this.#at += 2;
      return true;
    }
    this.#takesWord('in');
    return false;
  }

  /** One, several with commas, or several with commas in parentheses or braces. */
  #values(field: Token): Token[] {
    const open = this.#tokens[this.#at];
    const close = open?.kind !== 'sign' ? undefined : open.text === '(' ? ')' : open.text === '{' ? '}' : undefined;
    if (close !== undefined) this.#at++;
    const values = [this.#value(field.text)];
    while (this.#takes(',')) values.push(this.#value(field.text));
    if (close !== undefined && !this.#takes(close)) {
      throw this.#error(
        `This ${open?.text ?? ''} is not closed.`,
        open,
        `Put commas between values and a ${close} at the end.`,
      );
    }
    return values;
  }

  #value(of: string): Token {
    const token = this.#tokens[this.#at];
    const isWordOfLanguage =
      token?.kind === 'word' && isReserved(token.text.toLowerCase()) && !of.startsWith('direction');
    if (token === undefined || token.kind === 'sign' || isWordOfLanguage) {
      throw this.#error(
        `A value is missing after ${of}.`,
        token,
        isWordOfLanguage ? 'Put it in quotes if it is a name.' : '',
      );
    }
    this.#at++;
    return token;
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  #takesWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    const said =
      token?.kind === 'word' ? token.text.toLowerCase() : token?.kind === 'sign' ? WORDS[token.text] : undefined;
    if (said !== word) return false;
    this.#at++;
    return true;
  }

  #noField(token: Token | undefined): FlowFilterError {
    if (token === undefined) return this.#error('A condition is missing here.', token, 'Such as service = https.');
    if (token.kind === 'sign')
      return this.#error(`A condition has to stand before ${token.text}.`, token, 'Such as service = https.');
    const near = nearest(token.text.toLowerCase());
    const hint = near === undefined ? `Fields are ${Object.keys(FIELDS).join(', ')}.` : `Did you mean ${near}?`;
    return this.#error(`"${token.text}" is no field that can be asked for.`, token, hint);
  }

  /** Without a token: at the end of the text. */
  #error(message: string, token: Token | undefined, hint = ''): FlowFilterError {
    return new FlowFilterError(message, token?.start ?? this.#length, token?.end ?? this.#length, hint);
  }
}

const fieldOf = (word: string): string | undefined => {
  const lower = word.toLowerCase();
  return Object.hasOwn(FIELD_WORDS, lower) ? FIELD_WORDS[lower] : undefined;
};

function conditionOf(field: string, isNot: boolean, values: readonly Token[]): Condition {
  switch (field) {
    case 'service':
      return { type: 'service', isNot, spans: values.map(serviceValue) };
    case 'proto':
      return { type: 'protocol', isNot, numbers: values.map(protocolValue) };
    case 'vlan':
    case 'dscp':
      return { type: field, isNot, spans: values.map((value) => spanValue(value, field)) };
    case 'interface':
    case 'in_interface':
    case 'out_interface':
    case 'exporter':
    case 'subscriber':
    case 'tier':
      return { type: 'text', field: field satisfies TextField, isNot, texts: values.map(({ text }) => text) };
    default:
      return { type: 'address', field: field as AddressField, isNot, nets: values.map(netValue) };
  }
}

/** The field that one slip of the keys away is; none for what is far from all. */
function nearest(word: string): string | undefined {
  return Object.keys(FIELD_WORDS).find(
    (field) => Math.abs(field.length - word.length) <= 2 && distance(field, word) <= (field.length > 5 ? 2 : 1),
  );
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isCrossed = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const crossed = isCrossed ? (before[j - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(swap, crossed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
