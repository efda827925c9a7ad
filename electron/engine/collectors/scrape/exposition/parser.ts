// Reads exposition bodies of one target: repeated lines by comparing bytes, new ones by the format's strict grammar.
import { METRIC_NAME } from '../../../../../shared/model/labels.ts';
import { formatCanonicalFloat, parseFloatStrict } from './float.ts';
import type { Grammar } from './grammar.ts';
import { DROPPED, LineCache, META, SERIES, SKIPPED } from './line-cache.ts';
import { openMetrics } from './openmetrics.ts';
import { prometheusText } from './prometheus-text.ts';
import { BRACE_OPEN, BodyReader, HASH, NEWLINE, SPACE, TAB } from './reader.ts';
import { DEFAULT_LIMITS, METRIC_TYPES, badBody, tooManySamples } from './types.ts';
import type { ExposedLabels, ExpositionFormat, ExpositionLimits, MetadataSink, MetricType } from './types.ts';

export type ParserOptions = {
  readonly format: ExpositionFormat;
  /** The number under which the caller knows a series, undefined where it is dropped; asked once for each series text. */
  readonly resolve: (labels: ExposedLabels) => number | undefined;
  readonly metadata?: MetadataSink;
  readonly limits?: Partial<ExpositionLimits>;
};

/** A sample: the series' number, its value, its own time in Unix ms or NaN. */
export type SampleSink = (ref: number, value: number, timestampMs: number) => void;

export type ParseSummary = {
  readonly samples: number;
  /** Samples that were handed on: all but those of dropped series. */
  readonly kept: number;
  /** Kept samples of series that the body before did not have. */
  readonly newSeries: number;
};

const NO_TYPE = 255;
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const CREATED = '_created';
/** Only these types have start times; a gauge may be called anything. */
const HAS_CREATED: ReadonlySet<MetricType> = new Set<MetricType>(['counter', 'summary', 'histogram']);

export class ExpositionParser {
  readonly #grammar: Grammar;
  readonly #openMetrics: boolean;
  readonly #limits: ExpositionLimits;
  readonly #options: ParserOptions;
  readonly #metadata: MetadataSink;
  readonly #cache = new LineCache();
  #generation = 0;
  #type = 0;
  #samples = 0;
  #kept = 0;
  #newSeries = 0;

  constructor(options: ParserOptions) {
    this.#options = options;
    this.#openMetrics = options.format === 'openmetrics';
    this.#grammar = this.#openMetrics ? openMetrics : prometheusText;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#metadata = options.metadata ?? {};
  }

