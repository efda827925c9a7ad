// The body of a day chunk: series with hundreds or thousands of rows each, every one readable alone and from restart points.
// docs/store-format.md describes every byte.
import { type BlockColumn, TIER_RAW, withoutStale } from './block-kinds.ts';
import { ByteReader, damaged } from './bytes.ts';
import { FLAG_CHECKED } from './checksum.ts';
import { type DoubleColumn, readDoubles, writeDoubles } from './double-column.ts';
import { ModelShelf, type SharedDecoders, sharedDecoders } from './model-shelf.ts';
import { NumberColumn, SEGMENT, writeNumbers } from './number-column.ts';
import { type Presence, readPresence, writePresence } from './presence.ts';
import { SectionTable, SectionWriter } from './section-table.ts';
import { firstAbove, type SampleBlock, type SampleEntry, type Span } from './sample-block.ts';

export const DAY_BLOCK_VERSION = 2;
export const CODEC_DAY = 2;

/** The shared column that holds the models of all; time columns follow. */
const MODELS = 0;
const FIRST_TIMES = 1;
/** What a reader believes: far above what a writer makes. */
const MAX_ROWS = 1_000_000;

/** Takes one column after the other, so that the caller may pause between them; used for one block only. */
export class DayBlockEncoder {
  readonly #sections = new SectionWriter();
  readonly #shelf = new ModelShelf();

  constructor() {
    this.#sections.beginShared(0);
  }

