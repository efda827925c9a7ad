import { describe, expect, it } from 'vitest';
import { holdingAt, nextAfter } from '../../../../electron/engine/alerting/maintenance/schedule.ts';
import type { MaintenanceSchedule } from '../../../../shared/contract/index.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | null | undefined) => (ms === null || ms === undefined ? ms : new Date(ms).toISOString());

const nightly = (more: Partial<Extract<MaintenanceSchedule, { kind: 'recurring' }>> = {}): MaintenanceSchedule => ({
  kind: 'recurring',
  start: '22:00',
  end: '06:00',
  weekdays: [],
  daysOfMonth: [],
  timeZone: 'Europe/Berlin',
  ...more,
});

describe('a window that is held once', () => {
  const once: MaintenanceSchedule = { kind: 'once', startsAtMs: 1_000, endsAtMs: 2_000 };
  it('holds from its start until just before its end', () => {
    expect([999, 1_000, 1_999, 2_000].map((ms) => holdingAt(once, ms))).toEqual([
      undefined,
      { sinceMs: 1_000, untilMs: 2_000 },
      { sinceMs: 1_000, untilMs: 2_000 },
      undefined,
    ]);
  });
  it('comes next only while it lies ahead', () => {
    expect([999, 1_000].map((ms) => nextAfter(once, ms))).toEqual([1_000, undefined]);
  });
});

describe('a window that recurs', () => {
  // Berlin is an hour ahead of UTC in winter, and two in summer.
  it.each([
    ['2026-11-21T20:59:59Z', undefined],
    ['2026-11-21T21:00:00Z', ['2026-11-21T21:00:00.000Z', '2026-11-22T05:00:00.000Z']],
    ['2026-11-21T23:30:00Z', ['2026-11-21T21:00:00.000Z', '2026-11-22T05:00:00.000Z']],
    ['2026-11-22T04:59:59Z', ['2026-11-21T21:00:00.000Z', '2026-11-22T05:00:00.000Z']],
    ['2026-11-22T05:00:00Z', undefined],
    ['2026-07-01T20:30:00Z', ['2026-07-01T20:00:00.000Z', '2026-07-02T04:00:00.000Z']],
  ])('goes over midnight: %s', (moment, expected) => {
    const found = holdingAt(nightly(), at(moment));
    expect(found && [iso(found.sinceMs), iso(found.untilMs)]).toEqual(expected);
  });

  it('is longer or shorter in the nights when clocks change', () => {
    // 29 March 2026: 2:00 becomes 3:00; 25 October 2026: 3:00 becomes 2:00.
    const hours = ['2026-03-28T23:00:00Z', '2026-10-24T23:00:00Z'].map((moment) => {
      const { sinceMs, untilMs } = holdingAt(nightly(), at(moment))!;
      return (untilMs - (sinceMs ?? 0)) / 3_600_000;
    });
    expect(hours).toEqual([7, 9]);
  });

  it('begins on the days that it names, also where it ends on another', () => {
    // 21 November 2026 is a Saturday.
    const saturdays = nightly({ weekdays: [6] });
    expect(holdingAt(saturdays, at('2026-11-22T04:00:00Z'))).toBeDefined();
    expect(holdingAt(saturdays, at('2026-11-21T04:00:00Z'))).toBeUndefined();
    expect(holdingAt(saturdays, at('2026-11-22T22:00:00Z'))).toBeUndefined();
    expect(iso(nextAfter(saturdays, at('2026-11-21T21:00:00Z')))).toBe('2026-11-28T21:00:00.000Z');
  });

  it('knows the last day of a month', () => {
    const last = nightly({ start: '12:00', end: '13:00', daysOfMonth: [-1], timeZone: 'UTC' });
    expect(iso(nextAfter(last, at('2026-02-01T00:00:00Z')))).toBe('2026-02-28T12:00:00.000Z');
    expect(iso(nextAfter(last, at('2026-02-28T12:00:00Z')))).toBe('2026-03-31T12:00:00.000Z');
  });

  it('lasts a whole day where it ends when it begins, and until midnight where it says 24:00', () => {
    const whole = holdingAt(nightly({ start: '08:00', end: '08:00', timeZone: 'UTC' }), at('2026-11-21T07:59:00Z'));
    expect([iso(whole?.sinceMs), iso(whole?.untilMs)]).toEqual([
      '2026-11-20T08:00:00.000Z',
      '2026-11-21T08:00:00.000Z',
    ]);
    const evening = holdingAt(nightly({ end: '24:00', timeZone: 'UTC' }), at('2026-11-21T23:59:00Z'));
    expect(iso(evening?.untilMs)).toBe('2026-11-22T00:00:00.000Z');
  });

  it('counts days from the end of months that have so many', () => {
    expect(nextAfter(nightly({ daysOfMonth: [-31], weekdays: [], timeZone: 'UTC' }), at('2026-11-21T00:00:00Z'))).toBe(
      at('2026-12-01T22:00:00Z'),
    );
  });
});
