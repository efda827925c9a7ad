// When a series had samples, bucket by bucket: series of one scrape share it.
import type { SummaryColumns } from '../summary/index.ts';
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import type { ResidueDecoder } from './residue-coder.ts';
import {
  formsOf,
  readShort,
  type ShortCode,
  shortColumn,
  type ShortColumn,
  type ShortReader,
} from './short-columns.ts';
import { filledBuckets } from './summary-values.ts';

/**
 * Kinds of columns, in order: the count of every bucket beyond the usual one; and of buckets with samples, beyond the usual
 * step, the time from the last sample before to the first, and from the first to the last.
 */
export const TIMING_KINDS = 3;
/** A second's resolution of a day. */
const MAX_BUCKETS = 86_400;

export type Timing = {
  readonly counts: Float64Array;
  /** Of buckets with samples. */
  readonly firstTimes: Float64Array;
  readonly lastTimes: Float64Array;
  /** Buckets that end with a staleness marker. */
  readonly staleAt: readonly number[];
};

export function timingOf({ counts, firstTimes, lastTimes, endsStale }: SummaryColumns): Timing {
  const filled = filledBuckets(counts);
  const staleAt: number[] = [];
  endsStale?.forEach((flag, i) => {
    if (flag === 1) staleAt.push(i);
  });
  return {
    counts,
    firstTimes: Float64Array.from(filled, (i) => firstTimes[i]!),
    lastTimes: Float64Array.from(filled, (i) => lastTimes[i]!),
    staleAt,
  };
}

export const isSameTiming = (a: Timing, b: Timing): boolean =>
  isSame(a.counts, b.counts) &&
  isSame(a.firstTimes, b.firstTimes) &&
  isSame(a.lastTimes, b.lastTimes) &&
  isSame(a.staleAt, b.staleAt);

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export type PreparedTiming = {
  readonly columns: readonly ShortColumn[];
  readonly write: (codes: readonly ShortCode[], out: ByteWriter) => void;
};

/** `startMs`: where the first bucket begins. */
export function prepareTiming({ counts, firstTimes, lastTimes, staleAt }: Timing, startMs: number): PreparedTiming {
  const own = Float64Array.from(filledBuckets(counts), (i) => counts[i]!);
  const usualCount = medianOf(counts);
  // The time between two samples, as most buckets have it.
  const step = Math.round(
    medianOf(own.map((count, i) => (count > 1 ? (lastTimes[i]! - firstTimes[i]!) / (count - 1) : 0))),
  );
  const columns = [
    counts.map((count) => count - usualCount),
    firstTimes.map((time, i) => time - (i === 0 ? startMs : lastTimes[i - 1]!) - step),
    lastTimes.map((time, i) => time - firstTimes[i]! - (own[i]! - 1) * step),
  ].map(shortColumn);
  return {
    columns,
    write: (codes, out) => {
      out.u8(formsOf(columns));
      out.varint(usualCount);
      out.varint(step);
      columns.forEach((column, kind) => codes[kind]!.write(column, out));
      out.varint(staleAt.length);
      let before = -1;
      for (const at of staleAt) {
        out.varint(at - before - 1);
        before = at;
      }
    },
  };
}

const medianOf = (values: Float64Array): number => values.toSorted()[values.length >> 1] ?? 0;

/** A timing as it is read: the counts at once, the times when asked for. */
export class StoredTiming {
  readonly counts: Float64Array;
  readonly endsStale: Uint8Array | undefined;
  /** Buckets with samples. */
  readonly filled: number;
  readonly #startMs: number;
  readonly #step: number;
  readonly #leads: ShortReader;
  readonly #spans: ShortReader;
  #times: { first: Float64Array; last: Float64Array } | undefined;

  constructor(from: ByteReader, decoders: readonly ResidueDecoder[], buckets: number, startMs: number) {
    if (buckets < 1 || buckets > MAX_BUCKETS) throw damaged('summaries of too many buckets');
    this.#startMs = startMs;
    const forms = from.u8();
    const usualCount = from.varint();
    this.#step = from.varint();
    const [counts, leads, spans] = decoders.map((decoder, kind) => readShort(forms, kind, decoder, from));
    this.#leads = leads!;
    this.#spans = spans!;
    this.counts = new Float64Array(buckets);
    counts!(this.counts);
    let filled = 0;
    for (let i = 0; i < buckets; i++) {
      const count = this.counts[i]! + usualCount;
      if (!(count >= 0)) throw damaged('a bucket with less than no samples');
      this.counts[i] = count;
      if (count > 0) filled++;
    }
    this.filled = filled;
    const staleCount = from.varint();
    let at = -1;
    for (let i = 0; i < staleCount; i++) {
      at += from.varint() + 1;
      if (at >= buckets) throw damaged('a staleness marker lies outside its day');
      this.endsStale ??= new Uint8Array(buckets);
      this.endsStale[at] = 1;
    }
  }

  get firstTimes(): Float64Array {
    return (this.#times ??= this.#decode()).first;
  }

  get lastTimes(): Float64Array {
    return (this.#times ??= this.#decode()).last;
  }

  #decode(): { first: Float64Array; last: Float64Array } {
    const { counts, filled } = this;
    const leads = new Float64Array(filled);
    const spans = new Float64Array(filled);
    this.#leads(leads);
    this.#spans(spans);
    const first = new Float64Array(counts.length);
    const last = new Float64Array(counts.length);
    let time = this.#startMs;
    let next = 0;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      time += leads[next]! + this.#step;
      first[i] = time;
      time += spans[next++]! + (counts[i]! - 1) * this.#step;
      last[i] = time;
    }
    return { first, last };
  }
}
