// One series' values: scaled whole numbers where exact, one constant, or XOR with the value before in byte planes.
import { damaged } from './bytes.ts';
import { type IntColumn, decodeInts, encodeInts, MAX_WHOLE, openInts } from './int-column.ts';
import type { BlockInput, BlockOutput } from './streams.ts';

/** Codec bytes. 0..15: whole numbers divided by 10^codec. */
const MAX_SCALE = 15;
const CONSTANT = 0x20;
const XOR_PLANES = 0x21;

const POWERS = Float64Array.from({ length: MAX_SCALE + 1 }, (_, i) => Number(`1e${i}`));

let whole = new Float64Array(256);

/** Writes values[0..count), count >= 1, every double exactly: NaN as NaN, infinities, -0 and denormals too. */
export function encodeValues(values: Float64Array, count: number, out: BlockOutput): void {
  if (isConstant(values, count)) {
    out.directory.u8(CONSTANT);
    out.directory.f64(values[0] ?? 0);
    return;
  }
  const scale = commonScale(values, count);
  if (scale !== undefined && toWhole(values, count, scale)) {
    out.directory.u8(scale);
    encodeInts(whole, count, out);
    return;
  }
  out.directory.u8(XOR_PLANES);
  encodeXor(values, count, out);
}

export type ValueColumn =
  | { readonly kind: 'constant'; readonly count: number; readonly value: number }
  | { readonly kind: 'whole'; readonly count: number; readonly scale: number; readonly ints: IntColumn }
  | { readonly kind: 'xor'; readonly count: number; readonly mask: number; readonly at: number };

/** Reads a column's parameters and steps over its values. */
export function openValues(input: BlockInput, count: number): ValueColumn {
  const codec = input.directory.u8();
  if (codec <= MAX_SCALE) return { kind: 'whole', count, scale: codec, ints: openInts(input, count) };
  if (codec === CONSTANT) return { kind: 'constant', count, value: input.directory.f64() };
  if (codec !== XOR_PLANES) throw damaged(`unknown value codec ${codec}`);
  const mask = input.directory.u8();
  return { kind: 'xor', count, mask, at: input.takeSqueezed(count * planesIn(mask)) };
}

/** Decodes into out[at .. at+count). */
export function decodeValues(column: ValueColumn, input: BlockInput, out: Float64Array, at: number): void {
  if (column.kind === 'constant') {
    out.fill(column.value, at, at + column.count);
  } else if (column.kind === 'xor') {
    decodeXor(column.mask, column.at, column.count, input.squeezed, out, at);
  } else {
    decodeInts(column.ints, input, out, at);
    if (column.scale > 0) {
      const divisor = POWERS[column.scale] ?? 1;
      for (let i = at; i < at + column.count; i++) out[i] = out[i]! / divisor;
    }
  }
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0];
  for (let i = 1; i < count; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

/** The fewest decimals that every value has, or undefined when one has more than fifteen digits. */
function commonScale(values: Float64Array, count: number): number | undefined {
  let scale = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    while (!isScaled(value, POWERS[scale]!)) if (++scale > MAX_SCALE) return undefined;
  }
  return scale;
}

function isScaled(value: number, power: number): boolean {
  const scaled = Math.round(value * power);
  return scaled / power === value && scaled <= MAX_WHOLE && scaled >= -MAX_WHOLE;
}

function toWhole(values: Float64Array, count: number, scale: number): boolean {
  if (whole.length < count) whole = new Float64Array(count * 2);
  const power = POWERS[scale] ?? 1;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (!isScaled(value, power) || Object.is(value, -0)) return false;
    // + 0: rounding a small negative number gives -0, which is zero here.
    whole[i] = Math.round(value * power) + 0;
  }
  return true;
}

const one = new Float64Array(1);
const oneBytes = new Uint8Array(one.buffer);
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function planesIn(mask: number): number {
  let count = 0;
  for (let plane = 0; plane < 8; plane++) count += (mask >> plane) & 1;
  return count;
}

/** Directory: a mask of the planes (bit 0 = lowest byte) that are not all zero; then those planes, lowest first. */
function encodeXor(values: Float64Array, count: number, out: BlockOutput): void {
  const planes = new Uint8Array(count * 8);
  const before = new Uint8Array(8);
  let mask = 0;
  for (let i = 0; i < count; i++) {
    one[0] = values[i]!;
    for (let byte = 0; byte < 8; byte++) {
      const plane = littleEndian ? byte : 7 - byte;
      const difference = oneBytes[byte]! ^ before[byte]!;
      before[byte] = oneBytes[byte]!;
      planes[plane * count + i] = difference;
      if (difference !== 0) mask |= 1 << plane;
    }
  }
  out.directory.u8(mask);
  for (let plane = 0; plane < 8; plane++) {
    if ((mask >> plane) & 1) out.squeezed.bytes(planes.subarray(plane * count, (plane + 1) * count));
  }
}

function decodeXor(mask: number, from: number, count: number, bytes: Uint8Array, out: Float64Array, at: number): void {
  const starts: number[] = [];
  let next = from;
  for (let plane = 0; plane < 8; plane++) {
    const stored = ((mask >> plane) & 1) === 1;
    starts.push(stored ? next : -1);
    if (stored) next += count;
  }
  const current = new Uint8Array(8);
  for (let i = 0; i < count; i++) {
    for (let plane = 0; plane < 8; plane++) {
      const start = starts[plane]!;
      if (start >= 0) current[plane]! ^= bytes[start + i]!;
    }
    for (let plane = 0; plane < 8; plane++) oneBytes[littleEndian ? plane : 7 - plane] = current[plane]!;
    out[at + i] = one[0]!;
  }
}
