// A cursor over the bytes of a body: the tokens that both exposition formats share, for lines that are read in full.
import { isUtf8 } from 'node:buffer';
import { METRIC_NAME } from '../../../../../shared/model/labels.ts';
import { parseFloatStrict } from './float.ts';
import { badBody } from './types.ts';
import type { ExpositionLimits } from './types.ts';

export const NEWLINE = 0x0a;
export const SPACE = 0x20;
export const TAB = 0x09;
export const HASH = 0x23;
export const BRACE_OPEN = 0x7b;
export const BRACE_CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const EQUALS = 0x3d;

const LETTER = 1;
const DIGIT = 2;
const COLON = 4;
const CLASSES = new Uint8Array(256);
for (let c = 0x61; c <= 0x7a; c++) CLASSES[c] = CLASSES[c - 0x20] = LETTER;
for (let c = 0x30; c <= 0x39; c++) CLASSES[c] = DIGIT;
CLASSES[0x5f] = LETTER;
CLASSES[0x3a] = COLON;

/** How the two formats differ inside the braces. */
export type LabelSyntax = {
  /** Spaces and tabs between tokens, and labels without a comma between them. */
  readonly loose: boolean;
  readonly newlineInValues: boolean;
};

export class BodyReader {
  readonly body: Buffer;
  readonly end: number;
  pos = 0;
  /** Where the line that is being read begins; errors point at it. */
  lineStart = 0;
  /** What the last suffix said: the sample's value, and its time in Unix ms (NaN: none). */
  value = 0;
  timestampMs = Number.NaN;
  readonly #limits: ExpositionLimits;

  constructor(body: Buffer, limits: ExpositionLimits) {
    this.body = body;
    this.end = body.length;
    this.#limits = limits;
  }

  /** The byte at the cursor, -1 past the end. */
  peek(): number {
    return this.pos < this.end ? (this.body[this.pos] ?? -1) : -1;
  }

  error(what: string): Error {
    return badBody(this.body, this.lineStart, what);
  }

  skipBlanks(): void {
    while (this.peek() === SPACE || this.peek() === TAB) this.pos++;
  }

  /** Where this line's newline is, or the end of the body. */
  lineEnd(): number {
    const at = this.body.indexOf(NEWLINE, this.pos);
    return at < 0 ? this.end : at;
  }

  utf8(start: number, end: number, what: string): string {
    const bytes = this.body.subarray(start, end);
    if (!isUtf8(bytes)) throw this.error(`${what} is not UTF-8`);
    return bytes.toString('utf8');
  }

  /** `[a-zA-Z_:][a-zA-Z0-9_:]*` at the cursor; '' when there is none. */
  metricName(): string {
    return this.#name(LETTER | COLON);
  }

