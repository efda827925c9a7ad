// How residues - what prediction leaves of whole numbers - are coded: a Huffman-coded size and raw low bits. The scale may
// follow the residues before, so that a counter's bursts and nights each cost only their own noise.
import { bitsFor } from './bits.ts';
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import { codeLengths, isPrefixCode } from './huffman.ts';

/** The last symbol: a residue that is negative or too large for the others follows in full. */
export const ESCAPE = 31;
export const SYMBOLS = 32;
/** Bits of precision that the symbol has below the expected size. */
export const PRECISION = 3;
/** Added to every expectation, so that it has more bits than the precision. */
export const EXPECTED_FLOOR = 8;
/** Contexts of the adaptive scale: in which quarter of its power of two the expectation lies. */
const CONTEXTS = 4;
export const MAX_HIGH = 2 ** 27;
/** Raw bits of one residue: they are read as one word. */
const MAX_SHIFT = 24;
/** In place of a fixed shift. */
const ADAPTIVE = 32;
export const WIDTH_BITS = 6;

export type ResidueModel = {
  /** The fixed number of raw bits, or undefined when it follows the residues before. */
  readonly fixedShift: number | undefined;
  /** Code lengths, SYMBOLS for each context. */
  readonly lengths: readonly Uint8Array[];
};

/** What a run of residues brings besides the model, which several may share. */
export type ResidueScale = {
  /** Low bits that are stored raw always, so that the rest fits 27 bits. */
  readonly lowBits: number;
  /** The expectation at the run's start, below 2^27. */
  readonly start: number;
};

/** Bytes that must follow the last coded one. */
export const RESIDUE_PADDING = 8;

const histograms = Array.from({ length: CONTEXTS }, () => new Float64Array(SYMBOLS));

/** Residues from[0..count) in runs that each begin with the start expectation: ends[i] is the end of run i. */
export type Runs = { readonly values: Float64Array; readonly count: number; readonly ends: readonly number[] };

/** The cheapest model, and about how many bits it takes. */
export function chooseModel(runs: Runs): { model: ResidueModel; scale: ResidueScale; bits: number } {
  const { values, count } = runs;
  const sizes = sizesOf(values, count);
  // Sizes that few residues have are left to escapes.
  const most = quantileSize(sizes, count * 0.99);
  const scale = scaleOf(values, count, sizes, most);
  let best: { model: ResidueModel; bits: number } | undefined;
  const consider = (fixedShift: number | undefined): void => {
    const bits = tally(runs, scale, fixedShift);
    if (best !== undefined && best.bits <= bits) return;
    const lengths = histograms.slice(0, fixedShift === undefined ? CONTEXTS : 1).map((counts) => codeLengths(counts));
    best = { model: { fixedShift, lengths }, bits };
  };
  const widest = Math.max(0, Math.min(MAX_SHIFT, most - scale.lowBits - 5));
  consider(widest);
  if (widest > 0) consider(undefined);
  // Mostly small, now and then large: the large ones as escapes.
  const usual = Math.max(0, Math.min(MAX_SHIFT, quantileSize(sizes, count * 0.9) - scale.lowBits - 4));
  if (usual < widest) consider(usual);
  return { ...best!, scale };
}

/** A model that the columns of a block may share: every symbol has a code, so that it can code any residues. */
export function openModel(runs: Runs, scale: ResidueScale, fixedShift: number | undefined): ResidueModel {
  tally(runs, scale, fixedShift);
  const lengths = histograms
    .slice(0, fixedShift === undefined ? CONTEXTS : 1)
    .map((counts) => codeLengths(counts.map((own) => own * RARE_WEIGHT + 1)));
  return { fixedShift, lengths };
}

/** Which of some models codes residues in the fewest bits, and in how many. */
export function cheapest(
  models: readonly ResidueModel[],
  runs: Runs,
  scale: ResidueScale,
): { index: number; bits: number } | undefined {
  let best: { index: number; bits: number } | undefined;
  const shifts = new Set(models.map(({ fixedShift }) => fixedShift));
  for (const fixedShift of shifts) {
    const raw = fill(runs, scale, fixedShift);
    models.forEach((model, index) => {
      if (model.fixedShift !== fixedShift) return;
      let bits = raw;
      model.lengths.forEach((lengths, context) => {
        const counts = histograms[context]!;
        for (let symbol = 0; symbol < SYMBOLS; symbol++) bits += counts[symbol]! * lengths[symbol]!;
      });
      if (best === undefined || bits < best.bits) best = { index, bits };
    });
  }
  return best;
}

