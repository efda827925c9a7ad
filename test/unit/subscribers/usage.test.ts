import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUsage, dayOf, emptyUsage, rollOver } from '../../../electron/engine/subscribers/usage.ts';

// Midnight in Berlin: clocks go forward on 29 Mar 2026 at 02:00 and back on 25 Oct 2026 at 03:00.
const before = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

const at = (text: string): number => Date.parse(text);

describe('today', () => {
  test('begins at local midnight, in summer and in winter time', () => {
    expect(dayOf(at('2026-03-28T22:59:59Z'))).toBe('2026-03-28');
    expect(dayOf(at('2026-03-28T23:00:00Z'))).toBe('2026-03-29');
    expect(dayOf(at('2026-03-29T21:59:59Z'))).toBe('2026-03-29');
    expect(dayOf(at('2026-03-29T22:00:00Z'))).toBe('2026-03-30');
    expect(dayOf(at('2026-10-25T22:59:59Z'))).toBe('2026-10-25');
    expect(dayOf(at('2026-10-25T23:00:00Z'))).toBe('2026-10-26');
  });

  test('of 23 and of 25 hours counts each byte once', () => {
    for (const [from, hours, day] of [
      ['2026-03-28T23:00:00Z', 23, '2026-03-29'],
      ['2026-10-24T22:00:00Z', 25, '2026-10-25'],
    ] as const) {
      let usage = emptyUsage(at(from));
      for (let hour = 0; hour < hours; hour++) {
        usage = addUsage(usage, at(from) + hour * 3_600_000, { rx: 10, tx: 1 });
      }
      expect(usage).toMatchObject({ day, today: { rx: 10 * hours, tx: hours } });
      const next = addUsage(usage, at(from) + hours * 3_600_000, { rx: 10, tx: 1 });
      expect(next.today).toEqual({ rx: 10, tx: 1 });
      expect(next.thisMonth).toEqual({ rx: 10 * hours + 10, tx: hours + 1 });
    }
  });

  test('does not begin again where the clock is put back a little over midnight', () => {
    let usage = addUsage(emptyUsage(at('2026-11-20T22:00:00Z')), at('2026-11-20T22:00:00Z'), { rx: 5, tx: 0 });
    usage = addUsage(usage, at('2026-11-20T23:00:10Z'), { rx: 7, tx: 0 });
    usage = addUsage(usage, at('2026-11-20T22:59:50Z'), { rx: 1, tx: 0 });
    expect(usage).toMatchObject({ day: '2026-11-21', today: { rx: 8 }, thisMonth: { rx: 13 } });
  });

  test('is right again after a clock that was years ahead', () => {
    const ahead = addUsage(emptyUsage(at('2036-01-01T12:00:00Z')), at('2036-01-01T12:00:00Z'), { rx: 5, tx: 0 });
    expect(rollOver(ahead, at('2026-11-21T12:00:00Z'))).toMatchObject({ day: '2026-11-21', month: '2026-11' });
  });
});

describe('this month', () => {
  test('makes room for the next and is the last one then, over a new year too', () => {
    const december = addUsage(emptyUsage(at('2026-12-31T22:59:00Z')), at('2026-12-31T22:59:00Z'), { rx: 5, tx: 2 });
    const january = addUsage(december, at('2026-12-31T23:00:00Z'), { rx: 1, tx: 1 });
    expect(january).toEqual({
      day: '2027-01-01',
      today: { rx: 1, tx: 1 },
      month: '2027-01',
      thisMonth: { rx: 1, tx: 1 },
      lastMonth: { rx: 5, tx: 2 },
    });
    expect(rollOver(january, at('2027-03-01T12:00:00Z')).lastMonth).toBeNull();
  });
});