  #labelName(): string {
    return this.#name(LETTER);
  }

  #name(first: number): string {
    const start = this.pos;
    let allowed = first;
    while (((CLASSES[this.body[this.pos] ?? 0] ?? 0) & allowed) !== 0 && this.pos < this.end) {
      this.pos++;
      allowed = first | DIGIT;
    }
    if (this.pos - start > this.#limits.maxLabelNameBytes) throw this.error('a name is longer than allowed');
    return this.body.toString('latin1', start, this.pos);
  }

  /** Where a series that begins at the cursor ends, found without judging it: to look its text up before reading it. */
  seriesEnd(loose: boolean): number {
    let at = this.pos;
    while ((CLASSES[this.body[at] ?? 0] ?? 0) !== 0) at++;
    const nameEnd = at;
    if (loose) while (this.body[at] === SPACE || this.body[at] === TAB) at++;
    if (this.body[at] !== BRACE_OPEN) return nameEnd;
    for (let inQuotes = false; at < this.end; at++) {
      const c = this.body[at];
      if (c === QUOTE) inQuotes = !inQuotes;
      else if (c === BACKSLASH) at++;
      else if (c === BRACE_CLOSE && !inQuotes) return at + 1;
    }
    return this.end;
  }

  /** A quoted name or value, its escapes resolved; undefined when the cursor is not at a whole one. */
  quoted(what: string, newlineAllowed: boolean): string | undefined {
    if (this.peek() !== QUOTE) return undefined;
    const start = this.pos + 1;
    let escaped = false;
    let at = start;
    for (; at < this.end; at++) {
      const c = this.body[at];
      if (c === QUOTE) break;
      if (c === NEWLINE && !newlineAllowed) return undefined;
      if (c === BACKSLASH) {
        escaped = true;
        at++;
        if (this.body[at] === NEWLINE) return undefined;
      }
    }
    if (at >= this.end) return undefined;
    if (at - start > this.#limits.maxLabelValueBytes) throw this.error(`${what} is longer than allowed`);
    this.pos = at + 1;
    const text = this.utf8(start, at, what);
    return escaped ? unescapeQuoted(text) : text;
  }

  /**
   * The rest of `{...}` with the cursor behind its brace. `name` is the metric name when it stood before the brace; a
   * quoted string that is no label's name is the metric's name (UTF-8 names). Returns [__name__, name, label, value, ...].
   */
  labels(name: string, syntax: LabelSyntax): string[] {
    let metric = name;
    const flat: string[] = [];
    const blank = (): void => {
      if (syntax.loose) this.skipBlanks();
    };
    for (blank(); this.peek() !== BRACE_CLOSE; blank()) {
      const isQuoted = this.peek() === QUOTE;
      const label = isQuoted ? this.quoted('a name', true) : this.#labelName();
      if (label === undefined || (label === '' && !isQuoted)) throw this.error('a label name is expected');
      blank();
      if (isQuoted && (this.peek() === COMMA || this.peek() === BRACE_CLOSE)) {
        if (metric !== '') throw this.error('the metric name is given twice');
        if (label === '') throw this.error('the metric name is empty');
        metric = label;
        if (this.peek() === COMMA) this.pos++;
        continue;
      }
      if (this.peek() !== EQUALS) throw this.error('"=" is expected after the label name');
      this.pos++;
      blank();
      const value = this.quoted('a label value', syntax.newlineInValues);
      if (value === undefined) throw this.error('a quoted label value is expected');
      this.#checkLabel(flat, label);
      flat.push(label, value);
      blank();
      if (this.peek() === COMMA) this.pos++;
      else if (!syntax.loose && this.peek() !== BRACE_CLOSE) throw this.error('"," or "}" is expected after a label');
    }
    this.pos++;
    return [METRIC_NAME, metric, ...flat];
  }

  #checkLabel(flat: readonly string[], label: string): void {
    if (label === '') throw this.error('a label name is empty');
    if (flat.length / 2 >= this.#limits.maxLabels) throw this.error(`more than ${this.#limits.maxLabels} labels`);
    if (label.length > this.#limits.maxLabelNameBytes) throw this.error('a name is longer than allowed');
  }

  checkUnique(labels: readonly string[]): void {
    const names = labels.filter((_, i) => i % 2 === 0);
    if (new Set(names).size === names.length) return;
    const twice = names.find((name, i) => names.indexOf(name) !== i) ?? '';
    throw this.error(`label name ${JSON.stringify(twice)} is not unique`);
  }

  /** Bytes up to a byte of `stops` (or the body's end), as Latin-1; the cursor stands on the stop. */
  token(...stops: readonly number[]): string {
    const start = this.pos;
    while (this.pos < this.end && !stops.includes(this.body[this.pos] ?? -1)) this.pos++;
    return this.body.toString('latin1', start, this.pos);
  }

  float(text: string, what: string): number {
    const value = parseFloatStrict(text);
    if (value === undefined) throw this.error(`${what} ${JSON.stringify(text.slice(0, 40))} is not a number`);
    return value;
  }
}

/** `\"`, `\\` and `\n`; any other backslash stands for itself, as in Prometheus. */
export const unescapeQuoted = (text: string): string =>
  text.replace(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));

/** HELP text of the older format knows only `\\` and `\n`. */
export const unescapeHelp = (text: string): string =>
  text.replace(/\\([\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