  /** How far the last body was read, also when reading it threw. */
  get lastSummary(): ParseSummary {
    return { samples: this.#samples, kept: this.#kept, newSeries: this.#newSeries };
  }

  /**
   * Reads a whole body. Samples are handed over as they are read: when a later line is bad the caller drops them all.
   * Throws LinewardenError LW_SCRAPE_BAD_BODY or LW_SCRAPE_SAMPLE_LIMIT; nothing else.
   */
  parse(body: Buffer, sink: SampleSink): ParseSummary {
    const reader = new BodyReader(body, this.#limits);
    const cache = this.#cache;
    // A target whose series come and go must not fill the memory with lines that it no longer has, be they good or bad.
    if (cache.count > 2 * this.#samples + 10_000) cache.keepOnly(this.#generation);
    cache.reserve(body.length);
    const generation = ++this.#generation;
    this.#type = 0;
    this.#samples = 0;
    this.#kept = 0;
    this.#newSeries = 0;
    let last = 0;
    let sawEof = false;
    while (reader.pos < reader.end) {
      reader.lineStart = reader.pos;
      let entry = cache.next[last] ?? 0;
      if (entry === 0 || !this.#repeats(entry, reader)) {
        const found = this.#readLine(reader);
        if (found === -1) {
          sawEof = true;
          break;
        }
        entry = found;
        if (entry === 0) continue;
        cache.next[last] = entry;
      }
      last = entry;
      const kind = cache.kind[entry];
      if (kind === META) {
        cache.seen[entry] = generation;
        const type = cache.type[entry] ?? NO_TYPE;
        if (type !== NO_TYPE) this.#type = type;
        continue;
      }
      if (!this.#simpleSuffix(reader)) this.#grammar.suffix(reader, this.#metadata);
      const seen = cache.seen[entry] ?? 0;
      cache.seen[entry] = generation;
      if (kind === SKIPPED) continue;
      if (++this.#samples > DEFAULT_LIMITS.maxSamples) throw tooManySamples(DEFAULT_LIMITS.maxSamples);
      if (kind === DROPPED) continue;
      if (++this.#kept > this.#limits.maxSamples) throw tooManySamples(this.#limits.maxSamples);
      if (seen < generation - 1 || seen === 0) this.#newSeries++;
      sink(cache.ref[entry] ?? 0, reader.value, reader.timestampMs);
    }
    if (this.#grammar.endsWithEof) {
      if (!sawEof) throw badBody(body, body.length, 'the answer does not end with # EOF');
      reader.lineStart = reader.pos;
      if (reader.pos < reader.end) throw reader.error('unexpected data after # EOF');
    }
    return this.lastSummary;
  }

  /** Whether the entry's text is what stands at the cursor; moves behind it if so. */
  #repeats(entry: number, reader: BodyReader): boolean {
    const cache = this.#cache;
    const kind = cache.kind[entry];
    if (kind !== META && cache.type[entry] !== this.#type) return false;
    const length = cache.length[entry] ?? 0;
    const at = reader.pos;
    // The last line of a body may lack its newline: it is read in full.
    if (at + length >= reader.end && kind !== META) return false;
    if (at + length > reader.end) return false;
    const { body } = reader;
    const { bytes } = cache;
    const start = cache.start[entry] ?? 0;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== body[at + i]) return false;
    // "name" is also how "name_total" and, in the older format, "name {...}" begin.
    if (kind !== META && (body[at + length] !== SPACE || body[at + length + 1] === BRACE_OPEN)) return false;
    if (kind !== META && (body[at + length + 1] === SPACE || body[at + length + 1] === TAB)) return false;
    reader.pos = at + length;
    return true;
  }

  /** The line's entry with the cursor behind its series (or behind the line, for META); 0: nothing to keep, -1: EOF. */
  #readLine(reader: BodyReader): number {
    if (this.#grammar.blanksAllowed) {
      reader.skipBlanks();
      if (reader.peek() === NEWLINE || reader.peek() === -1) {
        reader.pos++;
        return 0;
      }
    }
    return reader.peek() === HASH ? this.#readMeta(reader) : this.#readSeries(reader);
  }

  #readMeta(reader: BodyReader): number {
    const start = reader.pos;
    const end = reader.lineEnd();
    const whole = end < reader.end;
    const known = whole ? this.#cache.find(reader.body, start, end + 1, true, NO_TYPE) : 0;
    if (known !== 0) {
      reader.pos = end + 1;
      return known;
    }
    const meta = this.#grammar.meta(reader, this.#metadata);
    if (meta === 'eof') return -1;
    if (!whole) return 0;
    const type = meta === undefined ? NO_TYPE : METRIC_TYPES.indexOf(meta);
    return this.#cache.add(reader.body.subarray(start, end + 1), META, type, 0);
  }

  #readSeries(reader: BodyReader): number {
    const start = reader.pos;
    const end = reader.seriesEnd(this.#grammar.labels.loose);
    const known = this.#cache.find(reader.body, start, end, false, this.#type);
    if (known !== 0) {
      reader.pos = end;
      return known;
    }
    const labels = this.#readLabels(reader);
    const text = reader.body.subarray(start, reader.pos);
    const type = METRIC_TYPES[this.#type] ?? 'unknown';
    if (this.#openMetrics && HAS_CREATED.has(type) && isCreatedName(labels[1] ?? '')) {
      return this.#cache.add(text, SKIPPED, this.#type, 0);
    }
    const ref = this.#options.resolve(normalizeBounds(labels, type));
    return this.#cache.add(text, ref === undefined ? DROPPED : SERIES, this.#type, ref ?? 0);
  }

  #readLabels(reader: BodyReader): string[] {
    const name = reader.metricName();
    if (name === '' && reader.peek() !== BRACE_OPEN) throw reader.error('a metric name is expected');
    const nameEnd = reader.pos;
    if (this.#grammar.labels.loose) reader.skipBlanks();
    if (reader.peek() !== BRACE_OPEN) {
      reader.pos = nameEnd;
      return [METRIC_NAME, name];
    }
    reader.pos++;
    const labels = reader.labels(name, this.#grammar.labels);
    if (labels[1] === '') throw reader.error('the metric name is missing');
    reader.checkUnique(labels);
    return labels;
  }

  /** ` 12.5e3\n`, which nearly every line ends with: exact without building a string. Else false, nothing moved. */
  #simpleSuffix(reader: BodyReader): boolean {
    const { body } = reader;
    let at = reader.pos;
    if (body[at] !== SPACE) return false;
    at++;
    const negative = body[at] === 0x2d;
    if (negative) at++;
    let mantissa = 0;
    let digits = 0;
    let fraction = 0;
    let c = body[at] ?? 0;
    for (; c >= 0x30 && c <= 0x39; c = body[++at] ?? 0, digits++) mantissa = mantissa * 10 + (c - 0x30);
    if (c === 0x2e) {
      c = body[++at] ?? 0;
      for (; c >= 0x30 && c <= 0x39; c = body[++at] ?? 0, digits++, fraction++) mantissa = mantissa * 10 + (c - 0x30);
    }
    let exponent = 0;
    if (c === 0x65 && digits > 0) {
      const sign = body[++at];
      if (sign === 0x2b || sign === 0x2d) at++;
      let exponentDigits = 0;
      for (c = body[at] ?? 0; c >= 0x30 && c <= 0x39; c = body[++at] ?? 0, exponentDigits++) {
        exponent = exponent * 10 + (c - 0x30);
      }
      if (exponentDigits === 0 || exponentDigits > 3) return false;
      if (sign === 0x2d) exponent = -exponent;
    }
    if (c !== NEWLINE || digits === 0 || at >= reader.end) return false;
    const scale = exponent - fraction;
    let value: number;
    // Up to 15 digits and 10^22 both factors are exact doubles, so one operation rounds once: the nearest double.
    if (digits <= 15 && scale >= -22 && scale <= 22) {
      value = scale < 0 ? mantissa / (POWERS_OF_TEN[-scale] ?? 1) : mantissa * (POWERS_OF_TEN[scale] ?? 1);
      if (negative) value = -value;
    } else {
      const parsed = parseFloatStrict(body.toString('latin1', reader.pos + 1, at));
      if (parsed === undefined) return false;
      value = parsed;
    }
    reader.value = value;
    reader.timestampMs = Number.NaN;
    reader.pos = at + 1;
    return true;
  }
}

const isCreatedName = (name: string): boolean => name.length > CREATED.length && name.endsWith(CREATED);

/** `le="1"` and `le="1.0"` are one bucket: the bounds of histograms and summaries are written canonically. */
function normalizeBounds(labels: readonly string[], type: MetricType): readonly string[] {
  const bound = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
  if (bound === undefined) return labels;
  return labels.map((text, i) => {
    if (i % 2 === 0 || labels[i - 1] !== bound) return text;
    const value = parseFloatStrict(text);
    return value === undefined ? text : formatCanonicalFloat(value);
  });
}
