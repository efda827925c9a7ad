// The values of one series' buckets: what changed between and inside them as whole numbers, and only what says something new.
import type { SummaryColumns } from '../summary/index.ts';
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import { type DoubleColumn, readDoubles, writeDoubles } from './double-column.ts';
import type { ResidueDecoder } from './residue-coder.ts';
import {
  ABSENT,
  formsOf,
  isAbsent,
  readShort,
  type ShortCode,
  shortColumn,
  type ShortColumn,
} from './short-columns.ts';

export type SummaryField = 'first' | 'last' | 'sum' | 'min' | 'max' | 'corrections';

/** An entry for each bucket, those without samples too. */
export type SummaryValues = Partial<
  Pick<SummaryColumns, 'firstValues' | 'lastValues' | 'sums' | 'mins' | 'maxs' | 'corrections'>
>;

/**
 * Kinds of columns, in order: from the bucket before's last value to the first; from there to the last; how far the lowest
 * lies below both and the highest above; the sum beyond what a straight line from first to last has.
 */
export const VALUE_KINDS = 5;

/** Flags beside the decimals (0..15). */
const HAS_CORRECTIONS = 0x10;
/** Sums are doubles of their own. */
const PLAIN_SUMS = 0x20;
/** Values are doubles that are no decimals: columns as they are, minimum and maximum only where they are none of the ends. */
const DOUBLES = 0x40;
const PATCHED_SUMS = 0x80;
/** With DOUBLES, in place of the decimals. */
const HAS_MIN = 1;
const HAS_MAX = 2;
const NO_SUMS = 4;
/** The kind of column of the sums. */
const SUM_KIND = 4;
/** Bits of a counter's sum beyond the straight line; sums that cost less stay. */
const DEAR_SUM_BITS = 8;

/** Whole numbers up to here are exact, and differences of two that lie no further apart than MAX_APART are short. */
const MAX_NUMBER = 2 ** 52 - 1;
const MAX_APART = 2 ** 49;
const MAX_SCALE = 15;
const POWERS = Float64Array.from({ length: MAX_SCALE + 1 }, (_, i) => Number(`1e${i}`));
const MAX_PATCHES = 8;

/** One series' values before the code of all is known. */
export type PreparedValues = {
  readonly columns: readonly ShortColumn[];
  readonly write: (codes: readonly ShortCode[], out: ByteWriter) => void;
};

/**
 * Of columns with at least one bucket that has samples. A counter's sums are noise that costs as much as all the rest: they may
 * be left out for as long as the samples are stored.
 */
export function prepareValues(summary: SummaryColumns, leaveOutCounterSums: boolean): PreparedValues {
  const filled = filledBuckets(summary.counts);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(filled, (i) => column[i]!);
  const firsts = pick(summary.firstValues);
  const lasts = pick(summary.lastValues);
  const mins = pick(summary.mins);
  const maxs = pick(summary.maxs);
  const sums = summary.sums && pick(summary.sums);
  const corrections = pick(summary.corrections);
  const count = filled.length;
  const hasCorrections = corrections.some((value) => !Object.is(value, 0));
  const scale = commonScale([firsts, lasts, mins, maxs]);
  const writeRest = (out: ByteWriter): void => {
    if (hasCorrections) writeDoubles(corrections, count, out);
  };

  if (scale === undefined) {
    const hasMin = !isSame(mins, extremes(firsts, lasts, Math.min));
    const hasMax = !isSame(maxs, extremes(firsts, lasts, Math.max));
    return {
      columns: [],
      write: (_, out) => {
        const ends = (hasMin ? HAS_MIN : 0) | (hasMax ? HAS_MAX : 0) | (sums === undefined ? NO_SUMS : 0);
        out.u8(DOUBLES | (hasCorrections ? HAS_CORRECTIONS : 0) | ends);
        for (const column of [firsts, lasts]) writeDoubles(column, count, out);
        if (sums !== undefined) writeDoubles(sums, count, out);
        if (hasMin) writeDoubles(mins, count, out);
        if (hasMax) writeDoubles(maxs, count, out);
        writeRest(out);
      },
    };
  }

  const power = POWERS[scale]!;
  const whole = (column: Float64Array): Float64Array => column.map((value) => Math.round(value * power) + 0);
  const [first, last, low, high] = [whole(firsts), whole(lasts), whole(mins), whole(maxs)];
  const found = sums && sumResidues(sums, first, last, pick(summary.counts), power);
  const leftOut =
    sums === undefined ||
    (leaveOutCounterSums && isCounter(firsts, lasts, mins, maxs, corrections) && isDear(found?.residues));
  const sum = leftOut ? LEFT_OUT : found;
  const columns = [
    first.map((value, i) => (i === 0 ? 0 : value - last[i - 1]!)),
    last.map((value, i) => value - first[i]!),
    low.map((value, i) => Math.min(first[i]!, last[i]!) - value),
    high.map((value, i) => value - Math.max(first[i]!, last[i]!)),
    sum?.residues ?? new Float64Array(count),
  ].map((column, kind) => (leftOut && kind === SUM_KIND ? ABSENT : shortColumn(column)));
  return {
    columns,
    write: (codes, out) => {
      const sumFlag = sum === undefined ? PLAIN_SUMS : sum.patches.length > 0 ? PATCHED_SUMS : 0;
      out.u8(scale | sumFlag | (hasCorrections ? HAS_CORRECTIONS : 0));
      const forms = formsOf(columns);
      out.u8(forms & 0xff);
      out.u8(forms >> 8);
      out.zigzag(first[0]!);
      columns.forEach((column, kind) => codes[kind]!.write(column, out));
      if (sums !== undefined && sum === undefined) writeDoubles(sums, count, out);
      if (sums !== undefined && sum !== undefined && sum.patches.length > 0) {
        out.varint(sum.patches.length);
        for (const at of sum.patches) {
          out.varint(at);
          out.f64(sums[at]!);
        }
      }
      writeRest(out);
    },
  };
}

