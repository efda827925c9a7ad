// Residues - what prediction leaves of a whole number - as a Huffman-coded size and raw low bits. The scale follows the
// residues before, so that a counter's bursts and nights each cost only their own noise.
import type { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './bytes.ts';
import { bitsFor } from './bits.ts';
import { codeLengths, codesOf, fillTable, isPrefixCode } from './huffman.ts';

/** The last symbol: a residue that is negative or too large for the others follows in full. */
const ESCAPE = 31;
const SYMBOLS = 32;
/** Bits of precision that the symbol has below the expected size. */
const PRECISION = 3;
/** Added to every expectation, so that it has more bits than the precision. */
const EXPECTED_FLOOR = 8;
/** Contexts of the adaptive scale: is the expectation in the lower or upper half of its power of two. */
const CONTEXTS = 2;
const MAX_HIGH = 2 ** 27;
/** Raw bits of one residue: they are read as one word. */
const MAX_SHIFT = 24;
/** In place of a fixed shift. */
const ADAPTIVE = 32;
const WIDTH_BITS = 6;

/** How a column's residues are coded. */
export type ResidueModel = {
  /** Low bits that are stored raw always, so that the rest fits 27 bits. */
  readonly lowBits: number;
  /** The fixed number of raw bits, or undefined when it follows the residues before. */
  readonly fixedShift: number | undefined;
  /** The expectation at a segment's start. */
  readonly start: number;
  /** Code lengths, SYMBOLS for each context. */
  readonly lengths: readonly Uint8Array[];
};

/** What of bits must be free behind the last coded byte. */
export const RESIDUE_PADDING = 8;

const histograms = [new Float64Array(SYMBOLS), new Float64Array(SYMBOLS)];

/** Residues from[0..count) in runs that each begin with the start expectation: ends[i] is the end of run i. */
export type Runs = { readonly values: Float64Array; readonly count: number; readonly ends: readonly number[] };

/** The cheapest model, and about how many bits it takes. */
export function chooseModel(runs: Runs): { model: ResidueModel; bits: number } {
  const { values, count } = runs;
  const sizes = new Float64Array(64);
  let max = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < 0) continue;
    if (value > max) max = value;
    sizes[bitsFor(value)]!++;
  }
  // Sizes that few residues have are left to escapes.
  const most = quantileSize(sizes, count * 0.99);
  const lowBits = Math.max(0, most - 26);
  const start =
    lowBits === 0 ? medianOf(values, count) : 2 ** Math.max(0, quantileSize(sizes, count / 2) - 1 - lowBits);
  let best: { model: ResidueModel; bits: number } | undefined;
  const consider = (fixedShift: number | undefined): void => {
    const bits = tally(runs, lowBits, fixedShift, start);
    if (best !== undefined && best.bits <= bits) return;
    const lengths = histograms.slice(0, fixedShift === undefined ? CONTEXTS : 1).map((counts) => codeLengths(counts));
    best = { model: { lowBits, fixedShift, start, lengths }, bits };
  };
  const widest = Math.max(0, Math.min(MAX_SHIFT, most - lowBits - 5));
  consider(widest);
  if (widest > 0) consider(undefined);
  // Mostly small, now and then large: the large ones as escapes.
  const usual = Math.max(0, Math.min(MAX_SHIFT, quantileSize(sizes, count * 0.9) - lowBits - 4));
  if (usual < widest) consider(usual);
  return best!;
}

function quantileSize(sizes: Float64Array, rank: number): number {
  let seen = 0;
  for (let size = 0; size < sizes.length; size++) {
    seen += sizes[size]!;
    if (seen >= rank) return size;
  }
  return 0;
}

function medianOf(values: Float64Array, count: number): number {
  const sample: number[] = [];
  const stride = Math.max(1, Math.floor(count / 64));
  for (let i = 0; i < count; i += stride) if (values[i]! >= 0) sample.push(values[i]!);
  const median = sample.toSorted((a, b) => a - b)[sample.length >> 1] ?? 0;
  return Math.min(median, MAX_HIGH - 1);
}

