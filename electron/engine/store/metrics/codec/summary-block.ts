// The body of a row of summaries: a group's buckets of one day and resolution, every series readable alone.
// Exact, and small: times are shared, and what follows from other columns is left out. docs/store-format.md describes every byte.
import { emptySummary, type SummaryColumns } from '../summary/index.ts';
import { ByteReader, damaged } from './bytes.ts';
import { checked, FLAG_CHECKED } from './checksum.ts';
import type { ResidueDecoder } from './residue-coder.ts';
import { SectionTable, SectionWriter } from './section-table.ts';
import { readCodes, ShortCode, type ShortColumn, writeCodes } from './short-columns.ts';
import {
  isSameTiming,
  prepareTiming,
  type PreparedTiming,
  StoredTiming,
  type Timing,
  TIMING_KINDS,
  timingOf,
} from './summary-timing.ts';
import {
  type PreparedValues,
  prepareValues,
  readValues,
  type SummaryField,
  type SummaryValues,
  VALUE_KINDS,
} from './summary-values.ts';

export type { SummaryField };

const VERSION = 1;
/** The tier byte of summaries. */
const TIER_SUMMARY = 1;
const CODEC_COLUMNS = 1;
/** The shared column that holds the codes; timings follow. */
const CODES = 0;

/** Takes one series after the other, so that the caller may pause between them; used for one block only. */
export class SummaryBlockEncoder {
  readonly #startMs: number;
  readonly #leaveOutCounterSums: boolean;
  readonly #timings: (Timing & { readonly prepared: PreparedTiming })[] = [];
  readonly #series: { member: number; timing: number; values: PreparedValues | undefined }[] = [];

  /** `startMs`: where the first bucket begins. With `leaveOutCounterSums` a counter's sums are not stored: they cost much. */
  constructor(startMs: number, { leaveOutCounterSums = false }: { readonly leaveOutCounterSums?: boolean } = {}) {
    this.#startMs = startMs;
    this.#leaveOutCounterSums = leaveOutCounterSums;
  }

  /** Every series has the same number of buckets; one that has neither a sample nor a marker anywhere need not be added. */
  add(member: number, columns: SummaryColumns): void {
    const timing = timingOf(columns);
    this.#series.push({
      member,
      timing: this.#share(timing),
      values: timing.firstTimes.length === 0 ? undefined : prepareValues(columns, this.#leaveOutCounterSums),
    });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const valueCodes = codesOf(
      VALUE_KINDS,
      this.#series.flatMap(({ values }) => values ?? []),
    );
    const timingCodes = codesOf(
      TIMING_KINDS,
      this.#timings.map(({ prepared }) => prepared),
    );
    const sections = new SectionWriter();
    sections.beginShared(0);
    writeCodes([...timingCodes, ...valueCodes], sections.out);
    for (const { counts, prepared } of this.#timings) {
      sections.beginShared(counts.length);
      prepared.write(timingCodes, sections.out);
    }
    for (const { member, timing, values } of this.#series) {
      sections.beginSeries(member, CODES + 1 + timing);
      values?.write(valueCodes, sections.out);
    }
    return sections.finish([VERSION, TIER_SUMMARY, CODEC_COLUMNS, FLAG_CHECKED]);
  }

  #share(timing: Timing): number {
    // The newest first: series of a scrape come one after the other.
    for (let i = this.#timings.length - 1; i >= 0; i--) if (isSameTiming(this.#timings[i]!, timing)) return i;
    this.#timings.push({ ...timing, prepared: prepareTiming(timing, this.#startMs) });
    return this.#timings.length - 1;
  }
}

/** A code for each kind of column. */
function codesOf(kinds: number, all: readonly (PreparedValues | PreparedTiming)[]): ShortCode[] {
  const columnsOf = (kind: number): ShortColumn[] =>
    all.flatMap(({ columns }) => (columns[kind] === undefined ? [] : [columns[kind]]));
  return Array.from({ length: kinds }, (_, kind) => new ShortCode(columnsOf(kind)));
}

/**
 * The columns that were asked for, and always counts and endsStale; no sums where they were left out. Arrays of times and counts
 * are shared: do not write to them.
 */
export type StoredSummary = Pick<SummaryColumns, 'counts' | 'endsStale'> & Partial<SummaryColumns>;

export const ALL_FIELDS: readonly SummaryField[] = ['first', 'last', 'sum', 'min', 'max', 'corrections'];

export class SummaryBlock {
  readonly #table: SectionTable;
  readonly #startMs: number;
  readonly #timings = new Map<number, StoredTiming>();
  #codes: { readonly timing: readonly ResidueDecoder[]; readonly values: readonly ResidueDecoder[] } | undefined;

  constructor(table: SectionTable, startMs: number) {
    this.#table = table;
    this.#startMs = startMs;
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
    const { counts, endsStale, filled } = timing;
    const values =
      filled === 0
        ? emptyValues(counts.length, fields)
        : readValues(found.from, this.#decoders().values, counts, filled, fields);
    return {
      counts,
      endsStale,
      ...(fields.includes('first') ? { firstTimes: timing.firstTimes } : {}),
      ...(fields.includes('last') ? { lastTimes: timing.lastTimes } : {}),
      ...values,
    };
  }

  /** All columns: what `add` was given. */
  readAll(member: number): SummaryColumns | undefined {
    const stored = this.read(member);
    return stored === undefined ? undefined : { ...emptySummary(0), sums: undefined, ...stored };
  }

  #decoders(): { readonly timing: readonly ResidueDecoder[]; readonly values: readonly ResidueDecoder[] } {
    if (this.#codes === undefined) {
      const all = readCodes(TIMING_KINDS + VALUE_KINDS, this.#table.shared(CODES).from);
      this.#codes = { timing: all.slice(0, TIMING_KINDS), values: all.slice(TIMING_KINDS) };
    }
    return this.#codes;
  }

  #timing(shared: number): StoredTiming {
    let timing = this.#timings.get(shared);
    if (timing === undefined) {
      if (shared === CODES) throw damaged('a series without its times');
      const { rows, from } = this.#table.shared(shared);
      timing = new StoredTiming(from, this.#decoders().timing, rows, this.#startMs);
      this.#timings.set(shared, timing);
    }
    return timing;
  }
}

function emptyValues(buckets: number, fields: readonly SummaryField[]): SummaryValues {
  const { firstValues, lastValues, sums, mins, maxs, corrections } = emptySummary(buckets);
  return {
    ...(fields.includes('first') ? { firstValues } : {}),
    ...(fields.includes('last') ? { lastValues } : {}),
    ...(fields.includes('sum') ? { sums } : {}),
    ...(fields.includes('min') ? { mins } : {}),
    ...(fields.includes('max') ? { maxs } : {}),
    ...(fields.includes('corrections') ? { corrections } : {}),
  };
}

/** Reads the table only. `startMs` as the encoder had it. Throws LW_STORE_DAMAGED, as do all later calls. */
export function openSummaryBlock(body: Uint8Array, startMs: number): SummaryBlock {
  const head = new ByteReader(checked(body));
  const [version, tier, codec, flags] = [head.u8(), head.u8(), head.u8(), head.u8()];
  if (version !== VERSION || tier !== TIER_SUMMARY || codec !== CODEC_COLUMNS || (flags & ~FLAG_CHECKED) !== 0) {
    throw damaged(`unknown summary version ${version}, tier ${tier}, codec ${codec}`);
  }
  return new SummaryBlock(new SectionTable(head), startMs);
}
