// Reads samples with times out of OpenMetrics or Prometheus text of any length, piece by piece.
import { Labels } from '../../shared/model/labels.ts';
import { LinewardenError } from '../../shared/model/errors.ts';
import { ExpositionParser, parseFloatStrict } from '../engine/collectors/scrape/index.ts';
import type { ExposedLabels, ExpositionFormat } from '../engine/collectors/scrape/index.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const POINT = 0x2e;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** Far above what any line needs. */
const MAX_LINE_BYTES = 1024 * 1024;
const MAX_ERROR_TEXT = 60;
/** A time from here on is in milliseconds: as seconds it would be the year 5138. */
const FIRST_MS = 1e11;
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Takes one series' samples, one after the other. */
export type SampleTarget = { push(timeMs: number, value: number): void };

export type SampleTextOptions<Target extends SampleTarget> = {
  /** Asked once for each series text; undefined for a series that is not wanted. */
  readonly targetOf: (labels: Labels) => Target;
  /** Called before samples of another series than the one before. */
  readonly turnTo: (target: Target) => void;
  /** Samples of times outside are counted and not taken. Unix ms, both included. */
  readonly earliestMs: number;
  readonly latestMs: number;
};

/** Samples that were not taken, and the first of them. */
export type Refused = { readonly count: number; readonly line: number; readonly timeMs: number };

/** The samples' own start times, which the product does not keep. */
const SKIPPED = Symbol('skipped');

export class SampleText<Target extends SampleTarget> {
  /** The line that is being read, from 1. */
  line = 0;
  samples = 0;
  firstMs = Infinity;
  lastMs = -Infinity;
  /** Of times before the earliest, and after the latest. */
  tooEarly: Refused | undefined;
  tooLate: Refused | undefined;
  readonly #options: SampleTextOptions<Target>;
  readonly #earliestMs: number;
  readonly #latestMs: number;
  /** Known after the first sample. */
  #format: ExpositionFormat | undefined;
  /** The last `# TYPE` line: bounds of buckets are written canonically under some types. */
  #type = '';
  #known = new Map<string, Target | typeof SKIPPED>();
  readonly #knownOfType = new Map<string, Map<string, Target | typeof SKIPPED>>([['', this.#known]]);
  #sawEof = false;
  #rest: Buffer = Buffer.alloc(0);
  /** The text of the series of the line before, and its target. */
  #lastText = new Uint8Array(0);
  #target: Target | typeof SKIPPED | undefined;

  constructor(options: SampleTextOptions<Target>) {
    this.#options = options;
    this.#earliestMs = options.earliestMs;
    this.#latestMs = options.latestMs;
  }

