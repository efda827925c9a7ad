// The body of a chunk row: the samples of several series on one time column. docs/store-format.md describes every byte.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BIT_PADDING } from './bits.ts';
import { type BlockColumn, TIER_RAW, withoutStale } from './block-kinds.ts';
import { ByteReader, ByteWriter, damaged } from './bytes.ts';
import { CODEC_DAY, DAY_BLOCK_VERSION, openDayBlock } from './day-block.ts';
import { checked, FLAG_CHECKED, withChecksum } from './checksum.ts';
import { decodeInts, encodeInts, openInts } from './int-column.ts';
import { firstAbove, type SampleBlock, type SampleEntry, type Span } from './sample-block.ts';
import { BlockInput } from './streams.ts';
import { decodeValues, encodeValues, openValues, type ValueColumn } from './value-column.ts';

export const BLOCK_VERSION = 1;
const CODEC_COLUMNS = 1;
const FLAG_ZSTD = 1;

const PRESENT_ALL = 0;
const PRESENT_RANGE = 1;
const PRESENT_BITMAP = 2;
const HAS_STALE = 4;

/** Bounds of what a reader believes: far above what a writer makes. */
const MAX_ROWS = 1_000_000;
const MAX_ENTRIES = 65_536;
const MAX_STREAM_BYTES = 256 * 1024 * 1024;

const directory = new ByteWriter(4096);
const packed = new ByteWriter(16_384);
const squeezed = new ByteWriter(16_384);
const output = { directory, packed, squeezed };

/** `timestamps`: whole Unix milliseconds, ascending, at least one; columns ascend by member. */
export function encodeBlock(timestamps: Float64Array, columns: readonly BlockColumn[]): Uint8Array<ArrayBuffer> {
  directory.clear();
  packed.clear();
  squeezed.clear();
  encodeInts(timestamps, timestamps.length, output);
  let memberBefore = -1;
  for (const column of columns) {
    directory.varint(column.member - memberBefore - 1);
    memberBefore = column.member;
    encodePresence(column, timestamps.length);
    encodeValues(withoutStale(column.values, column.stale), column.values.length, output);
  }
  const squeezedLength = squeezed.length;
  const compressed = squeezedLength < 32 ? undefined : zstd(squeezed.view());
  const useZstd = compressed !== undefined && compressed.length < squeezedLength;

  const body = new ByteWriter(directory.length + packed.length + squeezedLength + 32);
  body.u8(BLOCK_VERSION);
  body.u8(TIER_RAW);
  body.u8(CODEC_COLUMNS);
  body.u8(FLAG_CHECKED | (useZstd ? FLAG_ZSTD : 0));
  body.varint(timestamps.length);
  body.varint(columns.length);
  body.varint(directory.length);
  body.varint(packed.length);
  body.varint(squeezedLength);
  body.bytes(directory.view());
  body.bytes(packed.view());
  body.extend(BIT_PADDING);
  body.bytes(useZstd ? compressed : squeezed.view());
  return withChecksum(body);
}

function zstd(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, {
    // One chunk for the whole output: the default of 16 KiB would be copied together.
    chunkSize: Math.max(1024, bytes.length + 512),
    // Tables for inputs of this size: the defaults would take megabytes for each call.
    params: {
      [constants.ZSTD_c_compressionLevel]: 3,
      [constants.ZSTD_c_windowLog]: 16,
      [constants.ZSTD_c_hashLog]: 13,
      [constants.ZSTD_c_chainLog]: 13,
    },
  });
}

/** One byte of kind and flags, then the range or the bitmap, then the positions of staleness markers. */
function encodePresence(column: BlockColumn, rows: number): void {
  const staleAt: number[] = [];
  column.stale?.forEach((flag, i) => {
    if (flag === 1) staleAt.push(i);
  });
  const staleFlag = staleAt.length > 0 ? HAS_STALE : 0;
  const count = column.values.length;
  if (column.present === undefined) {
    directory.u8(PRESENT_ALL | staleFlag);
  } else {
    const first = column.present.indexOf(1);
    const last = column.present.lastIndexOf(1);
    if (last - first + 1 === count) {
      directory.u8(PRESENT_RANGE | staleFlag);
      directory.varint(first);
      directory.varint(count);
    } else {
      directory.u8(PRESENT_BITMAP | staleFlag);
      const start = squeezed.extend((rows + 7) >> 3);
      column.present.forEach((flag, row) => {
        if (flag === 1) squeezed.raw[start + (row >> 3)] = (squeezed.raw[start + (row >> 3)] ?? 0) | (1 << (row & 7));
      });
    }
  }
  if (staleFlag === 0) return;
  directory.varint(staleAt.length);
  let before = -1;
  for (const at of staleAt) {
    directory.varint(at - before - 1);
    before = at;
  }
}

type Presence =
  | { readonly kind: 'all' }
  | { readonly kind: 'range'; readonly first: number }
  | { readonly kind: 'bitmap'; readonly at: number };

export { TIER_RAW };
export type { BlockColumn, SampleBlock as Block, SampleEntry as BlockEntry };

type SmallEntry = SampleEntry & { readonly presence: Presence; readonly column: ValueColumn };

class SmallBlock implements SampleBlock {
  readonly rows: number;
  /** By the series' place in its group. */
  readonly entries: ReadonlyMap<number, SmallEntry>;
  /** Of all rows, ascending. */
  readonly timestamps: Float64Array;
  readonly #input: BlockInput;

  constructor(rows: number, timestamps: Float64Array, entries: ReadonlyMap<number, SmallEntry>, input: BlockInput) {
    this.rows = rows;
    this.timestamps = timestamps;
    this.entries = entries;
    this.#input = input;
  }

  timesOf(): Float64Array {
    return this.timestamps;
  }

