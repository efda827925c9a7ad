// Floats as the exposition formats write them: read with Go's strictness, written in OpenMetrics' canonical form.

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/** The number, or undefined where Go's ParseFloat (less hexadecimal and underscores) refuses the text or its size. */
export function parseFloatStrict(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (INFINITE.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** 1 -> "1.0", 1e6 -> "1e+06": how a bucket's or quantile's bound is written, so that both formats give one series. */
export function formatCanonicalFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // As Go's 'g' with the shortest digits: an exponent below -4, or of 6 and more, is written as such.
  if (exponent < -4 || exponent >= 6) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  // Between those bounds JavaScript prints the same digits, and no exponent.
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