/** How much more a symbol that was seen once counts than one that was not. */
const RARE_WEIGHT = 16;

/** The scale of one run; `start` a power of two less one, so that its size says it. */
export function roughScale(values: Float64Array, count: number): ResidueScale {
  const sizes = sizesOf(values, count);
  const lowBits = Math.max(0, quantileSize(sizes, count * 0.99) - 26);
  return { lowBits, start: 2 ** Math.max(0, quantileSize(sizes, count / 2) - lowBits) - 1 };
}

/** The adaptive model that suits runs of several scales. */
export function sharedModel(runs: readonly { values: Float64Array; scale: ResidueScale }[]): ResidueModel {
  for (const counts of histograms) counts.fill(0);
  for (const { values, scale } of runs) countSymbols(values, 0, values.length, scale, undefined);
  return { fixedShift: undefined, lengths: histograms.map((counts) => codeLengths(counts)) };
}

/** How many residues have each number of bits. */
function sizesOf(values: Float64Array, count: number): Float64Array {
  const sizes = new Float64Array(64);
  for (let i = 0; i < count; i++) if (values[i]! >= 0) sizes[bitsFor(values[i]!)]!++;
  return sizes;
}

function scaleOf(values: Float64Array, count: number, sizes: Float64Array, most: number): ResidueScale {
  const lowBits = Math.max(0, most - 26);
  if (lowBits === 0) return { lowBits, start: medianOf(values, count) };
  return { lowBits, start: 2 ** Math.max(0, quantileSize(sizes, count / 2) - 1 - lowBits) };
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
function tally(runs: Runs, scale: ResidueScale, fixedShift: number | undefined): number {
  let bits = fill(runs, scale, fixedShift);
  for (const counts of histograms) {
    let total = 0;
    for (const own of counts) total += own;
    // A symbol's place in the table, and its share of the code: never below a bit.
    for (const own of counts) if (own > 0) bits += 4 + own * Math.max(Math.log2(total / own), own === total ? 1 : 0);
  }
  return bits;
}

/** Counts each context's symbols into `histograms`; answers with the bits besides them. */
function fill({ values, ends }: Runs, scale: ResidueScale, fixedShift: number | undefined): number {
  for (const counts of histograms) counts.fill(0);
  let bits = 0;
  let from = 0;
  for (const end of ends) {
    bits += countSymbols(values, from, end, scale, fixedShift);
    from = end;
  }
  return bits;
}

/** Adds a run's symbols to `histograms`; answers with its bits besides them. */
function countSymbols(
  values: Float64Array,
  from: number,
  to: number,
  { lowBits, start }: ResidueScale,
  fixedShift: number | undefined,
): number {
  const scale = 2 ** lowBits;
  let bits = 0;
  let expected = start;
  for (let i = from; i < to; i++) {
    const high = lowBits === 0 ? values[i]! : Math.floor(values[i]! / scale);
    let shift = fixedShift ?? 0;
    let context = 0;
    if (fixedShift === undefined) {
      const size = 31 - Math.clz32(expected + EXPECTED_FLOOR);
      shift = size - PRECISION;
      context = ((expected + EXPECTED_FLOOR) >>> (size - 2)) & 3;
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
  return bits;
}

/**
 * The expectation after a residue whose raw bits have no say, so that a decoder need not wait for them: it follows slowly
 * within one level, and fast to another.
 */
export function nextExpected(expected: number, symbol: number, shift: number): number {
  const change = (symbol << shift) + ((1 << shift) >>> 1) - expected;
  const far = expected >> 1;
  return expected + (change > far || change < -far ? change - (change >> 2) : change >> 2);
}

/** A single spike hardly moves the scale; a lasting rise does in a few steps. */
export function afterEscape(expected: number, high: number): number {
  return Math.max(0, Math.min(high, expected * 8 + 8, MAX_HIGH - 1));
}

export function writeModel({ fixedShift, lengths }: ResidueModel, out: ByteWriter): void {
  out.u8(fixedShift ?? ADAPTIVE);
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
  if (shift > MAX_SHIFT && shift !== ADAPTIVE) throw damaged('unknown residues');
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
  return { fixedShift, lengths };
}

/** Most of a residue's bits that may be raw always: 2^53 has 54 bits, 27 of them coded. */
const MAX_LOW_BITS = 27;

export function checkedScale(lowBits: number, start: number): ResidueScale {
  if (lowBits > MAX_LOW_BITS || !(start < MAX_HIGH)) throw damaged('unknown residues');
  return { lowBits, start };
}