  spanOf(entry: SampleEntry, minTimeMs: number, maxTimeMs: number): Span {
    const { presence } = entry as SmallEntry;
    let times = this.timestamps;
    if (presence.kind === 'range') times = times.subarray(presence.first, presence.first + entry.count);
    else if (presence.kind === 'bitmap')
      this.decode(entry, (times = new Float64Array(entry.count)), new Float64Array(entry.count), 0);
    const from = firstAbove(times, minTimeMs, 0, entry.count);
    return { from, to: firstAbove(times, maxTimeMs, from, entry.count) };
  }

  decodeSpan(entry: SampleEntry, { from, to }: Span, timestamps: Float64Array, values: Float64Array, at: number): void {
    // Differences begin at the first row: all of a small block is decoded.
    const wholeTimes = new Float64Array(entry.count);
    const wholeValues = new Float64Array(entry.count);
    this.decode(entry, wholeTimes, wholeValues, 0);
    timestamps.set(wholeTimes.subarray(from, to), at);
    values.set(wholeValues.subarray(from, to), at);
  }

  decode(entry: SampleEntry, timestamps: Float64Array, values: Float64Array, at: number): void {
    const { presence, column } = entry as SmallEntry;
    if (presence.kind === 'all') {
      timestamps.set(this.timestamps, at);
    } else if (presence.kind === 'range') {
      timestamps.set(this.timestamps.subarray(presence.first, presence.first + entry.count), at);
    } else {
      const bits = this.#input.squeezed;
      let next = at;
      for (let row = 0; row < this.rows; row++) {
        if ((bits[presence.at + (row >> 3)]! >> (row & 7)) & 1) timestamps[next++] = this.timestamps[row]!;
      }
      if (next - at !== entry.count) throw damaged('a bitmap does not match its count');
    }
    decodeValues(column, this.#input, values, at);
    for (const stale of entry.staleAt) values[at + stale] = Number.NaN;
  }
}

/** Reads a body's directory and times; the values of a series are decoded only when asked for. Throws LW_STORE_DAMAGED. */
export function openBlock(stored: Uint8Array): SampleBlock {
  const body = checked(stored);
  if (body[0] === DAY_BLOCK_VERSION && body[1] === TIER_RAW && body[2] === CODEC_DAY) {
    return openDayBlock(body);
  }
  const head = new ByteReader(body);
  const version = head.u8();
  const tier = head.u8();
  const codec = head.u8();
  const flags = head.u8() & ~FLAG_CHECKED;
  if (version !== BLOCK_VERSION || tier !== TIER_RAW || codec !== CODEC_COLUMNS || (flags & ~FLAG_ZSTD) !== 0) {
    throw damaged(`unknown block version ${version}, tier ${tier}, codec ${codec}`);
  }
  const rows = head.varint();
  const entryCount = head.varint();
  const directoryLength = head.varint();
  const packedLength = head.varint();
  const squeezedLength = head.varint();
  if (rows < 1 || rows > MAX_ROWS || entryCount > MAX_ENTRIES || squeezedLength > MAX_STREAM_BYTES) {
    throw damaged('a block is too large');
  }
  const directoryBytes = head.take(directoryLength);
  const packedBytes = head.take(packedLength + BIT_PADDING);
  const squeezedBytes = head.take(head.remaining);
  const input = new BlockInput(new ByteReader(directoryBytes), packedBytes, squeezedLength, () =>
    (flags & FLAG_ZSTD) === 0 ? squeezedBytes : unzstd(squeezedBytes, squeezedLength),
  );
  const timestamps = new Float64Array(rows);
  decodeInts(openInts(input, rows), input, timestamps, 0);
  const entries = new Map<number, SmallEntry>();
  let member = -1;
  for (let i = 0; i < entryCount; i++) {
    member += input.directory.varint() + 1;
    entries.set(member, openEntry(input, rows));
  }
  return new SmallBlock(rows, timestamps, entries, input);
}

function unzstd(bytes: Uint8Array, length: number): Uint8Array {
  let plain: Uint8Array;
  try {
    plain = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length), chunkSize: Math.max(1024, length) });
  } catch {
    throw damaged('a compressed stream cannot be read');
  }
  if (plain.length !== length) throw damaged('a compressed stream has the wrong length');
  return plain;
}

function openEntry(input: BlockInput, rows: number): SmallEntry {
  const { directory: from } = input;
  const kind = from.u8();
  let presence: Presence = { kind: 'all' };
  let count = rows;
  if ((kind & 3) === PRESENT_RANGE) {
    presence = { kind: 'range', first: from.varint() };
    count = from.varint();
    if (count < 1 || presence.first + count > rows) throw damaged('a range lies outside its block');
  } else if ((kind & 3) === PRESENT_BITMAP) {
    const at = input.takeSqueezed((rows + 7) >> 3);
    presence = { kind: 'bitmap', at };
    count = countBits(input.squeezed, at, rows);
    if (count < 1) throw damaged('a series without samples');
  } else if ((kind & 3) !== PRESENT_ALL) {
    throw damaged('unknown presence');
  }
  const staleAt: number[] = [];
  if ((kind & HAS_STALE) !== 0) {
    const staleCount = from.varint();
    let at = -1;
    for (let i = 0; i < staleCount; i++) {
      at += from.varint() + 1;
      if (at >= count) throw damaged('a staleness marker lies outside its series');
      staleAt.push(at);
    }
  }
  return { count, staleAt, times: 0, presence, column: openValues(input, count) };
}

function countBits(bytes: Uint8Array, at: number, rows: number): number {
  let count = 0;
  for (let row = 0; row < rows; row++) count += (bytes[at + (row >> 3)]! >> (row & 7)) & 1;
  return count;
}
