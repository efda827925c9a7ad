// Short columns of whole numbers, such as a day's buckets: all columns of a kind share one code, so that a column costs a few
// bytes besides its numbers.
import { type ByteReader, ByteWriter, damaged } from './bytes.ts';
import { ResidueDecoder, ResidueEncoder } from './residue-coder.ts';
import {
  checkedScale,
  readModel,
  type ResidueModel,
  type ResidueScale,
  roughScale,
  sharedModel,
  writeModel,
} from './residue-model.ts';

/** Forms, two bits each. */
const ZERO = 0;
const CONSTANT = 1;
const CODED = 2;
/** Nothing is said of it. */
const LEFT_OUT = 3;
/** In a coded column's first byte, beside its low bits: negative numbers are folded in between, and all have a divisor. */
const FOLDED = 32;
const DIVIDED = 64;

/** A column as it will be written. */
export type ShortColumn =
  | { readonly form: typeof ZERO | typeof LEFT_OUT }
  | { readonly form: typeof CONSTANT; readonly value: number }
  | {
      readonly form: typeof CODED;
      readonly isFolded: boolean;
      readonly divisor: number;
      readonly scale: ResidueScale;
      readonly values: Float64Array;
    };

/** A column that may be left out, where it is. */
export const ABSENT: ShortColumn = { form: LEFT_OUT };

export const isAbsent = (forms: number, kind: number): boolean => ((forms >> (2 * kind)) & 3) === LEFT_OUT;

/** Whole numbers, |value| <= 2^51, of any number. */
export function shortColumn(numbers: Float64Array): ShortColumn {
  const first = numbers[0] ?? 0;
  if (numbers.every((value) => value === first)) {
    return first === 0 ? { form: ZERO } : { form: CONSTANT, value: first };
  }
  let divisor = 0;
  let negative = 0;
  for (const value of numbers) {
    if (value < 0) negative++;
    let a = Math.abs(value);
    while (a > 0 && divisor !== 1) [divisor, a] = [a, divisor % a];
  }
  // A few negative ones, as a counter's resets leave them, are escaped.
  const isFolded = negative > numbers.length / 50;
  const values = numbers.map((value) => {
    const number = value / divisor;
    if (!isFolded) return number;
    return number < 0 ? -2 * number - 1 : 2 * number;
  });
  return { form: CODED, isFolded, divisor, scale: roughScale(values, values.length), values };
}

/** The code of all columns of a kind. */
export class ShortCode {
  readonly model: ResidueModel;
  readonly #encoder: ResidueEncoder;

  constructor(columns: readonly ShortColumn[]) {
    this.model = sharedModel(columns.filter((column) => column.form === CODED));
    this.#encoder = new ResidueEncoder(this.model);
  }

  write(column: ShortColumn, out: ByteWriter): void {
    if (column.form === CONSTANT) out.zigzag(column.value);
    if (column.form !== CODED) return;
    const { isFolded, divisor, scale, values } = column;
    out.u8(scale.lowBits | (isFolded ? FOLDED : 0) | (divisor > 1 ? DIVIDED : 0));
    out.u8(Math.round(Math.log2(scale.start + 1)));
    if (divisor > 1) out.varint(divisor);
    coded.clear();
    this.#encoder.encode(values, 0, values.length, scale, coded);
    out.varint(coded.length);
    out.bytes(coded.view());
  }
}

const coded = new ByteWriter(4096);

/** Two bits for each column, the first lowest. */
export const formsOf = (columns: readonly ShortColumn[]): number =>
  columns.reduce((forms, { form }, i) => forms | (form << (2 * i)), 0);

export function writeCodes(codes: readonly ShortCode[], out: ByteWriter): void {
  for (const { model } of codes) writeModel(model, out);
}

export function readCodes(count: number, from: ByteReader): ResidueDecoder[] {
  return Array.from({ length: count }, () => {
    const model = readModel(from);
    if (model.fixedShift !== undefined) throw damaged('unknown residues');
    return new ResidueDecoder(model);
  });
}

/** What reads a column's numbers; `from` is left behind it. Nothing is decoded yet. */
export type ShortReader = (out: Float64Array) => void;

export function readShort(forms: number, kind: number, decoder: ResidueDecoder, from: ByteReader): ShortReader {
  const form = (forms >> (2 * kind)) & 3;
  if (form === ZERO) return (out) => void out.fill(0);
  if (form === CONSTANT) {
    const value = from.zigzag();
    return (out) => void out.fill(value);
  }
  if (form !== CODED) throw damaged('unknown form of a column');
  const flags = from.u8();
  const size = from.u8();
  const scale = checkedScale(flags & 31, 2 ** size - 1);
  const divisor = (flags & DIVIDED) === 0 ? 1 : from.varint();
  const length = from.varint();
  const start = from.position;
  from.take(length);
  return (out) => {
    decoder.decode(from.bytes, start, start + length, scale, out.length, out, 0);
    if ((flags & FOLDED) !== 0) {
      for (let i = 0; i < out.length; i++) {
        const value = out[i]!;
        out[i] = (value % 2 === 0 ? value / 2 : -(value + 1) / 2) * divisor;
      }
    } else if (divisor !== 1) {
      for (let i = 0; i < out.length; i++) out[i] = out[i]! * divisor;
    }
  };
}
