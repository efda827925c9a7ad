// A long column of doubles of any kind: one constant, decimals as whole numbers with the odd ones out patched, or XOR in byte planes.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import type { ModelShelf, SharedDecoders } from './model-shelf.ts';
import { MAX_NUMBER, MAX_SPREAD, NumberColumn, SEGMENT, writeNumbers } from './number-column.ts';

/** Codec bytes. 0..15: whole numbers divided by 10^codec; with PATCHED, some values follow on their own. */
const MAX_SCALE = 15;
const PATCHED = 0x10;
const CONSTANT = 0x20;
const XOR_PLANES = 0x21;

const POWERS = Float64Array.from({ length: MAX_SCALE + 1 }, (_, i) => Number(`1e${i}`));

let whole = new Float64Array(4096);

/** Appends values[0..count), count >= 1, every double exactly: NaN as NaN, infinities, -0 and denormals too. */
export function writeDoubles(values: Float64Array, count: number, out: ByteWriter, shelf?: ModelShelf): void {
  if (isConstant(values, count)) {
    out.u8(CONSTANT);
    out.f64(values[0]!);
    return;
  }
  if (whole.length < count) whole = new Float64Array(count * 2);
  const scale = commonScale(values, count);
  const patches = scale === undefined ? undefined : toWhole(values, count, scale);
  if (scale === undefined || patches === undefined) {
    out.u8(XOR_PLANES);
    writeXor(values, count, out);
    return;
  }
  out.u8(scale | (patches.length > 0 ? PATCHED : 0));
  if (patches.length > 0) {
    out.varint(patches.length);
    let before = -1;
    for (const at of patches) {
      out.varint(at - before - 1);
      out.f64(values[at]!);
      before = at;
    }
  }
  writeNumbers(whole, count, out, shelf);
}

/** What reads a column's values [from, to). */
export type DoubleColumn = { readonly decode: (from: number, to: number, out: Float64Array, at: number) => void };

/** Reads a column's parameters; the block goes on for RESIDUE_PADDING bytes or more behind it. */
export function readDoubles(from: ByteReader, count: number, shared?: SharedDecoders): DoubleColumn {
  const codec = from.u8();
  if (codec === CONSTANT) {
    const value = from.f64();
    return { decode: (first, to, out, at) => void out.fill(value, at, at + to - first) };
  }
  if (codec === XOR_PLANES) return readXor(from, count);
  const scale = codec & ~PATCHED;
  if (scale > MAX_SCALE) throw damaged(`unknown value codec ${codec}`);
  const patches = (codec & PATCHED) === 0 ? [] : readPatches(from, count);
  const numbers = new NumberColumn(from, count, shared);
  const divisor = POWERS[scale]!;
  return {
    decode: (first, to, out, at) => {
      numbers.decode(first, to, out, at);
      if (scale > 0) for (let i = at; i < at + to - first; i++) out[i] = out[i]! / divisor;
      for (const patch of patches) if (patch.at >= first && patch.at < to) out[at + patch.at - first] = patch.value;
    },
  };
}

function readPatches(from: ByteReader, count: number): { at: number; value: number }[] {
  const patches: { at: number; value: number }[] = [];
  const total = from.varint();
  let at = -1;
  for (let i = 0; i < total; i++) {
    at += from.varint() + 1;
    if (at >= count) throw damaged('a patch lies outside its column');
    patches.push({ at, value: from.f64() });
  }
  return patches;
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0];
  for (let i = 1; i < count; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

/** Values that may be patched: dearer than XOR beyond. */
const patchesAllowed = (count: number): number => (count >> 6) + 1;

/** The fewest decimals that all but a few values have; undefined when too many have more than fifteen digits. */
function commonScale(values: Float64Array, count: number): number | undefined {
  let scale = 0;
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (isScaled(value, POWERS[scale]!)) continue;
    let needed = scale + 1;
    while (needed <= MAX_SCALE && !isScaled(value, POWERS[needed]!)) needed++;
    if (needed <= MAX_SCALE) scale = needed;
    else if (++odd > patchesAllowed(count)) return undefined;
  }
  return scale;
}

function isScaled(value: number, power: number): boolean {
  const scaled = Math.round(value * power);
  return scaled / power === value && scaled <= MAX_NUMBER && scaled >= -MAX_NUMBER;
}

/** Fills `whole`; answers with the positions to patch, or undefined when they are too many or the numbers lie too far apart. */
function toWhole(values: Float64Array, count: number, scale: number): number[] | undefined {
  const power = POWERS[scale]!;
  const patches: number[] = [];
  let fill: number | undefined;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (isScaled(value, power) && !Object.is(value, -0)) {
      // + 0: rounding a small negative number gives -0, which is zero here.
      const number = Math.round(value * power) + 0;
      if (fill === undefined) whole.fill(number, 0, i);
      fill = number;
      if (number < min) min = number;
      if (number > max) max = number;
    } else {
      patches.push(i);
      if (patches.length > patchesAllowed(count)) return undefined;
    }
    whole[i] = fill ?? 0;
  }
  return fill === undefined || max - min > MAX_SPREAD ? undefined : patches;
}

const one = new Float64Array(1);
const oneBytes = new Uint8Array(one.buffer);
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A mask of the planes (bit 0 = lowest byte) that are not all zero, then those as one zstd frame; XOR begins anew in each segment. */
function writeXor(values: Float64Array, count: number, out: ByteWriter): void {
  const planes = new Uint8Array(count * 8);
  const before = new Uint8Array(8);
  let mask = 0;
  for (let i = 0; i < count; i++) {
    if (i % SEGMENT === 0) before.fill(0);
    one[0] = values[i]!;
    for (let byte = 0; byte < 8; byte++) {
      const plane = littleEndian ? byte : 7 - byte;
      const difference = oneBytes[byte]! ^ before[byte]!;
      before[byte] = oneBytes[byte]!;
      planes[plane * count + i] = difference;
      if (difference !== 0) mask |= 1 << plane;
    }
  }
  const kept = planesIn(mask).map((plane) => planes.subarray(plane * count, (plane + 1) * count));
  const plain = Buffer.concat(kept);
  const packed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const isPacked = packed.length < plain.length;
  out.u8(mask);
  out.varint(isPacked ? packed.length : 0);
  out.bytes(isPacked ? packed : plain);
}

function planesIn(mask: number): number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((plane) => ((mask >> plane) & 1) === 1);
}

function readXor(from: ByteReader, count: number): DoubleColumn {
  const planes = planesIn(from.u8());
  const packedLength = from.varint();
  const stored = from.take(packedLength === 0 ? planes.length * count : packedLength);
  let plain = packedLength === 0 ? stored : undefined;
  return {
    decode: (first, to, out, at) => {
      const bytes = (plain ??= unzstd(stored, planes.length * count));
      const current = new Uint8Array(8);
      for (let i = first - (first % SEGMENT); i < to; i++) {
        if (i % SEGMENT === 0) current.fill(0);
        planes.forEach((plane, n) => {
          current[plane]! ^= bytes[n * count + i]!;
        });
        if (i < first) continue;
        for (let plane = 0; plane < 8; plane++) oneBytes[littleEndian ? plane : 7 - plane] = current[plane]!;
        out[at + i - first] = one[0]!;
      }
    },
  };
}

function unzstd(bytes: Uint8Array, length: number): Uint8Array {
  let plain: Uint8Array;
  try {
    plain = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length), chunkSize: Math.max(1024, length) });
  } catch {
    throw damaged('a compressed column cannot be read');
  }
  if (plain.length !== length) throw damaged('a compressed column has the wrong length');
  return plain;
}
