// One value with its unit: SI prefixes for rates, IEC for sizes, never more than four significant digits.

/** Base units: bits/s, bytes, bytes/s, percent (0..100), seconds, plain counts, events/s, degrees Celsius, volts, watts, turns a minute. */
export const UNITS = [
  'bps',
  'bytes',
  'Bps',
  'percent',
  'seconds',
  'count',
  'perSecond',
  'celsius',
  'volts',
  'watts',
  'rpm',
] as const;
export type Unit = (typeof UNITS)[number];

export type Prefixes = { readonly base: number; readonly names: readonly string[] };

const SI: Prefixes = { base: 1000, names: ['', 'k', 'M', 'G', 'T', 'P'] };
const IEC: Prefixes = { base: 1024, names: ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'] };

/** Between number and unit, so that the two never part at a line end. */
export const NBSP = '\u00a0';
export const NO_VALUE = '–';

type Style = { readonly prefixes: Prefixes | null; readonly suffix: string };

const STYLES: Record<Unit, Style> = {
  bps: { prefixes: SI, suffix: 'b/s' },
  bytes: { prefixes: IEC, suffix: 'B' },
  Bps: { prefixes: IEC, suffix: 'B/s' },
  count: { prefixes: SI, suffix: '' },
  perSecond: { prefixes: SI, suffix: '/s' },
  percent: { prefixes: null, suffix: '%' },
  celsius: { prefixes: null, suffix: '°C' },
  volts: { prefixes: null, suffix: 'V' },
  watts: { prefixes: null, suffix: 'W' },
  rpm: { prefixes: null, suffix: 'rpm' },
  seconds: { prefixes: null, suffix: 's' },
};

export const styleOf = (unit: Unit): Style => STYLES[unit];

/** Three significant digits, a fourth only where it is an integer one (1,023 KiB); whole numbers stay whole. */
export function significant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.0001) return value.toExponential(1);
  if (size < 0.01) return String(Number(value.toPrecision(2)));
  const text = value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  return Math.abs(Number(text)) >= 10_000 ? Number(text).toPrecision(4) : text;
}

/** [number as text, prefix]: 812_400_000 -> ["812", "M"]. A value that rounds up to the base takes the next prefix. */
export function prefixed(value: number, prefixes: Prefixes): readonly [string, string] {
  const { base, names } = prefixes;
  let index = 0;
  let scaled = value;
  while (Math.abs(scaled) >= base && index < names.length - 1) {
    scaled /= base;
    index++;
  }
  let text = index === 0 ? smallText(scaled) : significant(scaled);
  if (Math.abs(Number(text)) >= base && index < names.length - 1) {
    index++;
    text = significant(scaled / base);
  }
  // Far beyond the last prefix there is none that says more.
  if (Math.abs(Number(text)) >= 10_000 && index === names.length - 1) return [value.toExponential(1), ''];
  return [text, names[index] ?? ''];
}

/** Below the first prefix: 5 stays "5", 5.25 becomes "5.25". */
const smallText = (value: number): string => (Number.isInteger(value) ? String(value) : significant(value));

/** "812 Mb/s", "1.50 GiB", "4.2 %"; a dash for null, undefined and NaN. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NO_VALUE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (unit === 'seconds') return formatSeconds(value);
  const { prefixes, suffix } = STYLES[unit];
  if (unit === 'percent') return `${percentText(value)}${NBSP}%`;
  if (prefixes === null) return `${significant(value)}${NBSP}${suffix}`;
  // A count that is exact within four digits is better than one that is scaled.
  if (unit === 'count' && Number.isInteger(value) && Math.abs(value) < 10_000) return String(value);
  const [text, prefix] = prefixed(value, prefixes);
  if (suffix === '') return prefix === '' ? text : `${text}${NBSP}${prefix}`;
  return suffix.startsWith('/') && prefix === '' ? `${text}${suffix}` : `${text}${NBSP}${prefix}${suffix}`;
}

/** One decimal up to 99.9, none from 100: a CPU's figure keeps its width while it moves. */
const percentText = (value: number): string => {
  const text = value.toFixed(1);
  return Math.abs(Number(text)) >= 100 || value === 0 ? value.toFixed(0) : text;
};

/** A measured time: "850 µs", "12.5 ms", "1.20 s", "2.50 min". */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return `0${NBSP}s`;
  if (size < 0.0009995) return `${significant(seconds * 1e6)}${NBSP}µs`;
  if (size < 0.9995) return `${significant(seconds * 1e3)}${NBSP}ms`;
  if (size < 120) return `${significant(seconds)}${NBSP}s`;
  if (size < 7200) return `${significant(seconds / 60)}${NBSP}min`;
  return size < 172_800 ? `${significant(seconds / 3600)}${NBSP}h` : `${significant(seconds / 86_400)}${NBSP}d`;
}

/** A link's speed from Mbit/s: 1000 -> "1 Gb/s", 2500 -> "2.5 Gb/s". */
export function formatLinkSpeed(megabits: number | null): string {
  if (megabits === null || !(megabits > 0)) return NO_VALUE;
  return megabits >= 1000 ? `${trim(megabits / 1000)}${NBSP}Gb/s` : `${trim(megabits)}${NBSP}Mb/s`;
}

const trim = (value: number): string => String(Number(value.toPrecision(4)));

/** "1 device", "6 devices". */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
