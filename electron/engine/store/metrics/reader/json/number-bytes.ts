// Numbers as the ASCII bytes that formatValue gives, without a string in between: an answer is mostly numbers.
import { formatValue } from '../../../../promql/index.ts';

/** No number takes more bytes than this. */
export const MAX_NUMBER_BYTES = 32;

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

const PAIRS = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  PAIRS[2 * i] = ZERO + Math.floor(i / 10);
  PAIRS[2 * i + 1] = ZERO + (i % 10);
}

/** Powers of ten that doubles hold exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** A double's upper half and the rest, each of few enough bits that their products are exact (Veltkamp). */
const upperHalf = (x: number): number => {
  const wide = x * 134_217_729;
  return wide - (wide - x);
};
const POWER_UPPER = POWERS.map(upperHalf);
const POWER_LOWER = POWERS.map((power, i) => power - POWER_UPPER[i]!);

const digits = new Uint8Array(17);

/** Writes the text of formatValue(n) at `at`, where MAX_NUMBER_BYTES are free; answers with the end. */
export function writeValue(out: Uint8Array, at: number, n: number): number {
  let next = at;
  let size = n;
  if (n < 0) {
    size = -n;
    out[next++] = MINUS;
  }
  if (size < 1e15) {
    if (size === Math.floor(size)) {
      if (size > 0 || !Object.is(n, -0)) return writeWhole(out, next, size);
    } else if (size >= 1e-6) {
      const thousandths = Math.round(size * 1_000);
      if (thousandths / 1_000 === size && thousandths < 1e15) return writeThousandths(out, next, thousandths);
      const end = writeShortest(out, next, size);
      if (end > 0) return end;
    }
  }
  return writeAscii(out, at, formatValue(n));
}

/** The first six digits of the whole seconds that were written last: the next ones have them too, mostly. */
const leading = new Uint8Array(6);
let leadingNumber = -1;

/** Unix milliseconds as seconds, with as many decimals as are not zero. */
export function writeSeconds(out: Uint8Array, at: number, timeMs: number): number {
  const number = Math.floor(timeMs / 1e7);
  const rest = timeMs - number * 1e7;
  const seconds = (rest / 1_000) | 0;
  // Whole seconds of ten digits: September 2001 to November 2286.
  if (number >= 1e5 && number < 1e6 && seconds * 1_000 === rest) {
    if (number !== leadingNumber) {
      writeWhole(leading, 0, number);
      leadingNumber = number;
    }
    for (let i = 0; i < 6; i++) out[at + i] = leading[i]!;
    const hundreds = (seconds / 100) | 0;
    const units = (seconds - hundreds * 100) * 2;
    out[at + 6] = PAIRS[2 * hundreds]!;
    out[at + 7] = PAIRS[2 * hundreds + 1]!;
    out[at + 8] = PAIRS[units]!;
    out[at + 9] = PAIRS[units + 1]!;
    return at + 10;
  }
  if (timeMs >= 0 && timeMs < 1e15 && timeMs === Math.floor(timeMs)) return writeThousandths(out, at, timeMs);
  return writeAscii(out, at, String(timeMs / 1_000));
}

