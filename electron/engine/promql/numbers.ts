// Numbers as Go reads and writes them, and the arithmetic where JavaScript's differs from Go's.

/** 'f' with the shortest digits that read back as the same number: never an exponent (strconv.FormatFloat(f, 'f', -1, 64)). */
export function formatFixed(n: number): string {
  if (Number.isNaN(n)) return 'NaN';
  if (n === Infinity) return '+Inf';
  if (n === -Infinity) return '-Inf';
  if (Object.is(n, -0)) return '-0';
  const text = String(n);
  const e = text.indexOf('e');
  if (e < 0) return text;
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = text.slice(sign.length, e).split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(text.slice(e + 1));
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, '0');
}

/** 'e' with the shortest digits and an exponent of at least two digits: 1 -> "1e+00" (FormatFloat(f, 'e', -1, 64)). */
export function formatExponential(n: number): string {
  if (!Number.isFinite(n)) return formatFixed(n);
  const text = Object.is(n, -0) ? '-0e+0' : n.toExponential();
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The value of a sample as the query API writes it: 'f', but 'e' below 1e-6 and from 1e21 on. */
export function formatValue(n: number): string {
  const size = Math.abs(n);
  if (Number.isFinite(n) && size !== 0 && (size < 1e-6 || size >= 1e21)) return formatExponential(n);
  return formatFixed(n);
}

/** %g and %v of Go: with an exponent below 1e-4 and from a million on. */
export function formatGeneral(n: number): string {
  const size = Math.abs(n);
  if (Number.isFinite(n) && size !== 0 && (size < 1e-4 || size >= 1e6)) return formatExponential(n);
  return formatFixed(n);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A bucket bound or parameter as Go's ParseFloat reads it; undefined when it is none. */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word === null) return undefined;
  if (word[2]?.toLowerCase() === 'nan') return word[1] === '' ? Number.NaN : undefined;
  return word[1] === '-' ? -Infinity : Infinity;
}

/** A number literal of PromQL: decimal, 0x1f, 0755 (octal), 1_000, Inf, NaN; undefined when malformed or out of range. */
export function parseNumberLiteral(text: string): number | undefined {
  const plain = text.replaceAll(/(?<=[\da-fA-FxX])_(?=[\da-fA-F])/g, '');
  if (/^0[xX][\da-fA-F]+$/.test(plain)) return Number(plain);
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  if (/^\d+$/.test(plain)) {
    const value = Number(plain);
    return Number.isFinite(value) ? value : undefined;
  }
  // Go allows underscores only in whole numbers here.
  return parseFloatText(text);
}

/** Go's math.Pow, which answers 1 where JavaScript says NaN. */
export function pow(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1;
  return base ** exponent;
}

/** Equal within a relative error, as Prometheus compares bucket counts. */
export function almostEqual(a: number, b: number, epsilon: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const smallest = 2.2250738585072014e-308;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < smallest) return difference < epsilon * smallest;
  return difference / Math.min(sum, Number.MAX_VALUE) < epsilon;
}

/**
 * Kahan summation with Neumaier's improvement: keeps the low digits that plain addition loses, so that
 * 1 + 1e100 - 1e100 is 1. The sum is `sum + compensation`.
 */
export class KahanSum {
  sum: number;
  compensation = 0;

  constructor(start = 0) {
    this.sum = start;
  }

  add(value: number): void {
    const sum = this.sum;
    const total = sum + value;
    if (total === Infinity || total === -Infinity) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - total + value;
    else this.compensation += value - total + sum;
    this.sum = total;
  }

  get total(): number {
    return this.sum === Infinity || this.sum === -Infinity ? this.sum : this.sum + this.compensation;
  }
}

/** Linear interpolation between the ranks of ascending values (NaN first); q outside 0..1 is -Inf or +Inf. */
export function quantileOfSorted(q: number, ascending: Float64Array): number {
  const n = ascending.length;
  if (n === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const rank = q * (n - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(n - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (ascending[lower] ?? 0) * (1 - weight) + (ascending[upper] ?? 0) * weight;
}

/** Sorts ascending in place with NaN first (a typed array's own sort puts NaN last). */
export function sortNanFirst(values: Float64Array): Float64Array {
  values.sort();
  let numbers = values.length;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--;
  if (numbers < values.length) {
    values.copyWithin(values.length - numbers, 0, numbers);
    values.fill(Number.NaN, 0, values.length - numbers);
  }
  return values;
}