/** Counts each context's symbols into `histograms` and answers with the bits that all would take. */
function tally({ values, ends }: Runs, lowBits: number, fixedShift: number | undefined, start: number): number {
  for (const counts of histograms) counts.fill(0);
  const scale = 2 ** lowBits;
  let bits = 0;
  let i = 0;
  for (const end of ends) {
    let expected = start;
    for (; i < end; i++) {
      const high = lowBits === 0 ? values[i]! : Math.floor(values[i]! / scale);
      let shift = fixedShift ?? 0;
      let context = 0;
      if (fixedShift === undefined) {
        const size = 31 - Math.clz32(expected + EXPECTED_FLOOR);
        shift = size - PRECISION;
        context = ((expected + EXPECTED_FLOOR) >>> (size - 1)) & 1;
      }
      const counts = histograms[context]!;
      if (high >= 0 && high < MAX_HIGH && high >>> shift < ESCAPE) {
        counts[high >>> shift]!++;
        bits += shift + lowBits;
        expected = nextExpected(expected, high >>> shift, shift);
      } else {
        counts[ESCAPE]!++;
        bits += WIDTH_BITS + 1 + bitsFor(Math.abs(values[i]!));
        expected = afterEscape(expected, high);
      }
    }
  }
  for (const counts of histograms) {
    let total = 0;
    for (const count of counts) total += count;
    // A symbol's place in the table, and its share of the code: never below a bit.
    for (const count of counts)
      if (count > 0) bits += 4 + count * Math.max(Math.log2(total / count), count === total ? 1 : 0);
  }
  return bits;
}

/** The raw bits have no say, so that a decoder need not wait for them. */
const nextExpected = (expected: number, symbol: number, shift: number): number =>
  (expected + (symbol << shift) + ((1 << shift) >>> 1)) >>> 1;

/** A single spike hardly moves the scale; a lasting rise does in a few steps. */
function afterEscape(expected: number, high: number): number {
  return Math.max(0, Math.min(high, expected * 8 + 8, MAX_HIGH - 1));
}

export function writeModel({ lowBits, fixedShift, start, lengths }: ResidueModel, out: ByteWriter): void {
  out.u8(fixedShift ?? ADAPTIVE);
  out.u8(lowBits);
  out.varint(start);
  for (const table of lengths) {
    let used = SYMBOLS;
    while (used > 0 && table[used - 1] === 0) used--;
    // The escape is far from the others: it comes first.
    const escape = table[ESCAPE]!;
    if (used === SYMBOLS) {
      used = ESCAPE;
      while (used > 0 && table[used - 1] === 0) used--;
    }
    out.u8(used);
    out.u8(escape);
    for (let symbol = 0; symbol < used; symbol += 2) {
      out.u8(table[symbol]! | ((symbol + 1 < used ? table[symbol + 1]! : 0) << 4));
    }
  }
}

export function readModel(from: ByteReader): ResidueModel {
  const shift = from.u8();
  const lowBits = from.u8();
  const start = from.varint();
  if ((shift > MAX_SHIFT && shift !== ADAPTIVE) || lowBits > 25 || start >= MAX_HIGH) throw damaged('unknown residues');
  const fixedShift = shift === ADAPTIVE ? undefined : shift;
  const lengths: Uint8Array[] = [];
  for (let context = 0; context < (fixedShift === undefined ? CONTEXTS : 1); context++) {
    const table = new Uint8Array(SYMBOLS);
    const used = from.u8();
    if (used > ESCAPE) throw damaged('a code has too many symbols');
    table[ESCAPE] = from.u8();
    for (let symbol = 0; symbol < used; symbol += 2) {
      const pair = from.u8();
      table[symbol] = pair & 15;
      if (symbol + 1 < used) table[symbol + 1] = pair >> 4;
    }
    if (!isPrefixCode(table)) throw damaged('a code is none');
    lengths.push(table);
  }
  return { lowBits, fixedShift, start, lengths };
}

/** Appends bits, lowest first. */
class BitSink {
  readonly #out: ByteWriter;
  #held = 0;
  #bits = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** At most 24 bits. */
  put(value: number, bits: number): void {
    this.#held |= value << this.#bits;
    this.#bits += bits;
    while (this.#bits >= 8) {
      this.#out.u8(this.#held & 0xff);
      this.#held >>>= 8;
      this.#bits -= 8;
    }
  }

