import { expect, it } from 'vitest';
import { SentRate } from '../../../electron/engine/remote-write-sender/sent-rate.ts';

it('is what was sent within the last half minute, by the second', () => {
  const rate = new SentRate();
  expect(rate.perSecond).toBe(0);
  rate.note(0, 0);
  expect(rate.perSecond).toBe(0);
  rate.note(10_000, 500);
  expect(rate.perSecond).toBe(50);
  for (let s = 11; s <= 40; s++) rate.note(s * 1_000, 500);
  // The first ten seconds are past.
  expect(rate.perSecond).toBe(0);
});
