// After a sleep or a lost network: whom is waited for, for how long, and what may fire meanwhile.
import { describe, expect, it } from 'vitest';
import { Settling, type Watched } from '../../../electron/engine/alerting/settling.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

function setUp(devices: Record<string, Watched['state']>) {
  const now = { ms: 1_000_000_000 };
  const seen = new Map(Object.keys(devices).map((id) => [id, now.ms]));
  const gaps: [number, number][] = [];
  const start = now.ms;
  const settling = new Settling({
    clock: { now: () => now.ms },
    devices: () => Object.entries(devices).map(([id, state]) => ({ id, state, lastSeenMs: seen.get(id) ?? null })),
    deviceOf: ({ device }) => device,
    onGap: (fromMs, toMs) => gaps.push([fromMs - start, toMs - start]),
  });
  settling.look();
  return {
    settling,
    gaps,
    pass: (ms: number): void => void (now.ms += ms),
    report: (id: string): void => void seen.set(id, now.ms),
    held: (device?: string) => settling.holds(device === undefined ? {} : { device }) !== undefined,
  };
}

describe('after this computer slept', () => {
  it('an alert waits for its device to report again, one that is about none for all of them', () => {
    const { settling, gaps, pass, report, held } = setUp({ a: 'online', b: 'degraded', gone: 'offline' });
    pass(31 * MINUTE);
    settling.look();
    expect(gaps).toEqual([[0, 31 * MINUTE]]);
    pass(SECOND);
    expect([held('a'), held('b'), held()]).toEqual([true, true, true]);
    expect(settling.holds({ device: 'b' })).toBe(
      'Waiting for b to report again: this computer slept or had no network.',
    );
    // It was away before: nobody knows when it comes back.
    expect(held('gone')).toBe(false);
    report('a');
    pass(SECOND);
    expect([held('a'), held('b'), held()]).toEqual([false, true, true]);
    report('b');
    pass(SECOND);
    expect([held('a'), held('b'), held()]).toEqual([false, false, false]);
  });

  it('waits no longer than a quarter of an hour', () => {
    const { settling, pass, held } = setUp({ a: 'online' });
    pass(60 * MINUTE);
    settling.look();
    pass(15 * MINUTE - 1);
    expect([held('a'), held()]).toEqual([true, true]);
    pass(1);
    expect([held('a'), held()]).toEqual([false, false]);
  });

  it('a second sleep before all have reported awaits whoever was there before the first', () => {
    const { settling, gaps, pass, report, held } = setUp({ a: 'online', b: 'online' });
    pass(60 * MINUTE);
    settling.look();
    pass(10 * SECOND);
    report('a');
    pass(60 * MINUTE);
    settling.look();
    pass(SECOND);
    expect(gaps.length).toBe(2);
    expect([held('a'), held('b')]).toEqual([true, true]);
  });

  it('what is told twice, by the system and by the clock, is one gap', () => {
    const { settling, gaps, pass } = setUp({ a: 'online' });
    pass(60 * MINUTE);
    settling.gap(1_000_000_000, 1_000_000_000 + 60 * MINUTE);
    settling.look();
    expect(gaps).toEqual([[0, 60 * MINUTE]]);
  });

  it('pauses of a busy computer, and the time before it was first looked at, are no sleep', () => {
    const { settling, gaps, pass, held } = setUp({ a: 'online' });
    for (let i = 0; i < 10; i++) {
      pass(20 * SECOND);
      settling.look();
    }
    expect([gaps, held('a')]).toEqual([[], false]);
  });
});

describe('while this computer has no network', () => {
  it('nothing begins that rests on others, for as long as it lasts and until they have reported', () => {
    const { settling, gaps, pass, report, held } = setUp({ a: 'online', host: 'online' });
    settling.network(true);
    expect(held('a')).toBe(false);
    settling.network(false);
    for (let i = 0; i < 40 * 60; i++) {
      pass(SECOND);
      report('host');
      settling.look();
    }
    // Itself it can still see.
    expect([held('a'), held(), held('host')]).toEqual([true, true, false]);
    expect(settling.holds({ device: 'a' })).toBe('Waiting for a to report again: this computer has no network.');
    expect(gaps.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0)).toBe(40 * MINUTE);
    settling.network(true);
    pass(SECOND);
    report('host');
    expect([held('a'), held('host')]).toEqual([true, false]);
    report('a');
    pass(SECOND);
    expect([held('a'), held()]).toEqual([false, false]);
  });

  it('what it tells of itself is held back by nothing', () => {
    const { settling, pass } = setUp({ a: 'online' });
    settling.network(false);
    pass(SECOND);
    expect(settling.holds({ job: 'linewarden', instance: 'here' })).toBeUndefined();
  });
});
