import { describe, expect, test } from 'vitest';
import { lookbackMsFor, rateOf, rateWindowMs, refreshMsFor, stepFor, stepsOf } from '../../../renderer/panels/step.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  ['5 minutes', 5 * MINUTE, 1_000],
  ['15 minutes', 15 * MINUTE, 5_000],
  ['an hour', HOUR, 10_000],
  ['6 hours', 6 * HOUR, MINUTE],
  ['24 hours', 24 * HOUR, 5 * MINUTE],
  ['7 days', 168 * HOUR, 30 * MINUTE],
  ['a year', 365 * 24 * HOUR, 48 * HOUR],
])('%s are drawn with few enough points', (_, rangeMs, stepMs) => {
  expect(stepFor(rangeMs)).toBe(stepMs);
});

describe('the steps of a range', () => {
  test('of a sliding one end at the last whole step', () => {
    expect(stepsOf({ kind: 'last', durationMs: HOUR }, 1_000_000_007_500)).toEqual({
      startMs: 999_996_400_000,
      endMs: 1_000_000_000_000,
      stepMs: 10_000,
    });
  });

  test('of a fixed one cover it, on multiples of the step', () => {
    expect(stepsOf({ kind: 'between', fromMs: 86_400_123, toMs: 172_800_456 }, 0)).toEqual({
      startMs: 86_400_000,
      endMs: 173_100_000,
      stepMs: 300_000,
    });
  });

  test('of a long one are whole multiples of five minutes in start, end and step', () => {
    const { startMs, endMs, stepMs } = stepsOf({ kind: 'last', durationMs: 24 * HOUR }, 1_795_172_512_345);
    expect([startMs % 300_000, endMs % 300_000, stepMs % 300_000]).toEqual([0, 0, 0]);
  });
});

test.each([
  ['four polls where the step is smaller', 10_000, 15_000, 60_000],
  ['the step where it is larger than four polls', 120_000, 15_000, 120_000],
  ['five minutes at five-minute steps', 300_000, 15_000, 300_000],
  ['a multiple of five minutes at such steps, even for a slow poll', 300_000, 120_000, 600_000],
  ['the step at half-hour steps', 1_800_000, 15_000, 1_800_000],
])('a rate window is %s', (_, stepMs, intervalMs, windowMs) => {
  expect(rateWindowMs(stepMs, intervalMs)).toBe(windowMs);
});

test('a rate is PromQL over that window, and an irate at steps of a second', () => {
  expect(rateOf('a{b="c"}', { stepMs: 60_000, intervalMs: 15_000 })).toBe('rate(a{b="c"}[1m])');
  expect(rateOf('a', { stepMs: 300_000, intervalMs: 15_000 })).toBe('rate(a[5m])');
  expect(rateOf('a', { stepMs: 1_000, intervalMs: 15_000 })).toBe('irate(a[45s])');
});

test('a rate of a device that is watched at its own interval needs no second look', () => {
  expect(rateOf('a', { stepMs: 1_000, intervalMs: 60_000, watchedMs: 60_000 })).toBe('irate(a[3m])');
  expect(rateOf('a', { stepMs: 1_000, intervalMs: 1_000, watchedMs: 1_000 })).toBe('irate(a[3s])');
});

test.each([
  ['two and a half polls and two seconds', 10_000, 15_000, 39_500],
  ['the step, where that is longer', 300_000, 15_000, 300_000],
  ['no more than an hour', 86_400_000, 15_000, 3_600_000],
])('a step looks back over %s', (_, stepMs, intervalMs, lookbackMs) => {
  expect(lookbackMsFor(stepMs, intervalMs)).toBe(lookbackMs);
});

test('a graph is pulled again at its step, between one second and thirty', () => {
  expect([500, 5_000, 300_000].map(refreshMsFor)).toEqual([1_000, 5_000, 30_000]);
});
