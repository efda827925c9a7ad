import { describe, expect, test } from 'vitest';
import { tierPeriodOf, tierPeriodOfName } from '../../../electron/engine/store/metrics/tiers/tier-name.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

describe('files of summaries', () => {
  test.each([
    [5 * MINUTE, '2026-11-20', '2026-11.5m.db', '2026-11-01', '2026-12-01'],
    [5 * MINUTE, '2026-12-31', '2026-12.5m.db', '2026-12-01', '2027-01-01'],
    [30 * MINUTE, '2024-02-29', '2024-02.30m.db', '2024-02-01', '2024-03-01'],
    [HOUR, '2026-11-20', '2026.1h.db', '2026-01-01', '2027-01-01'],
    [24 * HOUR, '1970-01-01', '1970.1d.db', '1970-01-01', '1971-01-01'],
    [24 * HOUR, '0050-06-01', '0050.1d.db', '0050-01-01', '0051-01-01'],
  ])('%i ms of %s are in %s', (resolutionMs, day, name, start, end) => {
    const expected = { name, resolutionMs, startMs: Date.parse(start), endMs: Date.parse(end) };
    expect(tierPeriodOf(resolutionMs, Date.parse(day))).toEqual(expected);
    expect(tierPeriodOfName(name)).toEqual(expected);
  });

  test('other names are none', () => {
    const names = [
      'head.db',
      '2026-W47.db',
      '2026-13.5m.db',
      '2026.5m.db',
      '2026-11.1h.db',
      '2026-11.7m.db',
      '2026.60m.db',
    ];
    expect(names.filter((name) => tierPeriodOfName(name) !== undefined)).toEqual([]);
  });
});
