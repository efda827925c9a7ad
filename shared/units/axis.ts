// The texts of an axis: every tick in the same unit, with just the decimals that tell neighbours apart.
import { NBSP, formatSeconds, styleOf } from './value.ts';
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

function secondsTick(tick: number, largest: number, step: number): string {
  if (tick === 0) return '0';
  const [divisor, name] =
    largest < 0.001 ? [1e-6, 'µs'] : largest < 1 ? [1e-3, 'ms'] : largest < 120 ? [1, 's'] : [0, ''];
  if (divisor === 0) return formatSeconds(tick);
  return `${(tick / divisor).toFixed(decimalsFor(step / divisor))}${NBSP}${name}`;
}

/** Tick distances for uPlot: powers of two in bytes, 1-2-5 elsewhere; whole numbers only where `whole`. */
export function axisIncrements(unit: Unit): number[] {
  const increments: number[] = [];
  if (unit === 'bytes' || unit === 'Bps') {
    for (let power = 0; power <= 60; power++) increments.push(2 ** power);
    return increments;
  }
  for (let exponent = -9; exponent <= 18; exponent++) {
    for (const digit of [1, 2, 5]) increments.push(Number(`${digit}e${exponent}`));
  }
  return increments;
}
