// The values of one series' buckets: what changed between and inside them as whole numbers, and only what says something new.
import type { SummaryColumns } from '../summary/index.ts';
import { ByteReader, type ByteWriter, damaged } from './bytes.ts';
import { readDoubles, writeDoubles } from './double-column.ts';
import { NumberColumn, writeNumbers } from './number-column.ts';

export type SummaryField = 'first' | 'last' | 'sum' | 'min' | 'max' | 'corrections';

/** An entry for each bucket, those without samples too. */
export type SummaryValues = Partial<
  Pick<SummaryColumns, 'firstValues' | 'lastValues' | 'sums' | 'mins' | 'maxs' | 'corrections'>
>;

/** Flags: which columns are there. */
const HAS_LAST = 1;
const HAS_MIN = 2;
const HAS_MAX = 4;
const HAS_CORRECTIONS = 8;
const SUM_OF_NUMBERS = 16;
const SUM_OF_DOUBLES = 32;
/** Values are doubles that are no decimals: columns as they are. */
const DOUBLES = 64;

/** Whole numbers up to here are exact; and differences of two that lie no further apart than MAX_APART fit a column of numbers. */
const MAX_NUMBER = 2 ** 53;
const MAX_APART = 2 ** 50;
const MAX_SCALE = 15;
const POWERS = Float64Array.from({ length: MAX_SCALE + 1 }, (_, i) => Number(`1e${i}`));
/** Sums that may be patched. */
const MAX_PATCHES = 8;

const scratch = (count: number): Float64Array => new Float64Array(count);

/** Columns of at least one bucket with samples. */
export function writeSummaryValues(columns: SummaryColumns, out: ByteWriter): void {
  const { counts } = columns;
  const filled = filledBuckets(counts);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(filled, (i) => column[i]!);
  const count = filled.length;
  const firsts = pick(columns.firstValues);
  const lasts = pick(columns.lastValues);
  const mins = pick(columns.mins);
  const maxs = pick(columns.maxs);
  const sums = pick(columns.sums);
  const corrections = pick(columns.corrections);
  const own = pick(counts);

  const scale = commonScale([firsts, lasts, mins, maxs]);
  const hasLast = !isEqual(lasts, firsts);
  const lowEnds = scratch(count);
  const highEnds = scratch(count);
  for (let i = 0; i < count; i++) {
    lowEnds[i] = Math.min(firsts[i]!, lasts[i]!);
    highEnds[i] = Math.max(firsts[i]!, lasts[i]!);
  }
  const hasMin = !isEqual(mins, lowEnds);
  const hasMax = !isEqual(maxs, highEnds);
  const hasCorrections = corrections.some((value) => !Object.is(value, 0));
  const sum = scale === undefined ? undefined : sumResidues(sums, firsts, lasts, own, POWERS[scale]!);
  out.u8(
    (hasLast ? HAS_LAST : 0) |
      (hasMin ? HAS_MIN : 0) |
      (hasMax ? HAS_MAX : 0) |
      (hasCorrections ? HAS_CORRECTIONS : 0) |
      (sum === undefined ? SUM_OF_DOUBLES : sum.isZero ? 0 : SUM_OF_NUMBERS) |
      (scale === undefined ? DOUBLES : 0),
  );
  if (scale === undefined) {
    writePart(out, () => writeDoubles(firsts, count, out));
    if (hasLast) writePart(out, () => writeDoubles(lasts, count, out));
    if (hasMin) writePart(out, () => writeDoubles(mins, count, out));
    if (hasMax) writePart(out, () => writeDoubles(maxs, count, out));
  } else {
    out.u8(scale);
    const power = POWERS[scale]!;
    const steps = scratch(count);
    const numbers = (column: Float64Array): Float64Array => column.map((value) => Math.round(value * power) + 0);
    const [wholeFirst, wholeLast, wholeMin, wholeMax] = [firsts, lasts, mins, maxs].map(numbers) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    // From the last sample of the bucket before to the first of this one, and from there to its last.
    const gaps = wholeFirst.map((value, i) => (i === 0 ? value : value - wholeLast[i - 1]!));
    writePart(out, () => {
      out.f64(gaps[0]!);
      gaps[0] = gaps[1] ?? 0;
      writeNumbers(gaps, count, out);
    });
    if (hasLast) {
      for (let i = 0; i < count; i++) steps[i] = wholeLast[i]! - wholeFirst[i]!;
      writePart(out, () => writeNumbers(steps, count, out));
    }
    if (hasMin) {
      for (let i = 0; i < count; i++) steps[i] = Math.min(wholeFirst[i]!, wholeLast[i]!) - wholeMin[i]!;
      writePart(out, () => writeNumbers(steps, count, out));
    }
    if (hasMax) {
      for (let i = 0; i < count; i++) steps[i] = wholeMax[i]! - Math.max(wholeFirst[i]!, wholeLast[i]!);
      writePart(out, () => writeNumbers(steps, count, out));
    }
  }
  if (hasCorrections) writePart(out, () => writeDoubles(corrections, count, out));
  if (sum === undefined) {
    writeDoubles(sums, count, out);
  } else if (!sum.isZero) {
    out.varint(sum.patches.length);
    for (const at of sum.patches) {
      out.varint(at);
      out.f64(sums[at]!);
    }
    writeNumbers(sum.residues, count, out);
  }
}