  /** At most 53 bits. */
  putWide(value: number, bits: number): void {
    let rest = value;
    let left = bits;
    while (left > 16) {
      this.put(rest % 65_536, 16);
      rest = Math.floor(rest / 65_536);
      left -= 16;
    }
    if (left > 0) this.put(rest, left);
  }

  end(): void {
    if (this.#bits > 0) this.#out.u8(this.#held & 0xff);
    this.#held = 0;
    this.#bits = 0;
  }
}

/** Codes one model's runs; each ends at a byte. */
export class ResidueEncoder {
  readonly #model: ResidueModel;
  readonly #codes: readonly Uint16Array[];

  constructor(model: ResidueModel) {
    this.#model = model;
    this.#codes = model.lengths.map((lengths) => codesOf(lengths));
  }

  /** values[from .. to), whole numbers, |value| <= 2^53. */
  encode(values: Float64Array, from: number, to: number, out: ByteWriter): void {
    const { lowBits, fixedShift, start, lengths } = this.#model;
    const sink = new BitSink(out);
    const scale = 2 ** lowBits;
    let expected = start;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      const high = lowBits === 0 ? value : Math.floor(value / scale);
      let shift = fixedShift ?? 0;
      let context = 0;
      if (fixedShift === undefined) {
        const size = 31 - Math.clz32(expected + EXPECTED_FLOOR);
        shift = size - PRECISION;
        context = ((expected + EXPECTED_FLOOR) >>> (size - 1)) & 1;
      }
      const isDirect = high >= 0 && high < MAX_HIGH && high >>> shift < ESCAPE;
      const symbol = isDirect ? high >>> shift : ESCAPE;
      sink.put(this.#codes[context]![symbol]!, lengths[context]![symbol]!);
      if (isDirect) {
        if (shift > 0) sink.putWide(high % 2 ** shift, shift);
        if (lowBits > 0) sink.putWide(value - high * scale, lowBits);
        expected = nextExpected(expected, symbol, shift);
      } else {
        const size = Math.abs(value);
        const width = bitsFor(size);
        sink.put(value < 0 ? 1 : 0, 1);
        sink.put(width, WIDTH_BITS);
        sink.putWide(size, width);
        expected = afterEscape(expected, high);
      }
    }
    sink.end();
  }
}

/** Decodes one model's runs; the tables are built with the first. */
export class ResidueDecoder {
  readonly #model: ResidueModel;
  #table: Uint16Array | undefined;
  #width = 1;

  constructor(model: ResidueModel) {
    this.#model = model;
  }