const LEFT_OUT: { readonly residues?: undefined; readonly patches: readonly number[] } = { patches: [] };

/** Rises in every bucket but those with a reset, and somewhere. */
function isCounter(
  firsts: Float64Array,
  lasts: Float64Array,
  mins: Float64Array,
  maxs: Float64Array,
  corrections: Float64Array,
): boolean {
  let rises = false;
  for (let i = 0; i < firsts.length; i++) {
    if (corrections[i] !== 0) continue;
    if (mins[i] !== firsts[i] || maxs[i] !== lasts[i]) return false;
    if (lasts[i]! > firsts[i]!) rises = true;
  }
  return rises;
}

/** Whether the usual sum costs much; undefined: it is no whole number, and costs more. */
function isDear(residues: Float64Array | undefined): boolean {
  if (residues === undefined) return true;
  const sizes = residues.map(Math.abs).toSorted();
  return sizes[sizes.length >> 1]! >= 2 ** DEAR_SUM_BITS;
}

function extremes(a: Float64Array, b: Float64Array, of: (a: number, b: number) => number): Float64Array {
  return a.map((value, i) => of(value, b[i]!));
}

/** The sums less what a straight line would have; undefined when too many are no such numbers. */
function sumResidues(
  sums: Float64Array,
  first: Float64Array,
  last: Float64Array,
  counts: Float64Array,
  power: number,
): { residues: Float64Array; patches: readonly number[] } | undefined {
  const residues = new Float64Array(sums.length);
  const patches: number[] = [];
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i]!;
    const number = Math.round(sum * power) + 0;
    const expected = expectedSum(first[i]!, last[i]!, counts[i]!);
    // NaN and infinities fail every comparison.
    const fits = Math.max(Math.abs(number), Math.abs(expected)) <= MAX_NUMBER;
    if (fits && Math.abs(number - expected) <= MAX_APART && Object.is(number / power, sum)) {
      residues[i] = number - expected;
    } else {
      patches.push(i);
      if (patches.length > MAX_PATCHES) return undefined;
    }
  }
  return { residues, patches };
}

const expectedSum = (first: number, last: number, count: number): number =>
  Math.round(((first + last) * count) / 2) + 0;

/** Reads the columns that are asked for, of the `filled` buckets that have a count; without `sums` where they were left out. */
export function readValues(
  from: ByteReader,
  decoders: readonly ResidueDecoder[],
  counts: Float64Array,
  filled: number,
  fields: readonly SummaryField[],
): SummaryValues {
  const flags = from.u8();
  const filledAt = filled === counts.length ? undefined : filledBuckets(counts);
  const read = (flags & DOUBLES) === 0 ? readWhole : readPlain;
  const own = read(from, flags, decoders, filled, (i) => counts[filledAt === undefined ? i : filledAt[i]!]!, fields);
  if (filledAt === undefined) return own;
  const spread = Object.entries(own as Readonly<Record<string, Float64Array>>).map(([name, column]) => {
    const out = new Float64Array(counts.length);
    for (let i = 0; i < filledAt.length; i++) out[filledAt[i]!] = column[i]!;
    return [name, out] as const;
  });
  return Object.fromEntries(spread);
}

type Reader = (
  from: ByteReader,
  flags: number,
  decoders: readonly ResidueDecoder[],
  filled: number,
  countAt: (i: number) => number,
  fields: readonly SummaryField[],
) => SummaryValues;

type Writable = { -readonly [K in keyof SummaryValues]: SummaryValues[K] };