/** A column behind its length, so that it can be passed over. */
function writePart(out: ByteWriter, write: () => void): void {
  const at = out.extend(3);
  write();
  const length = out.length - at - 3;
  if (length > 0xff_ffff) throw new RangeError('a column of summaries is too long');
  out.raw[at] = length & 0xff;
  out.raw[at + 1] = (length >>> 8) & 0xff;
  out.raw[at + 2] = length >>> 16;
}

type SumResidues = { readonly residues: Float64Array; readonly patches: readonly number[]; readonly isZero: boolean };

/** The sums less what a straight line from first to last would sum to; undefined when they are no such numbers. */
function sumResidues(
  sums: Float64Array,
  firsts: Float64Array,
  lasts: Float64Array,
  counts: Float64Array,
  power: number,
): SumResidues | undefined {
  const residues = new Float64Array(sums.length);
  const patches: number[] = [];
  let isZero = true;
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i]!;
    const number = Math.round(sum * power) + 0;
    const expected = expectedSum(Math.round(firsts[i]! * power), Math.round(lasts[i]! * power), counts[i]!);
    // NaN and infinities fail every comparison.
    const fits = Math.max(Math.abs(number), Math.abs(expected)) <= MAX_NUMBER;
    if (fits && Math.abs(number - expected) <= MAX_APART && Object.is(number / power, sum)) {
      residues[i] = number - expected;
    } else {
      patches.push(i);
      if (patches.length > MAX_PATCHES) return undefined;
    }
    if (residues[i] !== 0 || patches.length > 0) isZero = false;
  }
  return { residues, patches, isZero };
}

const expectedSum = (first: number, last: number, count: number): number =>
  Math.round(((first + last) * count) / 2) + 0;

/** Reads the columns that are asked for of `filled` buckets, which are those with a count. */
export function readSummaryValues(
  from: ByteReader,
  counts: Float64Array,
  filled: number,
  fields: readonly SummaryField[],
): SummaryValues {
  const flags = from.u8();
  const isWhole = (flags & DOUBLES) === 0;
  const scale = isWhole ? from.u8() : 0;
  if (scale > MAX_SCALE || (flags & 128) !== 0) throw damaged('unknown summaries');
  const power = POWERS[scale]!;
  const want = (field: SummaryField): boolean => fields.includes(field);
  const wantSum = want('sum');
  const wantLow = want('min');
  const wantHigh = want('max');

  // First and last say what most others are measured from.
  const wantEnds = want('first') || want('last') || wantLow || wantHigh || wantSum;
  const firsts = scratch(filled);
  const lasts = (flags & HAS_LAST) === 0 ? firsts : scratch(filled);
  const firstPart = partOf(from);
  const lastPart = (flags & HAS_LAST) === 0 ? undefined : partOf(from);
  const minPart = (flags & HAS_MIN) === 0 ? undefined : partOf(from);
  const maxPart = (flags & HAS_MAX) === 0 ? undefined : partOf(from);
  const correctionsPart = (flags & HAS_CORRECTIONS) === 0 ? undefined : partOf(from);
  if (wantEnds && isWhole) {
    const start = firstPart.f64();
    decodeNumbers(firstPart, filled, firsts);
    if (lastPart !== undefined) decodeNumbers(lastPart, filled, lasts);
    let before = start;
    for (let i = 0; i < filled; i++) {
      const first = i === 0 ? start : before + firsts[i]!;
      before = lastPart === undefined ? first : first + lasts[i]!;
      firsts[i] = first;
      lasts[i] = before;
    }
  } else if (wantEnds) {
    decodeDoubles(firstPart, filled, firsts);
    if (lastPart !== undefined) decodeDoubles(lastPart, filled, lasts);
  }

  const filledAt = filled === counts.length ? undefined : filledBuckets(counts);
  const spread = (column: Float64Array): Float64Array => {
    if (filledAt === undefined) return column;
    const out = new Float64Array(counts.length);
    for (let i = 0; i < filledAt.length; i++) out[filledAt[i]!] = column[i]!;
    return out;
  };
  const unscaled = (column: Float64Array): Float64Array => {
    if (!isWhole || scale === 0) return column;
    const out = new Float64Array(filled);
    for (let i = 0; i < filled; i++) out[i] = column[i]! / power;
    return out;
  };
  /** Below or above both ends; or their extreme itself, where the column is not there. */
  const extreme = (part: ByteReader | undefined, sign: 1 | -1): Float64Array => {
    const out = scratch(filled);
    if (part !== undefined && !isWhole) {
      decodeDoubles(part, filled, out);
      return out;
    }
    const end = sign === -1 ? Math.min : Math.max;
    if (part === undefined) {
      for (let i = 0; i < filled; i++) out[i] = end(firsts[i]!, lasts[i]!);
      return out;
    }
    decodeNumbers(part, filled, out);
    for (let i = 0; i < filled; i++) out[i] = end(firsts[i]!, lasts[i]!) + sign * out[i]!;
    return out;
  };

  const values: { -readonly [K in keyof SummaryValues]: SummaryValues[K] } = {};
  if (want('first')) values.firstValues = spread(unscaled(firsts));
  if (want('last')) values.lastValues = spread(unscaled(lasts));
  if (wantLow) values.mins = spread(unscaled(extreme(minPart, -1)));
  if (wantHigh) values.maxs = spread(unscaled(extreme(maxPart, 1)));
  if (want('corrections')) {
    const out = scratch(filled);
    if (correctionsPart !== undefined) decodeDoubles(correctionsPart, filled, out);
    values.corrections = spread(out);
  }
  if (wantSum) values.sums = spread(sumsOf(from, flags, counts, filledAt, firsts, lasts, power));
  return values;
}

