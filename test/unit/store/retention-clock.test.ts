import { describe, expect, test } from 'vitest';
import { parseSavedClock, RetentionClock } from '../../../electron/engine/store/retention-clock.ts';
import { DAY, HOUR, NOON } from './testbed.ts';

const KEEP = 30 * DAY;
const YEARS = 73 * 365 * DAY;

/** A machine whose clock and running time are moved apart. */
function machine(keepMs = KEEP) {
  let at = { nowMs: NOON, monotonicMs: 0 };
  let clock = new RetentionClock(undefined, at);
  clock.at(at, keepMs);
  return {
    /** Runs for a while; `leapMs` more pass on the wall clock. */
    run(ms: number, leapMs = 0): number {
      at = { nowMs: at.nowMs + ms + leapMs, monotonicMs: at.monotonicMs + ms };
      return clock.at(at, keepMs) - NOON;
    },
    restart(offMs: number): number {
      const saved = parseSavedClock(JSON.stringify(clock.saved));
      at = { nowMs: at.nowMs + offMs, monotonicMs: 5_000 };
      clock = new RetentionClock(saved, at);
      return clock.at(at, keepMs) - NOON;
    },
    isInDoubt: () => clock.isInDoubt,
  };
}

describe('the time of retention', () => {
  test('is the clock while that goes on, sleeps for a night or is off for a day', () => {
    const it = machine();
    expect(it.run(HOUR)).toBe(HOUR);
    expect(it.run(HOUR, 9 * HOUR)).toBe(11 * HOUR);
    expect(it.restart(DAY)).toBe(11 * HOUR + DAY);
    expect(it.isInDoubt()).toBe(false);
  });

  test('does not follow a clock that leaps to 2099 and back', () => {
    const it = machine();
    expect(it.run(HOUR, YEARS)).toBe(HOUR);
    expect(it.isInDoubt()).toBe(true);
    expect(it.run(4 * HOUR)).toBe(5 * HOUR);
    expect(it.run(HOUR, -YEARS)).toBe(6 * HOUR);
    expect(it.isInDoubt()).toBe(false);
  });

  test('nor after a restart in the wrong year', () => {
    const it = machine();
    it.run(HOUR, YEARS);
    expect(it.restart(HOUR)).toBe(HOUR);
    expect(it.run(HOUR)).toBe(2 * HOUR);
  });

  test('follows a clock that stays where it leapt to for six hours of running, over restarts and nights', () => {
    const it = machine();
    expect(it.restart(90 * DAY)).toBe(0);
    expect(it.run(4 * HOUR)).toBe(4 * HOUR);
    expect(it.restart(12 * HOUR)).toBe(4 * HOUR);
    expect(it.run(HOUR, 8 * HOUR)).toBe(5 * HOUR);
    expect(it.run(HOUR)).toBe(90 * DAY + 26 * HOUR);
  });

  test('begins to count anew when the clock leaps again', () => {
    const it = machine();
    it.run(HOUR, YEARS);
    it.run(5 * HOUR);
    expect(it.run(HOUR, -YEARS / 2)).toBe(7 * HOUR);
    expect(it.run(5 * HOUR)).toBe(12 * HOUR);
    expect(it.isInDoubt()).toBe(true);
  });

  test('goes back with the clock: that deletes nothing', () => {
    const it = machine();
    expect(it.run(HOUR, -10 * DAY)).toBe(HOUR - 10 * DAY);
    // Right again, it is ahead by more than a machine sleeps.
    expect(it.run(HOUR, 10 * DAY)).toBe(2 * HOUR - 10 * DAY);
    expect(it.run(6 * HOUR)).toBe(8 * HOUR);
  });

  test('doubts less of a leap where samples are kept for a day only', () => {
    const it = machine(DAY);
    expect(it.run(HOUR, 9 * HOUR)).toBe(10 * HOUR);
    expect(it.run(HOUR, 40 * HOUR)).toBe(11 * HOUR);
  });
});

test('a saved clock that is none is not believed', () => {
  for (const text of [undefined, 7, '', 'null', '{}', '[]', '{"trustedMs":"x"}', '{"trustedMs":null}'])
    expect(parseSavedClock(text)).toBeUndefined();
  expect(parseSavedClock('{"trustedMs":5,"doubted":{"wallMs":"x"}}')).toEqual({ trustedMs: 5, doubted: undefined });
});
