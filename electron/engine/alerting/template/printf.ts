// Go's fmt.Sprintf and fmt.Sprint over template values.
import { stringOf } from './arguments.ts';
import { formatGoFloat } from './go-number.ts';
import { printValue, typeName } from './values.ts';
import type { GoValue } from './values.ts';

const MAX_WIDTH = 1_000;
const DIRECTIVE = /%([-+# 0]*)(\d+)?(?:\.(\d+)?)?([a-zA-Z%])?/gu;

type Spec = { readonly flags: string; readonly width: number; readonly precision: number | undefined };

/** As fmt.Sprintf; what does not fit is told inside the text, as Go does: `%!d(string=x)`. */
export function sprintf(layout: GoValue, args: readonly GoValue[]): string {
  let used = 0;
  const text = stringOf(layout).replace(
    DIRECTIVE,
    (whole, flags: string, width?: string, digits?: string, verb?: string) => {
      if (verb === '%') return '%';
      if (verb === undefined) return '%!(NOVERB)';
      if (used >= args.length) return `%!${verb}(MISSING)`;
      const value = args[used++];
      const precision = whole.includes('.') ? Math.min(Number(digits ?? 0), MAX_WIDTH) : undefined;
      return directive(value, verb, { flags, width: Math.min(Number(width ?? 0), MAX_WIDTH), precision });
    },
  );
  if (used === args.length) return text;
  const extra = args.slice(used).map((value) => `${typeName(value)}=${printValue(value)}`);
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function directive(value: GoValue, verb: string, spec: Spec): string {
  const formatted = format(value, verb, spec);
  return formatted === undefined ? `%!${verb}(${typeName(value)}=${printValue(value)})` : pad(formatted, value, spec);
}

function format(value: GoValue, verb: string, spec: Spec): string | undefined {
  if (verb === 'T') return typeName(value);
  if (verb === 'v') return typeof value === 'number' ? float(value, 'g', spec, -1) : printValue(value);
  if (typeof value === 'number') {
    if (verb === 'f' || verb === 'F') return float(value, 'f', spec, 6);
    if (verb === 'e') return float(value, 'e', spec, 6);
    return verb === 'g' ? float(value, 'g', spec, -1) : undefined;
  }
  if (typeof value === 'bigint') return integer(value, verb, spec);
  if (typeof value === 'boolean') return verb === 't' ? String(value) : undefined;
  if (typeof value === 'string') return quoted(value, verb, spec);
  return verb === 's' ? printValue(value) : undefined;
}

function float(value: number, verb: 'e' | 'f' | 'g', { flags, precision }: Spec, otherwise: number): string {
  return signed(formatGoFloat(value, verb, precision ?? otherwise), flags);
}

function integer(value: bigint, verb: string, { flags }: Spec): string | undefined {
  const radix = { d: 10, x: 16, X: 16, o: 8, b: 2 }[verb];
  if (radix !== undefined) {
    const digits = value.toString(radix);
    return signed(verb === 'X' ? digits.toUpperCase() : digits, flags);
  }
  if (verb === 'c') return runeOf(value);
  return verb === 'q' ? `'${runeOf(value)}'` : undefined;
}

/** As Go writes what is no character. */
const runeOf = (value: bigint): string =>
  value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn)
    ? String.fromCodePoint(Number(value))
    : '\ufffd';

function quoted(value: string, verb: string, { precision }: Spec): string | undefined {
  const cut = precision === undefined ? value : Array.from(value).slice(0, precision).join('');
  if (verb === 's') return cut;
  if (verb === 'q') return JSON.stringify(cut);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = [...new TextEncoder().encode(cut)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return verb === 'X' ? hex.toUpperCase() : hex;
}

function signed(number: string, flags: string): string {
  if (/^[-+]/.test(number)) return number;
  if (flags.includes('+')) return `+${number}`;
  return flags.includes(' ') ? ` ${number}` : number;
}

function pad(formatted: string, value: GoValue, { flags, width }: Spec): string {
  const missing = width - Array.from(formatted).length;
  if (missing <= 0) return formatted;
  if (flags.includes('-')) return formatted + ' '.repeat(missing);
  const numeric = (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint';
  if (!flags.includes('0') || !numeric) return ' '.repeat(missing) + formatted;
  const sign = /^[-+ ]/.exec(formatted)?.[0] ?? '';
  return sign + '0'.repeat(missing) + formatted.slice(sign.length);
}

/** As fmt.Sprint: a space between two values when neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  return args.reduce<string>((line, value, i) => {
    const gap = i > 0 && typeof value !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '';
    return line + gap + printValue(value);
  }, '');
}
