// The body of a row of summaries: a group's buckets of one day and resolution, every series readable alone.
// Exact, and small: times are shared, and what follows from other columns is left out. docs/store-format.md describes every byte.
import { emptySummary, type SummaryColumns } from '../summary/index.ts';
import { ByteReader, damaged } from './bytes.ts';
import { NumberColumn, writeNumbers } from './number-column.ts';
import { SectionTable, SectionWriter } from './section-table.ts';
import { readSummaryValues, type SummaryField, type SummaryValues, writeSummaryValues } from './summary-values.ts';

export type { SummaryField };

const VERSION = 1;
/** The tier byte of summaries. */
const TIER_SUMMARY = 1;
const CODEC_COLUMNS = 1;
/** A second's resolution of a day. */
const MAX_BUCKETS = 86_400;

/** When a series had samples: series of one scrape share it. */
type Timing = {
  readonly counts: Float64Array;
  /** Of buckets with samples: from the bucket's start to the first sample, and from the last one to its end, ms. */
  readonly lead: Float64Array;
  readonly trail: Float64Array;
  readonly staleAt: readonly number[];
};

/** Takes one series after the other, so that the caller may pause between them; used for one block only. */
export class SummaryBlockEncoder {
  readonly #sections = new SectionWriter();
  readonly #startMs: number;
  readonly #resolutionMs: number;
  readonly #timings: Timing[] = [];

  /** `startMs`: where the first bucket begins, a multiple of the resolution. */
  constructor(startMs: number, resolutionMs: number) {
    this.#startMs = startMs;
    this.#resolutionMs = resolutionMs;
  }

  /** Every series has the same number of buckets; one that has neither a sample nor a marker anywhere need not be added. */
  add(member: number, columns: SummaryColumns): void {
    const timing = timingOf(columns, this.#startMs, this.#resolutionMs);
    const shared = this.#share(timing);
    this.#sections.beginSeries(member, shared);
    if (timing.lead.length > 0) writeSummaryValues(columns, this.#sections.out);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#sections.finish([VERSION, TIER_SUMMARY, CODEC_COLUMNS, 0]);
  }

  #share(timing: Timing): number {
    // The newest first: series of a scrape come one after the other.
    for (let i = this.#timings.length - 1; i >= 0; i--) if (isSame(this.#timings[i]!, timing)) return i;
    this.#timings.push(timing);
    const { counts, lead, trail, staleAt } = timing;
    const shared = this.#sections.beginShared(counts.length);
    const { out } = this.#sections;
    writeNumbers(counts, counts.length, out);
    out.varint(lead.length);
    if (lead.length > 0) {
      writeNumbers(lead, lead.length, out);
      writeNumbers(trail, trail.length, out);
    }
    out.varint(staleAt.length);
    let before = -1;
    for (const at of staleAt) {
      out.varint(at - before - 1);
      before = at;
    }
    return shared;
  }
}

function timingOf(columns: SummaryColumns, startMs: number, resolutionMs: number): Timing {
  const { counts, firstTimes, lastTimes, endsStale } = columns;
  const lead: number[] = [];
  const trail: number[] = [];
  const staleAt: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    if (endsStale?.[i] === 1) staleAt.push(i);
    if (counts[i] === 0) continue;
    lead.push(firstTimes[i]! - (startMs + i * resolutionMs));
    trail.push(startMs + (i + 1) * resolutionMs - lastTimes[i]!);
  }
  return { counts, lead: Float64Array.from(lead), trail: Float64Array.from(trail), staleAt };
}

const isSame = (a: Timing, b: Timing): boolean =>
  sameNumbers(a.counts, b.counts) &&
  sameNumbers(a.lead, b.lead) &&
  sameNumbers(a.trail, b.trail) &&
  sameNumbers(a.staleAt, b.staleAt);

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A timing as it is read: the counts at once, the times when asked for. */
class StoredTiming {
  readonly counts: Float64Array;
  readonly endsStale: Uint8Array | undefined;
  /** Buckets with samples. */
  readonly filled: number;
  readonly #lead: NumberColumn | undefined;
  readonly #trail: NumberColumn | undefined;
  #firstTimes: Float64Array | undefined;
  #lastTimes: Float64Array | undefined;

  constructor(from: ByteReader, buckets: number) {
    if (buckets < 1 || buckets > MAX_BUCKETS) throw damaged('summaries of too many buckets');
    this.counts = new Float64Array(buckets);
    new NumberColumn(from, buckets).decode(0, buckets, this.counts, 0);
    this.filled = from.varint();
    let filled = 0;
    for (const count of this.counts) if (count !== 0) filled++;
    if (filled !== this.filled) throw damaged('buckets do not match their counts');
    if (filled > 0) {
      this.#lead = new NumberColumn(from, filled);
      this.#trail = new NumberColumn(from, filled);
    }
    const staleCount = from.varint();
    let at = -1;
    for (let i = 0; i < staleCount; i++) {
      at += from.varint() + 1;
      if (at >= buckets) throw damaged('a staleness marker lies outside its day');
      this.endsStale ??= new Uint8Array(buckets);
      this.endsStale[at] = 1;
    }
  }

