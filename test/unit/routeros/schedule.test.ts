import { describe, expect, it } from 'vitest';
import { backoffMs, phaseMs, untilNextSlotMs } from '../../../electron/engine/collectors/routeros/poller/schedule.ts';

describe('the schedule', () => {
  it('fifty routers spread over the interval: every fifth of it has some, none has half', () => {
    const fifths = [0, 0, 0, 0, 0];
    for (let i = 1; i <= 50; i++) {
      const fifth = Math.floor(phaseMs(`router-${i}`, 15_000) / 3_000);
      fifths[fifth] = (fifths[fifth] ?? 0) + 1;
    }
    expect(Math.min(...fifths)).toBeGreaterThan(0);
    expect(Math.max(...fifths)).toBeLessThan(25);
  });

  it('the same router keeps its place', () => {
    expect(phaseMs('core', 15_000)).toBe(phaseMs('core', 15_000));
  });

  it('the next slot is strictly ahead, and missed ones are skipped', () => {
    expect(untilNextSlotMs(1_000, 15_000, 4_000)).toBe(3_000);
    expect(untilNextSlotMs(4_000, 15_000, 4_000)).toBe(15_000);
    expect(untilNextSlotMs(4_001, 15_000, 4_000)).toBe(14_999);
    expect(untilNextSlotMs(100_000, 15_000, 4_000)).toBe(9_000);
  });

  it('failures wait 5 s, 10 s, 20 s ... and at most 5 min', () => {
    const limits = { minMs: 5_000, maxMs: 300_000 };
    expect([1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((failures) => backoffMs(failures, limits))).toEqual([
      5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
    ]);
  });
});