function sumsOf(
  from: ByteReader,
  flags: number,
  counts: Float64Array,
  filledAt: Uint32Array | undefined,
  firsts: Float64Array,
  lasts: Float64Array,
  power: number,
): Float64Array {
  const filled = firsts.length;
  const sums = new Float64Array(filled);
  if ((flags & SUM_OF_DOUBLES) !== 0) {
    decodeDoubles(from, filled, sums);
    return sums;
  }
  const patches: [at: number, sum: number][] = [];
  if ((flags & SUM_OF_NUMBERS) !== 0) {
    const patchCount = from.varint();
    if (patchCount > MAX_PATCHES) throw damaged('too many patches');
    for (let i = 0; i < patchCount; i++) patches.push([from.varint(), from.f64()]);
    decodeNumbers(from, filled, sums);
  }
  for (let i = 0; i < filled; i++) {
    sums[i] =
      (sums[i]! + expectedSum(firsts[i]!, lasts[i]!, counts[filledAt === undefined ? i : filledAt[i]!]!)) / power;
  }
  for (const [at, sum] of patches) if (at < filled) sums[at] = sum;
  return sums;
}

/** A reader at a part; the other stands behind it. */
function partOf(from: ByteReader): ByteReader {
  const [low, middle, high] = [from.u8(), from.u8(), from.u8()];
  const at = from.position;
  from.take(low | (middle << 8) | (high << 16));
  return new ByteReader(from.bytes.subarray(at));
}

function decodeNumbers(from: ByteReader, count: number, out: Float64Array): void {
  new NumberColumn(from, count).decode(0, count, out, 0);
}

function decodeDoubles(from: ByteReader, count: number, out: Float64Array): void {
  readDoubles(from, count).decode(0, count, out, 0);
}

function filledBuckets(counts: Float64Array): Uint32Array {
  const filled = new Uint32Array(counts.length);
  let count = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i] !== 0) filled[count++] = i;
  return filled.subarray(0, count);
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** The fewest decimals that all values of all columns have as exact whole numbers; undefined when one has none. */
function commonScale(columns: readonly Float64Array[]): number | undefined {
  let scale = 0;
  for (const column of columns) {
    for (const value of column) {
      while (!isScaled(value, POWERS[scale]!)) if (++scale > MAX_SCALE) return undefined;
    }
  }
  // More decimals may make what fitted before too large.
  const power = POWERS[scale]!;
  let min = Infinity;
  let max = -Infinity;
  for (const column of columns) {
    for (const value of column) {
      if (!isScaled(value, power)) return undefined;
      min = Math.min(min, Math.round(value * power));
      max = Math.max(max, Math.round(value * power));
    }
  }
  return max - min <= MAX_APART ? scale : undefined;
}

function isScaled(value: number, power: number): boolean {
  const scaled = Math.round(value * power);
  return scaled / power === value && Math.abs(scaled) <= MAX_NUMBER && !Object.is(value, -0);
}
