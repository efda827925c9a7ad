import { describe, expect, it } from 'vitest';
import type { Collector } from '../../../electron/engine/collectors/routeros/collectors/collector.ts';
import type { CollectorSwitches } from '../../../electron/engine/collectors/routeros/config.ts';
import { intervalOf, isEnabled, Turns } from '../../../electron/engine/collectors/routeros/poller/turns.ts';

const collector = (name: string, more: Partial<Collector> = {}): Collector => ({
  name,
  reads: name,
  enabled: 'on',
  collect: () => Promise.resolve([]),
  ...more,
});
const always = collector('always', { enabled: 'always' });
const fast = collector('fast');
const slow = collector('slow', { defaultIntervalMs: 60_000 });
const SECOND = 1_000;

/** Names of those that are due at a time in seconds, with a poll each 15 s. */
function setUp(collectors: readonly Collector[], switches: CollectorSwitches = {}) {
  const turns = new Turns(collectors, switches, 15 * SECOND);
  const at = (seconds: number): string[] => turns.due(seconds * SECOND).map(({ name }) => name);
  const ran = (seconds: number, outcome: 'good' | 'failed' | 'absent', ...which: Collector[]): void =>
    which.forEach((each) => turns.ran(each, seconds * SECOND, outcome));
  return { at, ran };
}

describe('switches', () => {
  it('a default, on, off, or how often', () => {
    const off = collector('off', { enabled: 'off' });
    expect([off, fast].map((each) => isEnabled(each, {}))).toEqual([false, true]);
    expect([off, fast].map((each) => isEnabled(each, { off: true, fast: false }))).toEqual([true, false]);
    expect(isEnabled(off, { off: 60_000 })).toBe(true);
    expect(isEnabled(always, { always: false })).toBe(true);
  });

  it('an interval is never shorter than that of the polls', () => {
    expect(intervalOf(slow, {}, 15_000)).toBe(60_000);
    expect(intervalOf(slow, { slow: 120_000 }, 15_000)).toBe(120_000);
    expect(intervalOf(slow, { slow: true }, 15_000)).toBe(60_000);
    expect(intervalOf(slow, { slow: 1_000 }, 15_000)).toBe(15_000);
    expect(intervalOf(slow, {}, 300_000)).toBe(300_000);
    expect(intervalOf(always, { always: 60_000 }, 15_000)).toBe(15_000);
  });
});

describe('turns', () => {
  it('everything is due at first, and then as often as it is read', () => {
    const { at, ran } = setUp([always, fast, slow]);
    expect(at(0)).toEqual(['always', 'fast', 'slow']);
    ran(0, 'good', always, fast, slow);
    expect(at(15)).toEqual(['always', 'fast']);
    ran(15, 'good', always, fast);
    expect(at(45)).toEqual(['always', 'fast']);
    expect(at(60)).toEqual(['always', 'fast', 'slow']);
  });

  it('polls that come a little early are not a reason to wait for another one', () => {
    const { at, ran } = setUp([slow]);
    ran(0, 'good', slow);
    expect(at(52)).toEqual([]);
    expect(at(53)).toEqual(['slow']);
  });

  it('whoever had no turn comes first the next time, after those that presence rests on', () => {
    const others = ['a', 'b', 'c'].map((name) => collector(name));
    const [a, b, c] = others;
    const { at, ran } = setUp([always, ...others]);
    // `b` took all the time that there was.
    ran(0, 'good', always, a!);
    ran(0, 'failed', b!);
    expect(at(15)).toEqual(['always', 'c', 'a', 'b']);
    ran(15, 'good', always, c!, a!);
    expect(at(30)).toEqual(['always', 'b', 'a', 'c']);
  });

  it('what failed is tried again within a minute, what the router does not have after ten', () => {
    const hourly = collector('hourly', { defaultIntervalMs: 3_600_000 });
    const { at, ran } = setUp([hourly, fast]);
    ran(0, 'failed', hourly, fast);
    expect(at(15)).toEqual(['fast']);
    expect(at(60)).toContain('hourly');
    ran(60, 'absent', hourly, fast);
    expect(at(600)).toEqual([]);
    expect(at(660)).toEqual(['fast']);
    expect(at(3_660)).toEqual(['fast', 'hourly']);
  });
});
