// Numbers as Go's strconv and fmt write them: %g, %f and %e, exact decimal rounding with ties to even.

/** Significant decimal digits without trailing zeros, and where the point stands: 0.d1d2d3... x 10^pointAt. */
type Digits = { readonly digits: string; readonly pointAt: number };

/** More digits than a double can need here; a tie is seen exactly. */
const EXACT_DIGITS = 100;

/** %v and %g without a precision turn to the scientific form at 1e+06, strconv's own rule. */
const SHORTEST_SCIENTIFIC_FROM = 6;

/** The value's digits, rounded to `keep(exponent)` significant ones. */
function digitsOf(magnitude: number, keep: (exponent: number) => number): Digits {
  if (magnitude === 0) return { digits: '', pointAt: 0 };
  const [mantissa = '', exponentText = '0'] = magnitude.toExponential(EXACT_DIGITS).split('e');
  const all = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  return round(all, exponent + 1, keep(exponent));
}

function round(all: string, pointAt: number, kept: number): Digits {
  if (kept < 0) return { digits: '', pointAt: 0 };
  const head = all.slice(0, kept);
  const rest = all.slice(kept);
  const tie = /^50*$/.test(rest);
  const up = tie ? Number(head.at(-1) ?? 0) % 2 === 1 : rest >= '5';
  if (!up) return trim(head, pointAt);
  const raised = (BigInt(head === '' ? '0' : head) + 1n).toString().padStart(kept, '0');
  return trim(raised, raised.length > kept ? pointAt + 1 : pointAt);
}

const trim = (digits: string, pointAt: number): Digits => ({ digits: digits.replace(/0+$/, ''), pointAt });

/** The fewest digits that read back as the same double. */
function shortestDigits(magnitude: number): Digits {
  if (magnitude === 0) return { digits: '', pointAt: 0 };
  const [mantissa = '', exponent = '0'] = magnitude.toExponential().split('e');
  return trim(mantissa.replace('.', ''), Number(exponent) + 1);
}

function scientific({ digits, pointAt }: Digits, fraction: number): string {
  const exponent = digits === '' ? 0 : pointAt - 1;
  const tail = digits.slice(1).padEnd(fraction, '0');
  const point = tail === '' ? '' : `.${tail}`;
  const sign = exponent < 0 ? '-' : '+';
  return `${digits[0] ?? '0'}${point}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixed({ digits, pointAt }: Digits, fraction: number): string {
  const whole = pointAt > 0 ? digits.slice(0, pointAt).padEnd(pointAt, '0') : '0';
  const tail = (pointAt < 0 ? '0'.repeat(-pointAt) : '') + digits.slice(Math.max(0, pointAt));
  const padded = tail.slice(0, Math.max(fraction, 0)).padEnd(fraction, '0');
  return padded === '' ? whole : `${whole}.${padded}`;
}

export type FloatVerb = 'e' | 'f' | 'g';

/** As strconv.FormatFloat; a precision of -1 means the fewest digits that read back the same. */
export function formatGoFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  const shortest = precision < 0;
  if (verb === 'e') {
    const digits = shortest ? shortestDigits(magnitude) : digitsOf(magnitude, () => precision + 1);
    return sign + scientific(digits, shortest ? Math.max(0, digits.digits.length - 1) : precision);
  }
  if (verb === 'f') {
    const digits = shortest ? shortestDigits(magnitude) : digitsOf(magnitude, (exponent) => exponent + 1 + precision);
    return sign + fixed(digits, shortest ? Math.max(0, digits.digits.length - digits.pointAt) : precision);
  }
  const significant = precision === 0 ? 1 : precision;
  const digits = shortest ? shortestDigits(magnitude) : digitsOf(magnitude, () => significant);
  const exponent = digits.pointAt - 1;
  const limit = shortest ? SHORTEST_SCIENTIFIC_FROM : significant;
  if (magnitude !== 0 && (exponent < -4 || exponent >= limit)) {
    return sign + scientific(digits, Math.max(0, digits.digits.length - 1));
  }
  return sign + fixed(digits, Math.max(0, digits.digits.length - digits.pointAt));
}
