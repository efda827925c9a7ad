// Living numbers that are functions of time alone: the same seed and clock give the same values, however often asked.

const DAY_S = 86_400;

/** Numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** -1 in the early morning, +1 at 20:00 UTC. */
export const dayCurve = (timeMs: number): number => Math.sin((2 * Math.PI * (timeMs / 1_000 - 14 * 3_600)) / DAY_S);

/** Noise in [-1, 1) that holds for `slotMs` and is the same whenever asked for the same time. */
export const noise = (seed: number, timeMs: number, slotMs = 5_000): number =>
  2 * random(seed ^ Math.imul(Math.floor(timeMs / slotMs), 0x9e37_79b1))() - 1;

type Wave = { readonly amplitude: number; readonly periodS: number; readonly phase: number };

/**
 * Traffic with a daily curve and busier and quieter minutes around a mean. The amplitudes sum to less than 1, so the rate
 * stays positive, and its integral is known in closed form: a counter needs no state.
 */
export class Traffic {
  readonly #mean: number;
  readonly #waves: readonly Wave[];

  constructor(meanPerSecond: number, seed: number) {
    const next = random(seed);
    this.#mean = meanPerSecond;
    this.#waves = [
      { amplitude: 0.55, periodS: DAY_S, phase: (-2 * Math.PI * 14) / 24 },
      ...[
        [0.12, 3_180],
        [0.1, 420],
        [0.09, 97],
        [0.08, 31],
      ].map(([amplitude = 0, periodS = 1]) => ({ amplitude, periodS, phase: 2 * Math.PI * next() })),
    ];
  }

  /** Units per second at a time. */
  rate(timeMs: number): number {
    const t = timeMs / 1_000;
    return (
      this.#mean *
      this.#waves.reduce(
        (sum, { amplitude, periodS, phase }) => sum + amplitude * Math.sin((2 * Math.PI * t) / periodS + phase),
        1,
      )
    );
  }

  /** Units between two times. */
  amount(fromMs: number, toMs: number): number {
    let seconds = (toMs - fromMs) / 1_000;
    for (const { amplitude, periodS, phase } of this.#waves) {
      const at = (timeMs: number): number => Math.cos((2 * Math.PI * timeMs) / 1_000 / periodS + phase);
      seconds += (amplitude * periodS * (at(fromMs) - at(toMs))) / (2 * Math.PI);
    }
    return Math.max(0, this.#mean * seconds);
  }
}
