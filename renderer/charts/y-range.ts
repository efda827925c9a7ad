// The ends of the y axis.
import type { Unit } from '../../shared/units/index.ts';

/** The y range: from zero for what counts, a margin above and below, never of no height. */
export function yRange(
  min: number | null,
  max: number | null,
  options: { min?: number | undefined; max: number | undefined; fromZero: boolean; unit: Unit },
): [number, number] {
  const floor = options.unit === 'bps' || options.unit === 'bytes' || options.unit === 'Bps' ? 1024 : 1;
  if (min === null || max === null) return [0, options.max ?? floor];
  // A fixed lower end holds unless something lies below it.
  if (options.min !== undefined && min >= options.min) {
    const high = Math.max(max, options.max ?? max);
    return [
      options.min,
      high > options.min ? high + (high === options.max ? 0 : (high - options.min) * 0.06) : options.min + 1,
    ];
  }
  if (!options.fromZero) {
    const margin = (max - min) * 0.15 || Math.abs(max) * 0.1 || 1;
    return [min - margin, max + margin];
  }
  // With something below the axis a little room stays above it, and the other way round: zero is never an edge then.
  const spread = Math.max(0, max) - Math.min(0, min);
  const low = min < 0 ? Math.min(0, min) - spread * 0.06 : 0;
  const high = max > 0 || min < 0 ? Math.max(0, max) + spread * 0.06 : 0;
  if (options.max !== undefined && low === 0 && high <= options.max * 1.08) return [0, options.max];
  return low === 0 && high === 0 ? [0, floor] : [low, high];
}

const EASE = 0.12;
const NEAR = 0.004;

/** A part of the way from one range to another; there, once it is near. */
export function easedEnds(from: [number, number], to: [number, number]): [number, number] {
  const height = Math.max(Math.abs(to[1] - to[0]), Number.MIN_VALUE);
  const toward = (a: number, b: number): number => (Math.abs(b - a) < NEAR * height ? b : a + (b - a) * EASE);
  return [toward(from[0], to[0]), toward(from[1], to[1])];
}
