// Whole numbers packed side by side with the same width in bits, lowest bit first.
import type { ByteWriter } from './bytes.ts';

/** Bytes that must follow packed bits, because they are read four at a time. */
export const BIT_PADDING = 4;
const PIECE_BITS = 24;
const PIECE = 1 << PIECE_BITS;

/** The bits that hold 0..max, for max < 2^53. */
export function bitsFor(max: number): number {
  return max < 0x1_0000_0000 ? 32 - Math.clz32(max) : 64 - Math.clz32(Math.floor(max / 0x1_0000_0000));
}

export const packedBytes = (count: number, width: number): number => Math.ceil((count * width) / 8);

/** Appends values[0..count) of `width` bits each (at most 53). */
export function packBits(values: Float64Array, count: number, width: number, out: ByteWriter): void {
  const start = out.extend(packedBytes(count, width) + BIT_PADDING);
  const bytes = out.raw;
  let position = start * 8;
  const put = (piece: number, bits: number): void => {
    const at = position >>> 3;
    const shift = position & 7;
    // Up to 24 + 7 bits: four bytes.
    const shifted = piece << shift;
    bytes[at] = (bytes[at] ?? 0) | (shifted & 0xff);
    bytes[at + 1] = (shifted >>> 8) & 0xff;
    bytes[at + 2] = (shifted >>> 16) & 0xff;
    bytes[at + 3] = shifted >>> 24;
    position += bits;
  };
  for (let i = 0; i < count; i++) {
    let rest = values[i] ?? 0;
    let left = width;
    while (left > PIECE_BITS) {
      put(rest % PIECE, PIECE_BITS);
      rest = Math.floor(rest / PIECE);
      left -= PIECE_BITS;
    }
    if (left > 0) put(rest, left);
  }
  // The padding is shared by whatever is packed next.
  out.shrink(BIT_PADDING);
}

/** Reads `count` values of `width` bits from `bytes` at byte `start` into out[0..count). At least BIT_PADDING bytes follow. */
export function unpackBits(bytes: Uint8Array, start: number, count: number, width: number, out: Float64Array): void {
  let position = start * 8;
  if (width <= PIECE_BITS) {
    const mask = (1 << width) - 1;
    for (let i = 0; i < count; i++) {
      const at = position >>> 3;
      out[i] =
        ((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> (position & 7)) &
        mask;
      position += width;
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    let value = 0;
    let scale = 1;
    let left = width;
    while (left > 0) {
      const bits = left > PIECE_BITS ? PIECE_BITS : left;
      const at = position >>> 3;
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      value += ((word >>> (position & 7)) & ((1 << bits) - 1)) * scale;
      scale *= PIECE;
      position += bits;
      left -= bits;
    }
    out[i] = value;
  }
}