  /** Reads all whole lines. Throws LW_IMPORT_BAD_LINE. */
  read(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let at = 0;
    for (;;) {
      this.line++;
      const next = this.#readRepeated(bytes, at);
      if (next > 0) {
        at = next;
        continue;
      }
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      this.#readLine(bytes, at, end);
      at = end + 1;
    }
    this.line--;
    if (bytes.length - at > MAX_LINE_BYTES) throw this.#bad(`a line of more than ${MAX_LINE_BYTES} bytes`, 1);
    // A copy: the piece's memory may be used again.
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Looks whether the text is whole. A sample without its newline may be a cut one, with half of its time: it is not taken. */
  end(): void {
    const isHalf = this.#rest.some((byte) => !isBlank(byte)) && this.#rest[0] !== HASH;
    if (!isHalf && this.#rest.length > 0) this.read(Buffer.from('\n'));
    if (isHalf && this.#format !== 'openmetrics') {
      throw new LinewardenError('LW_IMPORT_CUT', 'The file ends in the middle of a line: it was cut.', {
        hint: 'All before it is imported. Import the whole file again, or end its last line: what is there already counts once.',
      });
    }
    if (this.#format === 'openmetrics' && !this.#sawEof) {
      throw new LinewardenError('LW_IMPORT_CUT', 'The file does not end with # EOF: it was cut.', {
        hint: 'What was read is imported. Import the whole file again: samples that are there already count once.',
      });
    }
  }

  /**
   * A line of the same series as the one before, with a plain number and time: what nearly every line of a file in series
   * order is. Answers with where the next line begins, or 0 when it is something else.
   */
  #readRepeated(bytes: Buffer, start: number): number {
    const text = this.#lastText;
    const length = text.length;
    if (length === 0 || this.#target === SKIPPED) return 0;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== text[i]) return 0;
    let at = start + length;
    if (bytes[at] !== SPACE) return 0;
    return this.#readNumbers(bytes, ++at);
  }

  /** ` 12.5e3 1795082400.020\n`: exact without building a string; 0 when the line holds anything else. */
  #readNumbers(bytes: Buffer, start: number): number {
    let at = start;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    let mantissa = 0;
    let digits = 0;
    let fraction = 0;
    let c = bytes[at]!;
    for (; c >= ZERO && c <= NINE; c = bytes[++at]!, digits++) mantissa = mantissa * 10 + (c - ZERO);
    if (c === POINT) {
      c = bytes[++at]!;
      for (; c >= ZERO && c <= NINE; c = bytes[++at]!, digits++, fraction++) mantissa = mantissa * 10 + (c - ZERO);
    }
    // Up to 15 digits and 10^22 are exact doubles, so one division rounds once: the nearest double.
    if (c !== SPACE || digits === 0 || digits > 15) return 0;
    let value = fraction === 0 ? mantissa : mantissa / POWERS_OF_TEN[fraction]!;
    if (isNegative) value = -value;

    let time = 0;
    let timeDigits = 0;
    c = bytes[++at]!;
    for (; c >= ZERO && c <= NINE; c = bytes[++at]!, timeDigits++) time = time * 10 + (c - ZERO);
    if (timeDigits === 0 || timeDigits > 14) return 0;
    if (time < FIRST_MS) {
      // Seconds: three digits behind the point are milliseconds, and what is finer is cut off.
      let scale = 1000;
      time *= 1000;
      if (c === POINT) {
        c = bytes[++at]!;
        for (; c >= ZERO && c <= NINE; c = bytes[++at]!) {
          scale /= 10;
          if (scale >= 1) time += (c - ZERO) * scale;
        }
      }
      if (this.#format !== 'openmetrics') return 0;
    } else if (this.#format !== 'prometheus-text') {
      return 0;
    }
    if (c !== NEWLINE) return 0;
    this.#take(time, value);
    return at + 1;
  }

  #take(timeMs: number, value: number): void {
    if (timeMs > this.#latestMs) {
      this.tooLate = this.#oneMore(this.tooLate, timeMs);
      return;
    }
    if (timeMs < this.#earliestMs) {
      this.tooEarly = this.#oneMore(this.tooEarly, timeMs);
      return;
    }
    (this.#target as Target).push(timeMs, value);
    this.samples++;
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
  }

  #oneMore(refused: Refused | undefined, timeMs: number): Refused {
    return { count: (refused?.count ?? 0) + 1, line: refused?.line ?? this.line, timeMs: refused?.timeMs ?? timeMs };
  }

  /** Any line, from start to its newline at end. */
  #readLine(bytes: Buffer, start: number, lineEnd: number): void {
    let from = start;
    let end = lineEnd;
    if (end > from && bytes[end - 1] === RETURN) end--;
    while (from < end && isBlank(bytes[from]!)) from++;
    if (from === end) return;
    if (bytes[from] === HASH) {
      this.#readComment(bytes.toString('utf8', from, end));
      return;
    }
    // A new block after # EOF, as of files that were put one behind the other.
    this.#sawEof = false;
    const seriesEnd = endOfSeries(bytes, from, end);
    const suffix = bytes.toString('latin1', seriesEnd, end).trim();
    const [valueText = '', timeText = '', ...more] = suffix.split(/[ \t]+/);
    // Behind the time an exemplar may follow, which is not kept.
    if (more.length > 0 && more[0] !== '#')
      throw this.#bad(`nothing is expected after the time, but ${shown(more[0])}`);
    const value = parseFloatStrict(valueText);
    if (value === undefined) throw this.#bad(`a value is expected after the series, not ${shown(valueText)}`);
    if (timeText === '' || timeText === '#') throw this.#bad('a sample without a time');
    const timeMs = this.#timeOf(timeText);
    this.#turnTo(bytes, from, seriesEnd);
    if (this.#target !== SKIPPED) this.#take(timeMs, value);
  }

  #timeOf(text: string): number {
    const time = parseFloatStrict(text);
    if (time === undefined || !Number.isFinite(time)) throw this.#bad(`a time is expected, not ${shown(text)}`);
    const isMs = Math.abs(time) >= FIRST_MS;
    const format = isMs ? 'prometheus-text' : 'openmetrics';
    this.#format ??= format;
    if (this.#format !== format) {
      throw this.#bad(
        isMs
          ? 'a time in milliseconds among times in seconds'
          : 'a time in seconds (or before 1973) among times in milliseconds',
      );
    }
    if (isMs) {
      if (!Number.isInteger(time)) throw this.#bad(`a whole number of milliseconds is expected, not ${shown(text)}`);
      return time;
    }
    const parts = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
    if (parts === null) return Math.round(time * 1000);
    const [, sign, seconds = '', fraction = ''] = parts;
    const size = Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
    return sign === '-' ? -size : size;
  }

  #readComment(text: string): void {
    if (text.startsWith('# EOF')) {
      if (text.trimEnd() !== '# EOF') throw this.#bad('nothing is expected after # EOF');
      this.#sawEof = true;
      this.#setType('');
    } else if (/^#[ \t]+TYPE[ \t]/.test(text)) {
      this.#setType(text);
    }
  }

  #setType(line: string): void {
    if (line === this.#type) return;
    // Under another type the same text may be another series.
    const kind = line.slice(line.lastIndexOf(' ') + 1);
    const known = this.#knownOfType.get(kind) ?? new Map<string, Target | typeof SKIPPED>();
    this.#knownOfType.set(kind, known);
    this.#known = known;
    this.#type = line;
    this.#lastText = new Uint8Array(0);
  }

  #turnTo(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('latin1', start, end);
    let target = this.#known.get(text);
    if (target === undefined) {
      target = this.#targetOf(bytes.subarray(start, end));
      this.#known.set(text, target);
    }
    if (target !== SKIPPED && target !== this.#target) this.#options.turnTo(target);
    this.#target = target;
    if (this.#lastText.length !== end - start || Buffer.compare(this.#lastText, bytes.subarray(start, end)) !== 0) {
      this.#lastText = Uint8Array.from(bytes.subarray(start, end));
    }
  }

  /** Reads a series by the strict grammar of its format: as one line with a value, under its type. */
  #targetOf(series: Buffer): Target | typeof SKIPPED {
    let labels: ExposedLabels | undefined;
    const format = this.#format ?? 'openmetrics';
    const parser = new ExpositionParser({
      format,
      resolve: (found) => {
        labels = found;
        return 0;
      },
    });
    const eof = format === 'openmetrics' ? '# EOF\n' : '';
    const type = this.#type === '' ? '' : `${this.#type}\n`;
    try {
      parser.parse(Buffer.concat([Buffer.from(type), series, Buffer.from(` 1\n${eof}`)]), () => {});
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^Line \d+ of the answer is not valid: /, '') : '';
      throw this.#bad(reason.replace(/\.$/, '') || 'no series');
    }
    if (labels === undefined) return SKIPPED;
    const pairs: [string, string][] = [];
    for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i] ?? '', labels[i + 1] ?? '']);
    return this.#options.targetOf(Labels.fromPairs(pairs));
  }

  #bad(what: string, later = 0): LinewardenError {
    return new LinewardenError('LW_IMPORT_BAD_LINE', `Line ${this.line + later}: ${what}.`, {
      hint: 'What stands before it is imported. Mend the line and import the file again: samples that are there already count once.',
    });
  }
}

const isBlank = (c: number): boolean => c === SPACE || c === TAB;

const shown = (text: string | undefined): string => JSON.stringify((text ?? '').slice(0, MAX_ERROR_TEXT));

/** Where the name and the labels of a line end, found without judging them. */
function endOfSeries(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== BRACE_OPEN && !isBlank(bytes[at]!)) at++;
  const nameEnd = at;
  while (at < end && isBlank(bytes[at]!)) at++;
  if (bytes[at] !== BRACE_OPEN) return nameEnd;
  for (let isQuoted = false; at < end; at++) {
    const c = bytes[at];
    if (c === QUOTE) isQuoted = !isQuoted;
    else if (c === BACKSLASH) at++;
    else if (c === BRACE_CLOSE && !isQuoted) return at + 1;
  }
  return end;
}
