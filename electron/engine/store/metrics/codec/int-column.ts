// Whole numbers as differences from a base, either packed to equal width or as byte planes for zstd, whichever is smaller.
import { bitsFor, packBits, packedBytes, unpackBits } from './bits.ts';
import { damaged } from './bytes.ts';
import { type BlockInput, type BlockOutput, scratch } from './streams.ts';

/** The largest size of a value: differences of differences then stay exact doubles. */
export const MAX_WHOLE = 2 ** 51;
const MAX_RANGE = 2 ** 53;
const MAX_BASE = 2 ** 52;
const MAX_ORDER = 2;

const PACKED = 0;
const PLANES = 1;

type Shape = { order: number; base: number; range: number };

/**
 * Writes whole numbers, |value| <= 2^51, count >= 1. Directory: one byte (bits 0-1 order of differences, bit 2 layout),
 * then as zigzag the first `order` values of each order, the base, and as varints divisor and width.
 */
export function encodeInts(values: Float64Array, count: number, out: BlockOutput): void {
  const [differences, residues] = scratch(count);
  const shape = bestShape(values, count, differences);
  fillDifferences(values, count, shape.order, differences);
  const rest = count - shape.order;
  const divisor = commonDivisor(differences, rest, shape);
  for (let i = 0; i < rest; i++) residues[i] = ((differences[i] ?? 0) - shape.base) / divisor;
  const width = bitsFor(shape.range / divisor);
  // Rare jumps on a flat line: almost all planes are one repeated byte, which zstd makes vanish.
  const planes = shape.order === 1 && width > 0 ? planesShape(differences, rest, divisor, width) : undefined;

  const { directory } = out;
  directory.u8(shape.order | ((planes === undefined ? PACKED : PLANES) << 2));
  writeHeads(values, shape.order, directory);
  if (planes === undefined) {
    directory.zigzag(shape.base);
    directory.varint(divisor);
    directory.u8(width);
    if (width > 0) packBits(residues, rest, width, out.packed);
    return;
  }
  directory.zigzag(0);
  directory.varint(divisor);
  directory.u8(planes);
  for (let i = 0; i < rest; i++) {
    const difference = (differences[i] ?? 0) / divisor;
    residues[i] = difference < 0 ? -2 * difference - 1 : 2 * difference;
  }
  const start = out.squeezed.extend(rest * planes);
  const bytes = out.squeezed.raw;
  for (let i = 0; i < rest; i++) {
    let left = residues[i] ?? 0;
    for (let plane = 0; plane < planes; plane++) {
      bytes[start + plane * rest + i] = left % 256;
      left = Math.floor(left / 256);
    }
  }
}

export type IntColumn = {
  readonly count: number;
  readonly order: number;
  readonly heads: readonly [number, number];
  readonly base: number;
  readonly divisor: number;
  readonly layout: number;
  readonly width: number;
  readonly at: number;
};

/** Reads a column's parameters and steps over its values. */
export function openInts(input: BlockInput, count: number): IntColumn {
  const { directory } = input;
  const shape = directory.u8();
  const order = shape & 3;
  const layout = shape >> 2;
  if (order > MAX_ORDER || layout > PLANES || order > count) throw damaged('unknown shape of whole numbers');
  const first = order > 0 ? directory.zigzag() : 0;
  const second = order > 1 ? directory.zigzag() : 0;
  const base = directory.zigzag();
  const divisor = directory.varint();
  const width = directory.u8();
  const rest = count - order;
  if (width > (layout === PACKED ? 53 : 7)) throw damaged('numbers are too wide');
  const at = layout === PACKED ? input.takePacked(packedBytes(rest, width)) : input.takeSqueezed(rest * width);
  return { count, order, heads: [first, second], base, divisor, layout, width, at };
}

