// The texts of an axis: every tick in the same unit, with just the decimals that tell neighbours apart.
import { NBSP, styleOf } from './value.ts';
import type { Unit } from './value.ts';

const decimalsFor = (step: number): number => {
  if (!(step > 0)) return 0;
  for (let decimals = 0; decimals < 4; decimals++) {
    if (Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6) return decimals;
  }
  return 4;
};

/** Tick texts; negative ticks (traffic out, below the axis) are shown without their sign where `mirrored`. */
export function axisTexts(ticks: readonly number[], unit: Unit, mirrored = false): string[] {
  const largest = ticks.reduce((max, tick) => Math.max(max, Math.abs(tick)), 0);
  const step = ticks.length > 1 ? Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) : largest;
  const shown = (tick: number): number => (mirrored ? Math.abs(tick) : tick);
  if (unit === 'seconds') return ticks.map((tick) => secondsTick(shown(tick), largest, step));
  const { prefixes, suffix } = styleOf(unit);
  let divisor = 1;
  let prefix = '';
  if (prefixes !== null) {
    for (let i = 1; i < prefixes.names.length && largest >= prefixes.base ** i; i++) {
      divisor = prefixes.base ** i;
      prefix = prefixes.names[i] ?? '';
    }
  }
  const decimals = decimalsFor(step / divisor);
  const name = `${prefix}${suffix}`;
  const tail = name === '' ? '' : suffix.startsWith('/') && prefix === '' ? suffix : `${NBSP}${name}`;
  return ticks.map((tick) => (tick === 0 ? '0' : `${(shown(tick) / divisor).toFixed(decimals)}${tail}`));
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const SECONDS_SCALES: readonly (readonly [below: number, divisor: number, name: string])[] = [
  [0.001, 1e-6, 'µs'],
  [1, 1e-3, 'ms'],
  [2 * MINUTE, 1, 's'],
  [2 * HOUR, MINUTE, 'min'],
  [2 * DAY, HOUR, 'h'],
];

function secondsTick(tick: number, largest: number, step: number): string {
  if (tick === 0) return '0';
  const [, divisor, name] = SECONDS_SCALES.find(([below]) => largest < below) ?? [Infinity, DAY, 'd'];
  return `${(tick / divisor).toFixed(decimalsFor(step / divisor))}${NBSP}${name}`;
}

/** Tick distances for uPlot: powers of two in bytes, whole minutes, hours and days in seconds, 1-2-5 elsewhere. */
export function axisIncrements(unit: Unit): number[] {
  const increments: number[] = [];
  if (unit === 'bytes' || unit === 'Bps') {
    for (let power = 0; power <= 60; power++) increments.push(2 ** power);
    return increments;
  }
  if (unit === 'seconds') {
    const below = decades(-9, 1).filter((distance) => distance <= 20);
    const clock = [0.5, 1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE);
    const hours = [1, 2, 3, 6, 12].map((many) => many * HOUR);
    return [...below, ...clock, ...hours, ...decades(0, 12).map((days) => days * DAY)];
  }
  return decades(-9, 18);
}

const decades = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => [1, 2, 5].map((digit) => Number(`${digit}e${first + i}`))).flat();