  /** Reads `count` residues from byte `start` into out[at ..); the run ends at byte `end` and RESIDUE_PADDING bytes or more follow. */
  decode(bytes: Uint8Array, start: number, end: number, count: number, out: Float64Array, at: number): void {
    const table = (this.#table ??= this.#build());
    const { fixedShift, start: expected, lowBits } = this.#model;
    const position =
      fixedShift === undefined
        ? decodeAdaptive(bytes, start * 8, table, this.#width, expected, lowBits, out, at, at + count)
        : decodeFixed(bytes, start * 8, table, this.#width, fixedShift, lowBits, out, at, at + count);
    if (position > end * 8) throw damaged('coded values end too early');
  }

  #build(): Uint16Array {
    const { lengths } = this.#model;
    for (const table of lengths) for (const length of table) if (length > this.#width) this.#width = length;
    const table = new Uint16Array(lengths.length << this.#width);
    lengths.forEach((own, context) => fillTable(own, this.#width, table, context << this.#width));
    return table;
  }
}

// The loops below are written so that every number in them is a 32-bit integer (`| 0`): that halves their time.

function decodeFixed(
  bytes: Uint8Array,
  from: number,
  table: Uint16Array,
  width: number,
  shift: number,
  lowBits: number,
  out: Float64Array,
  at: number,
  stop: number,
): number {
  const codeMask = (1 << width) - 1;
  const mask = (1 << shift) - 1;
  const scale = 2 ** lowBits;
  let position = from | 0;
  for (let i = at; i < stop; i++) {
    const byte = position >>> 3;
    const word =
      (bytes[byte]! | (bytes[byte + 1]! << 8) | (bytes[byte + 2]! << 16) | (bytes[byte + 3]! << 24)) >>> (position & 7);
    const entry = table[word & codeMask]! | 0;
    position = (position + (entry & 15)) | 0;
    const symbol = entry >>> 4;
    if (symbol === ESCAPE || entry === 0) {
      out[i] = readEscape(bytes, position, entry);
      position = (position + escapeBits(bytes, position)) | 0;
    } else if (shift === 0 && lowBits === 0) {
      out[i] = symbol;
    } else {
      const next = position >>> 3;
      const raw =
        (bytes[next]! | (bytes[next + 1]! << 8) | (bytes[next + 2]! << 16) | (bytes[next + 3]! << 24)) >>>
        (position & 7);
      const high = (symbol << shift) | (raw & mask);
      position = (position + shift) | 0;
      if (lowBits === 0) {
        out[i] = high;
      } else {
        out[i] = high * scale + readBits(bytes, position, lowBits);
        position = (position + lowBits) | 0;
      }
    }
  }
  return position;
}

function decodeAdaptive(
  bytes: Uint8Array,
  from: number,
  table: Uint16Array,
  width: number,
  start: number,
  lowBits: number,
  out: Float64Array,
  at: number,
  stop: number,
): number {
  const codeMask = (1 << width) - 1;
  const scale = 2 ** lowBits;
  let position = from | 0;
  let expected = start | 0;
  for (let i = at; i < stop; i++) {
    const size = (31 - Math.clz32(expected + EXPECTED_FLOOR)) | 0;
    const shift = (size - PRECISION) | 0;
    const context = (((expected + EXPECTED_FLOOR) >>> (size - 1)) & 1) << width;
    const byte = position >>> 3;
    const word =
      (bytes[byte]! | (bytes[byte + 1]! << 8) | (bytes[byte + 2]! << 16) | (bytes[byte + 3]! << 24)) >>> (position & 7);
    const entry = table[context | (word & codeMask)]! | 0;
    position = (position + (entry & 15)) | 0;
    const symbol = entry >>> 4;
    if (symbol === ESCAPE || entry === 0) {
      const value = readEscape(bytes, position, entry);
      position = (position + escapeBits(bytes, position)) | 0;
      out[i] = value;
      expected = afterEscape(expected, Math.floor(value / scale)) | 0;
      continue;
    }
    const large = (symbol << shift) | 0;
    const next = position >>> 3;
    const raw =
      (bytes[next]! | (bytes[next + 1]! << 8) | (bytes[next + 2]! << 16) | (bytes[next + 3]! << 24)) >>> (position & 7);
    const high = large | (raw & ((1 << shift) - 1));
    position = (position + shift) | 0;
    expected = ((((expected + large) | 0) + ((1 << shift) >>> 1)) | 0) >>> 1;
    if (lowBits === 0) {
      out[i] = high;
    } else {
      out[i] = high * scale + readBits(bytes, position, lowBits);
      position = (position + lowBits) | 0;
    }
  }
  return position;
}

/** The bits of an escaped residue behind its symbol. */
const escapeBits = (bytes: Uint8Array, position: number): number =>
  1 + WIDTH_BITS + readBits(bytes, position + 1, WIDTH_BITS);

function readEscape(bytes: Uint8Array, position: number, entry: number): number {
  if (entry === 0) throw damaged('bits that are no code');
  const negative = readBits(bytes, position, 1) === 1;
  let left = readBits(bytes, position + 1, WIDTH_BITS);
  if (left > 54) throw damaged('numbers are too wide');
  let next = position + 1 + WIDTH_BITS;
  let value = 0;
  let scale = 1;
  while (left > 0) {
    const bits = Math.min(16, left);
    value += readBits(bytes, next, bits) * scale;
    scale *= 65_536;
    next += bits;
    left -= bits;
  }
  return negative ? -value : value;
}

/** At most 25 bits; zeros behind the end of all bytes. */
function readBits(bytes: Uint8Array, position: number, count: number): number {
  const byte = position >>> 3;
  const word = bytes[byte]! | (bytes[byte + 1]! << 8) | (bytes[byte + 2]! << 16) | (bytes[byte + 3]! << 24);
  return (word >>> (position & 7)) & ((1 << count) - 1);
}