function writeAscii(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** A whole number, 0 <= n < 1e16. */
function writeWhole(out: Uint8Array, at: number, n: number): number {
  if (n < 10) {
    out[at] = ZERO + n;
    return at + 1;
  }
  let length = 2;
  if (n >= 100) {
    length = 3;
    while (length < 16 && n >= POWERS[length]!) length++;
  }
  let rest = n;
  let end = at + length;
  // Above 31 bits a division is one of doubles, so that part is done once.
  if (rest >= 1e8) {
    const upper = Math.floor(rest / 1e8);
    end = writePairs(out, end, rest - upper * 1e8, 4);
    rest = upper;
  }
  let small = rest | 0;
  while (small >= 100) {
    const upper = (small / 100) | 0;
    const pair = (small - upper * 100) * 2;
    out[--end] = PAIRS[pair + 1]!;
    out[--end] = PAIRS[pair]!;
    small = upper;
  }
  out[--end] = PAIRS[small * 2 + 1]!;
  if (small >= 10) out[--end] = PAIRS[small * 2]!;
  return at + length;
}

/** `count` pairs of digits of n < 2^31, right-aligned to `end`; answers with their start. */
function writePairs(out: Uint8Array, end: number, n: number, count: number): number {
  let rest = n | 0;
  let at = end;
  for (let i = 0; i < count; i++) {
    const upper = (rest / 100) | 0;
    const pair = (rest - upper * 100) * 2;
    out[--at] = PAIRS[pair + 1]!;
    out[--at] = PAIRS[pair]!;
    rest = upper;
  }
  return at;
}

function writeThousandths(out: Uint8Array, at: number, thousandths: number): number {
  const whole = Math.floor(thousandths / 1_000);
  const rest = thousandths - whole * 1_000;
  let next = writeWhole(out, at, whole);
  if (rest === 0) return next;
  out[next++] = POINT;
  const tens = (rest / 10) | 0;
  const last = rest - tens * 10;
  out[next++] = PAIRS[tens * 2]!;
  if (tens % 10 === 0 && last === 0) return next;
  out[next++] = PAIRS[tens * 2 + 1]!;
  if (last !== 0) out[next++] = ZERO + last;
  return next;
}

/**
 * The shortest digits that read back as n, of those the closest: 1e-6 <= n < 1e15. Answers with 0 where doubles alone
 * cannot tell. n is scaled to 16 digits before the point; the product is known exactly, as a double and its error.
 */
function writeShortest(out: Uint8Array, at: number, n: number): number {
  let scale = scaleOf(n);
  const power = POWERS[scale]!;
  const product = n * power;
  if (product >= 9e15) return 0;
  // Up to 15 digits name one double only, so the first that fits is the shortest.
  const fifteen = Math.round(product / 10);
  if (n === fifteen / POWERS[scale - 1]!) {
    writePairs(digits, 15, fifteen % 1e8, 4);
    writePairs(digits, 7, Math.floor(fifteen / 1e8), 3);
    digits[0] = ZERO + Math.floor(fifteen / 1e14);
    return place(out, at, trimmed(15), 16 - scale);
  }
  const upper = upperHalf(n);
  const lower = n - upper;
  const powerUpper = POWER_UPPER[scale]!;
  const powerLower = POWER_LOWER[scale]!;
  const error = lower * powerLower - (product - upper * powerUpper - lower * powerUpper - upper * powerLower);
  let nearest = Math.round(product);
  const off = product - nearest + error;
  if (off > 0.5) nearest++;
  else if (off < -0.5) nearest--;
  let count = 16;
  let seventeenth = 0;
  if (nearest / power !== n) {
    nearest = Math.floor(product);
    let tenths = (product - nearest + error) * 10;
    if (tenths < 0) {
      nearest--;
      tenths += 10;
    } else if (tenths >= 10) {
      nearest++;
      tenths -= 10;
    }
    seventeenth = Math.round(tenths);
    // A tie, nearly: which neighbour is closer is for exact arithmetic to say.
    if (Math.abs(tenths - Math.floor(tenths) - 0.5) < 1e-6 || seventeenth === 10) return 0;
    count = 17;
  }
  const high = Math.floor(nearest / 1e8);
  writePairs(digits, 16, nearest - high * 1e8, 4);
  writePairs(digits, 8, high, 4);
  digits[16] = ZERO + seventeenth;
  return place(out, at, trimmed(count), 16 - scale);
}

/** The power of ten that brings n to 1e15 <= n x 10^scale < 1e16. */
function scaleOf(n: number): number {
  let whole = 0;
  if (n >= 1) {
    whole = 1;
    while (n >= POWERS[whole]!) whole++;
    return 16 - whole;
  }
  // n x 10^(16 + i), for n below 0.1, 0.01, ...
  while (n * POWERS[whole + 1]! < 1) whole++;
  return 16 + whole;
}

function trimmed(count: number): number {
  let end = count;
  while (digits[end - 1] === ZERO) end--;
  return end;
}

/** Writes the first `count` digits with the point after `whole` of them, which may be none or less. */
function place(out: Uint8Array, at: number, count: number, whole: number): number {
  let next = at;
  let from = 0;
  if (whole <= 0) {
    out[next++] = ZERO;
  } else {
    for (; from < whole; from++) out[next++] = from < count ? digits[from]! : ZERO;
  }
  if (from >= count) return next;
  out[next++] = POINT;
  for (let zeros = whole; zeros < 0; zeros++) out[next++] = ZERO;
  while (from < count) out[next++] = digits[from++]!;
  return next;
}