const readPlain: Reader = (from, flags, _, filled, _countAt, fields) => {
  const doubles = (): DoubleColumn => readDoubles(from, filled);
  const [first, last] = [doubles(), doubles()];
  const sums = (flags & NO_SUMS) === 0 ? doubles() : undefined;
  const mins = (flags & HAS_MIN) === 0 ? undefined : doubles();
  const maxs = (flags & HAS_MAX) === 0 ? undefined : doubles();
  const decoded = (column: DoubleColumn): Float64Array => {
    const out = new Float64Array(filled);
    column.decode(0, filled, out, 0);
    return out;
  };
  const found: Writable = {};
  if (fields.includes('first')) found.firstValues = decoded(first);
  if (fields.includes('last')) found.lastValues = decoded(last);
  if (fields.includes('sum') && sums !== undefined) found.sums = decoded(sums);
  if (fields.includes('min')) found.mins = mins ? decoded(mins) : extremes(decoded(first), decoded(last), Math.min);
  if (fields.includes('max')) found.maxs = maxs ? decoded(maxs) : extremes(decoded(first), decoded(last), Math.max);
  if (fields.includes('corrections')) found.corrections = readCorrections(from, flags, filled);
  return found;
};

function readCorrections(from: ByteReader, flags: number, filled: number): Float64Array {
  const out = new Float64Array(filled);
  if ((flags & HAS_CORRECTIONS) !== 0) readDoubles(from, filled).decode(0, filled, out, 0);
  return out;
}

const readWhole: Reader = (from, flags, decoders, filled, countAt, fields) => {
  const power = POWERS[flags & 15]!;
  const forms = from.u8() | (from.u8() << 8);
  const start = from.zigzag();
  const hasSums = !isAbsent(forms, SUM_KIND);
  const [gaps, steps, lows, highs, beyond] = Array.from({ length: VALUE_KINDS }, (_, kind) =>
    kind === SUM_KIND && !hasSums ? undefined : readShort(forms, kind, decoders[kind]!, from),
  );
  const plainSums = (flags & PLAIN_SUMS) === 0 ? undefined : readDoubles(from, filled);
  const patches = (flags & PATCHED_SUMS) === 0 ? [] : readPatches(from);

  const first = new Float64Array(filled);
  const last = new Float64Array(filled);
  const work = new Float64Array(filled);
  const found: Writable = {};
  const isOnlyCorrections = fields.length === 1 && fields[0] === 'corrections';
  if (fields.length > 0 && !isOnlyCorrections) {
    gaps!(first);
    steps!(last);
    let before = start;
    for (let i = 0; i < filled; i++) {
      before += first[i]!;
      first[i] = before;
      before += last[i]!;
      last[i] = before;
    }
  }
  if (fields.includes('min')) {
    lows!(work);
    found.mins = work.map((below, i) => (Math.min(first[i]!, last[i]!) - below) / power);
  }
  if (fields.includes('max')) {
    highs!(work);
    found.maxs = work.map((above, i) => (Math.max(first[i]!, last[i]!) + above) / power);
  }
  if (fields.includes('sum') && hasSums) {
    const sums = new Float64Array(filled);
    if (plainSums === undefined) {
      beyond!(sums);
      for (let i = 0; i < filled; i++) sums[i] = (sums[i]! + expectedSum(first[i]!, last[i]!, countAt(i))) / power;
      for (const { at, sum } of patches) if (at < filled) sums[at] = sum;
    } else {
      plainSums.decode(0, filled, sums, 0);
    }
    found.sums = sums;
  }
  if (fields.includes('corrections')) found.corrections = readCorrections(from, flags, filled);
  // Last, for the others are measured from the whole numbers.
  if (power !== 1) {
    for (let i = 0; i < filled; i++) {
      first[i]! /= power;
      last[i]! /= power;
    }
  }
  if (fields.includes('first')) found.firstValues = first;
  if (fields.includes('last')) found.lastValues = last;
  return found;
};

function readPatches(from: ByteReader): { at: number; sum: number }[] {
  const count = from.varint();
  if (count > MAX_PATCHES) throw damaged('too many patches');
  return Array.from({ length: count }, () => ({ at: from.varint(), sum: from.f64() }));
}

export function filledBuckets(counts: Float64Array): Uint32Array {
  const filled = new Uint32Array(counts.length);
  let count = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i] !== 0) filled[count++] = i;
  return filled.subarray(0, count);
}

function isSame(a: Float64Array, b: Float64Array): boolean {
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
      const number = Math.round(value * power);
      if (number < min) min = number;
      if (number > max) max = number;
    }
  }
  return max - min <= MAX_APART ? scale : undefined;
}

function isScaled(value: number, power: number): boolean {
  const scaled = Math.round(value * power);
  return scaled / power === value && Math.abs(scaled) <= MAX_NUMBER && !Object.is(value, -0);
}