  /** Whole Unix milliseconds, ascending, at least one; answers with the number that series name it by. */
  addTimes(timestamps: Float64Array): number {
    const shared = this.#sections.beginShared(timestamps.length);
    writeNumbers(timestamps, timestamps.length, this.#sections.out, this.#shelf);
    return shared - FIRST_TIMES;
  }

  /** One series with at least one sample; its presence is about the rows of its time column. */
  add({ member, present, values, stale }: BlockColumn, times = 0): void {
    const { out } = this.#sections;
    const shared = times + FIRST_TIMES;
    this.#sections.beginSeries(member, shared);
    writePresence(present, stale, this.#sections.rowsOf(shared), out);
    writeDoubles(withoutStale(values, stale), values.length, out, this.#shelf);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#sections.out.length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#sections.placeShared(MODELS);
    this.#shelf.write(this.#sections.out);
    return this.#sections.finish([DAY_BLOCK_VERSION, TIER_RAW, CODEC_DAY, FLAG_CHECKED]);
  }
}

/** One time column, decoded as far as it was asked for. */
class Times {
  readonly rows: number;
  readonly #numbers: NumberColumn;
  readonly #values: Float64Array;
  readonly #done: Uint8Array;
  #missing: number;

  constructor(from: ByteReader, rows: number, shared: SharedDecoders) {
    this.rows = rows;
    this.#numbers = new NumberColumn(from, rows, shared);
    this.#values = new Float64Array(rows);
    this.#missing = Math.ceil(rows / SEGMENT);
    this.#done = new Uint8Array(this.#missing);
  }

  /** All rows; those of [from, to) are right. */
  upTo(from: number, to: number): Float64Array {
    if (this.#missing > 0 && to > from) {
      for (let segment = Math.floor(from / SEGMENT); segment * SEGMENT < to; segment++) {
        if (this.#done[segment] === 1) continue;
        const first = segment * SEGMENT;
        this.#numbers.decode(first, Math.min(this.rows, first + SEGMENT), this.#values, first);
        this.#done[segment] = 1;
        this.#missing--;
      }
    }
    return this.#values;
  }

  /** The first row after a time. */
  firstAfter(timeMs: number): number {
    let low = 0;
    let high = this.#done.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#firstOf(middle) > timeMs) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return 0;
    const from = (low - 1) * SEGMENT;
    const to = Math.min(this.rows, from + SEGMENT);
    return firstAbove(this.upTo(from, to), timeMs, from, to);
  }

  #firstOf(segment: number): number {
    const row = segment * SEGMENT;
    if (this.#done[segment] !== 1) this.#numbers.decode(row, row + 1, this.#values, row);
    return this.#values[row]!;
  }
}

class DayEntry implements SampleEntry {
  readonly times: number;
  readonly presence: Presence;
  readonly values: DoubleColumn;

  constructor(from: ByteReader, times: number, rows: number, shared: SharedDecoders) {
    this.times = times;
    this.presence = readPresence(from, rows);
    this.values = readDoubles(from, this.presence.count, shared);
  }

  get count(): number {
    return this.presence.count;
  }

  get staleAt(): readonly number[] {
    return this.presence.staleAt;
  }
}

class DayBlock implements SampleBlock {
  readonly entries: SampleBlock['entries'];
  readonly #table: SectionTable;
  readonly #times: (Times | undefined)[] = [];
  readonly #decoders: SharedDecoders;

  constructor(body: Uint8Array) {
    const head = new ByteReader(body);
    const [, , , flags] = head.take(4);
    if (flags !== 0 && flags !== FLAG_CHECKED) throw damaged('a day chunk with unknown flags');
    const table = new SectionTable(head);
    this.#table = table;
    this.#decoders = sharedDecoders(() => table.shared(MODELS).from);
    const opened = new Map<number, DayEntry>();
    this.entries = {
      size: table.seriesCount,
      get: (member) => {
        const known = opened.get(member);
        if (known !== undefined) return known;
        const found = table.series(member);
        if (found === undefined) return undefined;
        const times = found.shared - FIRST_TIMES;
        const entry = new DayEntry(found.from, times, this.#timesAt(times).rows, this.#decoders);
        opened.set(member, entry);
        return entry;
      },
      keys: () => table.members(),
    };
  }

  get rows(): number {
    return this.#timesAt(0).rows;
  }

  get timestamps(): Float64Array {
    return this.timesOf(0);
  }

  timesOf(times: number): Float64Array {
    const column = this.#timesAt(times);
    return column.upTo(0, column.rows);
  }

  spanOf(entry: SampleEntry, minTimeMs: number, maxTimeMs: number): Span {
    const times = this.#timesAt(entry.times);
    const { rowOf } = (entry as DayEntry).presence;
    const from = times.firstAfter(minTimeMs);
    const to = Math.max(from, times.firstAfter(maxTimeMs));
    if (rowOf === undefined) return { from, to };
    return { from: firstAbove(rowOf, from - 1, 0, rowOf.length), to: firstAbove(rowOf, to - 1, 0, rowOf.length) };
  }

  decode(entry: SampleEntry, timestamps: Float64Array, values: Float64Array, at: number): void {
    this.decodeSpan(entry, { from: 0, to: entry.count }, timestamps, values, at);
  }

  decodeSpan(entry: SampleEntry, { from, to }: Span, timestamps: Float64Array, values: Float64Array, at: number): void {
    if (from >= to) return;
    const { presence, values: column } = entry as DayEntry;
    const { rowOf, staleAt } = presence;
    const times = this.#timesAt(entry.times);
    if (rowOf === undefined) {
      timestamps.set(times.upTo(from, to).subarray(from, to), at);
    } else {
      const rows = times.upTo(rowOf[from]!, rowOf[to - 1]! + 1);
      for (let i = from; i < to; i++) timestamps[at + i - from] = rows[rowOf[i]!]!;
    }
    column.decode(from, to, values, at);
    for (const stale of staleAt) if (stale >= from && stale < to) values[at + stale - from] = Number.NaN;
  }

  #timesAt(times: number): Times {
    const known = this.#times[times];
    if (known !== undefined) return known;
    if (times < 0) throw damaged('a series without times');
    const { rows, from } = this.#table.shared(times + FIRST_TIMES);
    if (rows < 1 || rows > MAX_ROWS) throw damaged('a block is too large');
    const opened = new Times(from, rows, this.#decoders);
    this.#times[times] = opened;
    return opened;
  }
}

/** `body` without its checksum. Reads the tables only; times and values are read when asked for. Throws LW_STORE_DAMAGED, as do all later calls. */
export function openDayBlock(body: Uint8Array): SampleBlock {
  return new DayBlock(body);
}
