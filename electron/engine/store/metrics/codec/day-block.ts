// The body of a day chunk: series with hundreds or thousands of rows each, every one readable alone and from restart points.
// docs/store-format.md describes every byte.
import { type BlockColumn, TIER_RAW } from './block-kinds.ts';
import { ByteReader, ByteWriter, damaged } from './bytes.ts';
import { type DoubleColumn, readDoubles, writeDoubles } from './double-column.ts';
import { NumberColumn, RESIDUE_PADDING, SEGMENT, writeNumbers } from './number-column.ts';
import { type Presence, readPresence, writePresence } from './presence.ts';
import { firstAbove, type SampleBlock, type SampleEntry, type Span } from './sample-block.ts';

export const DAY_BLOCK_VERSION = 2;
export const CODEC_DAY = 2;

/** Bounds of what a reader believes: far above what a writer makes. */
const MAX_ROWS = 1_000_000;
const MAX_COLUMNS = 65_536;
/** Bytes of one line in the tables of time columns (rows, offset) and of entries (member, time column, offset). */
const LINE = 8;

/** Takes one column after the other, so that the caller may pause between them; used for one block only. */
export class DayBlockEncoder {
  readonly #sections = new ByteWriter(65_536);
  readonly #times: { rows: number; at: number }[] = [];
  readonly #entries: { member: number; times: number; at: number }[] = [];

  /** Whole Unix milliseconds, ascending, at least one; answers with the number that series name it by. */
  addTimes(timestamps: Float64Array): number {
    this.#times.push({ rows: timestamps.length, at: this.#sections.length });
    writeNumbers(timestamps, timestamps.length, this.#sections);
    return this.#times.length - 1;
  }

  /** One series with at least one sample; its presence is about the rows of its time column. */
  add({ member, present, values, stale }: BlockColumn, times = 0): void {
    this.#entries.push({ member, times, at: this.#sections.length });
    writePresence(present, stale, this.#times[times]!.rows, this.#sections);
    writeDoubles(withoutStale(values, stale), values.length, this.#sections);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#sections.length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const head = new ByteWriter(64 + (this.#times.length + this.#entries.length) * LINE);
    for (const byte of [DAY_BLOCK_VERSION, TIER_RAW, CODEC_DAY, 0]) head.u8(byte);
    head.varint(this.#times.length);
    head.varint(this.#entries.length);
    for (const { rows, at } of this.#times) {
      head.u32(rows);
      head.u32(at);
    }
    for (const { member, times, at } of this.#entries.toSorted((a, b) => a.member - b.member)) {
      head.u32(member + times * MAX_COLUMNS);
      head.u32(at);
    }
    head.bytes(this.#sections.view());
    head.extend(RESIDUE_PADDING);
    return head.take();
  }
}

/** A marker's value says nothing: the value before it costs least. */
function withoutStale(values: Float64Array, stale: Uint8Array | undefined): Float64Array {
  if (stale === undefined || !stale.includes(1)) return values;
  const filled = values.slice();
  const firstReal = stale.indexOf(0);
  let fill = firstReal < 0 ? 0 : (values[firstReal] ?? 0);
  for (let i = 0; i < filled.length; i++) {
    if (stale[i] === 1) filled[i] = fill;
    else fill = filled[i]!;
  }
  return filled;
}

/** One time column, decoded as far as it was asked for. */
class Times {
  readonly rows: number;
  readonly #numbers: NumberColumn;
  readonly #values: Float64Array;
  readonly #done: Uint8Array;
  #missing: number;

  constructor(from: ByteReader, rows: number) {
    this.rows = rows;
    this.#numbers = new NumberColumn(from, rows);
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

  constructor(from: ByteReader, times: number, rows: number) {
    this.times = times;
    this.presence = readPresence(from, rows);
    this.values = readDoubles(from, this.presence.count);
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
  readonly rows: number;
  readonly #body: Uint8Array;
  readonly #view: DataView;
  readonly #timesTable: number;
  readonly #timesCount: number;
  readonly #sections: number;
  readonly #times: (Times | undefined)[] = [];

  constructor(body: Uint8Array) {
    const head = new ByteReader(body);
    head.take(4);
    this.#timesCount = head.varint();
    const entryCount = head.varint();
    if (this.#timesCount < 1 || this.#timesCount > MAX_COLUMNS || entryCount > MAX_COLUMNS)
      throw damaged('a block is too large');
    this.#timesTable = head.position;
    head.take(this.#timesCount * LINE);
    const entryTable = head.position;
    head.take(entryCount * LINE);
    this.#sections = head.position;
    if (head.remaining < RESIDUE_PADDING) throw damaged('it ends too early');
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.rows = this.#view.getUint32(this.#timesTable, true);
    const opened = new Map<number, DayEntry>();
    const memberAt = (i: number): number => this.#view.getUint16(entryTable + i * LINE, true);
    const find = (member: number): DayEntry | undefined => {
      let low = 0;
      let high = entryCount;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (memberAt(middle) < member) low = middle + 1;
        else high = middle;
      }
      if (low === entryCount || memberAt(low) !== member) return undefined;
      const line = entryTable + low * LINE;
      const times = this.#view.getUint16(line + 2, true);
      const rows = this.#timesAt(times).rows;
      return new DayEntry(this.#section(this.#view.getUint32(line + 4, true)), times, rows);
    };
    this.entries = {
      size: entryCount,
      get: (member) => {
        const known = opened.get(member);
        if (known !== undefined) return known;
        const entry = find(member);
        if (entry !== undefined) opened.set(member, entry);
        return entry;
      },
      keys: function* keys() {
        for (let i = 0; i < entryCount; i++) yield memberAt(i);
      },
    };
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
    if (times >= this.#timesCount) throw damaged('a series without times');
    const line = this.#timesTable + times * LINE;
    const rows = this.#view.getUint32(line, true);
    if (rows < 1 || rows > MAX_ROWS) throw damaged('a block is too large');
    const opened = new Times(this.#section(this.#view.getUint32(line + 4, true)), rows);
    this.#times[times] = opened;
    return opened;
  }

  /** Everything from a section on: it says itself where it ends. */
  #section(offset: number): ByteReader {
    return new ByteReader(this.#body.subarray(Math.min(this.#sections + offset, this.#body.length)));
  }
}

/** Reads the tables only; times and values are read when asked for. Throws LW_STORE_DAMAGED, as do all later calls. */
export function openDayBlock(body: Uint8Array): SampleBlock {
  return new DayBlock(body);
}