/** Decodes into out[at .. at+count). */
export function decodeInts(column: IntColumn, input: BlockInput, out: Float64Array, at: number): void {
  const { order, base, divisor, width, count } = column;
  const rest = count - order;
  const target = out.subarray(at + order, at + count);
  if (width === 0) target.fill(0);
  else if (column.layout === PACKED) unpackBits(input.packed, column.at, rest, width, target);
  else readPlanes(input.squeezed, column.at, rest, width, target);

  if (divisor !== 1) for (let i = 0; i < rest; i++) target[i] = target[i]! * divisor + base;
  else if (base !== 0) for (let i = 0; i < rest; i++) target[i] = target[i]! + base;
  if (order === 1) {
    let value = column.heads[0];
    out[at] = value;
    for (let i = 0; i < rest; i++) {
      value += target[i]!;
      target[i] = value;
    }
  } else if (order === 2) {
    let value = column.heads[0];
    let step = column.heads[1];
    out[at] = value;
    value += step;
    out[at + 1] = value;
    for (let i = 0; i < rest; i++) {
      step += target[i]!;
      value += step;
      target[i] = value;
    }
  }
}

function readPlanes(bytes: Uint8Array, start: number, count: number, planes: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) {
    let value = 0;
    for (let plane = planes - 1; plane >= 0; plane--) value = value * 256 + bytes[start + plane * count + i]!;
    out[i] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** The order of differences whose values span the least. */
function bestShape(values: Float64Array, count: number, work: Float64Array): Shape {
  let best: Shape | undefined;
  let bestBits = Infinity;
  for (let order = 0; order <= MAX_ORDER && order < count; order++) {
    fillDifferences(values, count, order, work);
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < count - order; i++) {
      const value = work[i] ?? 0;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (max - min >= MAX_RANGE || Math.abs(min) >= MAX_BASE) continue;
    // Each order costs one more number up front.
    const bits = (count - order) * bitsFor(max - min) + order * 16;
    if (bits < bestBits) {
      bestBits = bits;
      best = { order, base: min, range: max - min };
    }
  }
  if (best === undefined) throw new RangeError('whole numbers beyond 2^51');
  return best;
}

function fillDifferences(values: Float64Array, count: number, order: number, out: Float64Array): void {
  if (order === 0) {
    for (let i = 0; i < count; i++) out[i] = values[i]!;
  } else if (order === 1) {
    for (let i = 1; i < count; i++) out[i - 1] = values[i]! - values[i - 1]!;
  } else {
    for (let i = 2; i < count; i++) out[i - 2] = values[i]! - values[i - 1]! - (values[i - 1]! - values[i - 2]!);
  }
}

function writeHeads(values: Float64Array, order: number, directory: BlockOutput['directory']): void {
  if (order > 0) directory.zigzag(values[0] ?? 0);
  if (order > 1) directory.zigzag((values[1] ?? 0) - (values[0] ?? 0));
}

/** What every difference from the base is a multiple of: memory counted in pages, prices in tens. */
function commonDivisor(differences: Float64Array, count: number, shape: Shape): number {
  if (shape.range === 0) return 1;
  let divisor = shape.range;
  for (let i = 0; i < count && divisor > 1; i++) {
    let a = (differences[i] ?? 0) - shape.base;
    while (a > 0) [divisor, a] = [a, divisor % a];
  }
  // In planes the base is zero, so it must divide that too.
  return divisor;
}

/** The planes that the differences need if planes promise to be smaller than packed bits, else undefined. */
function planesShape(differences: Float64Array, count: number, divisor: number, width: number): number | undefined {
  let cost = 0;
  let max = 0;
  for (let i = 0; i < count; i++) {
    const difference = (differences[i] ?? 0) / divisor;
    if (!Number.isInteger(difference)) return undefined;
    const size = difference < 0 ? -2 * difference - 1 : 2 * difference;
    if (size > max) max = size;
    cost += size === 0 ? ZERO_COST_BITS : CHANGE_COST_BITS + bitsFor(size);
  }
  return cost < count * width ? Math.ceil(bitsFor(max) / 8) : undefined;
}

/** What zstd was measured to spend in a plane: on one more zero, and on a change besides its own bits. */
const ZERO_COST_BITS = 0.3;
const CHANGE_COST_BITS = 8;
