// Codes runs of residues by a model, and decodes them a few nanoseconds each.
import { bitsFor } from './bits.ts';
import { type ByteWriter, damaged } from './bytes.ts';
import { codesOf, fillTable } from './huffman.ts';
import {
  afterEscape,
  ESCAPE,
  EXPECTED_FLOOR,
  MAX_HIGH,
  nextExpected,
  PRECISION,
  type ResidueModel,
  type ResidueScale,
  WIDTH_BITS,
} from './residue-model.ts';

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
  encode(values: Float64Array, from: number, to: number, { lowBits, start }: ResidueScale, out: ByteWriter): void {
    const { fixedShift, lengths } = this.#model;
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
        context = ((expected + EXPECTED_FLOOR) >>> (size - 2)) & 3;
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
  decode(
    bytes: Uint8Array,
    start: number,
    end: number,
    { lowBits, start: expected }: ResidueScale,
    count: number,
    out: Float64Array,
    at: number,
  ): void {
    const table = (this.#table ??= this.#build());
    const { fixedShift } = this.#model;
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
    const context = (((expected + EXPECTED_FLOOR) >>> (size - 2)) & 3) << width;
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
    // nextExpected, in place.
    const change = (large + ((1 << shift) >>> 1) - expected) | 0;
    const far = expected >> 1;
    expected = (expected + (change > far || change < -far ? change - (change >> 2) : change >> 2)) | 0;
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

/** At most 41 bits; zeros behind the end of all bytes. */
function readBits(bytes: Uint8Array, position: number, count: number): number {
  // One word, from any bit of its first byte on, has 25.
  if (count > 25) return readBits(bytes, position, 16) + readBits(bytes, position + 16, count - 16) * 65_536;
  const byte = position >>> 3;
  const word = bytes[byte]! | (bytes[byte + 1]! << 8) | (bytes[byte + 2]! << 16) | (bytes[byte + 3]! << 24);
  return (word >>> (position & 7)) & ((1 << count) - 1);
}
