// Growable little-endian byte output and bounds-checked input with variable-length integers: the base of every stored format.
import { LinewardenError } from '../../../../../shared/model/errors.ts';

/** Variable-length integers carry whole numbers up to 2^53 in size: beyond that a double is not exact. */
const HIGH_PART = 0x1_0000_0000;

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.#length = 0;
  }

  /** Makes room for `count` zeroed bytes and answers with where they begin; write through `raw`. */
  extend(count: number): number {
    this.#reserve(count);
    const start = this.#length;
    this.#length += count;
    this.#bytes.fill(0, start, this.#length);
    return start;
  }

  /** Takes back the last `count` bytes. */
  shrink(count: number): void {
    this.#length -= count;
  }

  /** The whole buffer: valid until the next write. */
  get raw(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** What was written, sharing memory: valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  bytes(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /** An unsigned whole number below 2^53, seven bits a byte, lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= HIGH_PART) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A signed whole number, |value| < 2^52. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export function damaged(what: string): LinewardenError {
  return new LinewardenError('LW_STORE_DAMAGED', `Stored data is damaged: ${what}.`);
}

export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.bytes.length - this.#position;
  }

  u8(): number {
    const value = this.bytes[this.#position++];
    if (value === undefined) throw damaged('it ends too early');
    return value;
  }

  f64(): number {
    if (this.remaining < 8) throw damaged('it ends too early');
    const value = this.#view.getFloat64(this.#position, true);
    this.#position += 8;
    return value;
  }

  /** The next `count` bytes, sharing memory. */
  take(count: number): Uint8Array {
    if (this.remaining < count) throw damaged('it ends too early');
    this.#position += count;
    return this.bytes.subarray(this.#position - count, this.#position);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw damaged('a number is too long');
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