  firstTimes(startMs: number, resolutionMs: number): Float64Array {
    return (this.#firstTimes ??= this.#times(this.#lead, startMs, resolutionMs, 1));
  }

  lastTimes(startMs: number, resolutionMs: number): Float64Array {
    return (this.#lastTimes ??= this.#times(this.#trail, startMs + resolutionMs, resolutionMs, -1));
  }

  #times(column: NumberColumn | undefined, startMs: number, resolutionMs: number, sign: 1 | -1): Float64Array {
    const out = new Float64Array(this.counts.length);
    if (column === undefined) return out;
    const offsets = new Float64Array(column.count);
    column.decode(0, column.count, offsets, 0);
    let next = 0;
    for (let i = 0; i < out.length; i++) {
      if (this.counts[i] !== 0) out[i] = startMs + i * resolutionMs + sign * offsets[next++]!;
    }
    return out;
  }
}

/** The columns that were asked for, and always counts and endsStale; arrays of times and counts are shared: do not write to them. */
export type StoredSummary = Pick<SummaryColumns, 'counts' | 'endsStale'> & Partial<SummaryColumns>;

export const ALL_FIELDS: readonly SummaryField[] = ['first', 'last', 'sum', 'min', 'max', 'corrections'];

export class SummaryBlock {
  readonly #table: SectionTable;
  readonly #startMs: number;
  readonly #resolutionMs: number;
  readonly #timings = new Map<number, StoredTiming>();

  constructor(table: SectionTable, startMs: number, resolutionMs: number) {
    this.#table = table;
    this.#startMs = startMs;
    this.#resolutionMs = resolutionMs;
  }

  /** Places in the group of the series that are in the block, ascending. */
  members(): IterableIterator<number> {
    return this.#table.members();
  }

  has(member: number): boolean {
    return this.#table.series(member) !== undefined;
  }

  /** Undefined when the block does not have the series. Throws LW_STORE_DAMAGED. */
  read(member: number, fields: readonly SummaryField[] = ALL_FIELDS): StoredSummary | undefined {
    const found = this.#table.series(member);
    if (found === undefined) return undefined;
    const timing = this.#timing(found.shared);
    const { counts, endsStale } = timing;
    const values: SummaryValues =
      timing.filled === 0
        ? emptyValues(counts.length, fields)
        : readSummaryValues(found.from, counts, timing.filled, fields);
    return {
      counts,
      endsStale,
      ...(fields.includes('first') ? { firstTimes: timing.firstTimes(this.#startMs, this.#resolutionMs) } : {}),
      ...(fields.includes('last') ? { lastTimes: timing.lastTimes(this.#startMs, this.#resolutionMs) } : {}),
      ...values,
    };
  }

  /** All columns: what `add` was given. */
  readAll(member: number): SummaryColumns | undefined {
    const stored = this.read(member);
    return stored === undefined ? undefined : { ...emptySummary(0), ...stored };
  }

  #timing(shared: number): StoredTiming {
    let timing = this.#timings.get(shared);
    if (timing === undefined) {
      const { rows, from } = this.#table.shared(shared);
      timing = new StoredTiming(from, rows);
      this.#timings.set(shared, timing);
    }
    return timing;
  }
}

function emptyValues(buckets: number, fields: readonly SummaryField[]): SummaryValues {
  const zeros = (): Float64Array => new Float64Array(buckets);
  return {
    ...(fields.includes('first') ? { firstValues: zeros() } : {}),
    ...(fields.includes('last') ? { lastValues: zeros() } : {}),
    ...(fields.includes('sum') ? { sums: zeros() } : {}),
    ...(fields.includes('min') ? { mins: zeros() } : {}),
    ...(fields.includes('max') ? { maxs: zeros() } : {}),
    ...(fields.includes('corrections') ? { corrections: zeros() } : {}),
  };
}

/** Reads the table only. `startMs` and `resolutionMs` as the encoder had them. Throws LW_STORE_DAMAGED. */
export function openSummaryBlock(body: Uint8Array, startMs: number, resolutionMs: number): SummaryBlock {
  const head = new ByteReader(body);
  const [version, tier, codec, flags] = [head.u8(), head.u8(), head.u8(), head.u8()];
  if (version !== VERSION || tier !== TIER_SUMMARY || codec !== CODEC_COLUMNS || flags !== 0) {
    throw damaged(`unknown summary version ${version}, tier ${tier}, codec ${codec}`);
  }
  return new SummaryBlock(new SectionTable(head), startMs, resolutionMs);
}
