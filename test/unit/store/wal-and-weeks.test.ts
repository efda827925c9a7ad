import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIds, decodeWalRow, encodeIds, encodeWalRow } from '../../../electron/engine/store/metrics/wal/row.ts';
import { dayStartMs, weekName, weekOfName, weekStartMs } from '../../../electron/engine/store/metrics/week.ts';

describe('a wal row', () => {
  const sample = fc.record({
    id: fc.nat(2 ** 40),
    value: fc.double(),
    time: fc.integer({ min: -1e12, max: 4e12 }),
    stale: fc.nat(1),
  });

  test('gives back ids, values, times and staleness of a batch', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), fc.boolean(), fc.boolean(), (samples, ownTimes, anyStale) => {
        const ids = Float64Array.from(samples, ({ id }) => id);
        const body = encodeWalRow(
          encodeIds(ids, ids.length),
          Float64Array.from(samples, ({ value }) => value),
          ownTimes ? Float64Array.from(samples, ({ time }) => time) : undefined,
          anyStale ? Uint8Array.from(samples, ({ stale }) => stale) : undefined,
        );
        const row = decodeWalRow(1_700_000_000_000, body);
        expect([...decodeIds(row.idBytes, samples.length)]).toEqual(samples.map(({ id }) => id));
        expect([...row.values]).toEqual(samples.map(({ value }) => value));
        expect(row.timestamps && [...row.timestamps]).toEqual(ownTimes ? samples.map(({ time }) => time) : undefined);
        expect(row.stale && [...row.stale]).toEqual(anyStale ? samples.map(({ stale }) => stale) : undefined);
        expect(row.timeMs).toBe(1_700_000_000_000);
      }),
    );
  });

  test('that is cut off anywhere is refused', () => {
    const ids = Float64Array.of(1, 2, 3);
    const body = encodeWalRow(encodeIds(ids, 3), Float64Array.of(1, 2, 3), undefined, Uint8Array.of(0, 1, 0));
    for (let length = 0; length < body.length; length++) {
      expect(() => decodeWalRow(0, body.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'LW_STORE_DAMAGED' }),
      );
    }
  });

  test('spends a byte on the id of each series that follows the one before', () => {
    expect([...encodeIds(Float64Array.of(5, 6, 7, 4), 4)]).toEqual([10, 2, 2, 5]);
  });
});

describe('weeks', () => {
  // From the ISO 8601 calendar: 2026-W47 is 16 to 22 November; 2020 and 2026 have 53 weeks. Midnight belongs to the day before.
  test.each([
    ['2026-11-16T00:00:00.000Z', '2026-W46'],
    ['2026-11-16T00:00:00.001Z', '2026-W47'],
    ['2026-11-22T23:59:59.999Z', '2026-W47'],
    ['2026-11-23T00:00:00.000Z', '2026-W47'],
    ['2026-11-23T00:00:00.001Z', '2026-W48'],
    ['2024-12-30T00:00:00.001Z', '2025-W01'],
    ['2023-01-01T12:00:00.000Z', '2022-W52'],
    ['2021-01-03T23:00:00.000Z', '2020-W53'],
    ['2027-01-03T00:00:00.000Z', '2026-W53'],
    ['1970-01-01T00:00:00.000Z', '1970-W01'],
    ['1969-12-28T00:00:00.000Z', '1969-W52'],
    ['0001-01-01T00:00:00.001Z', '0001-W01'],
  ])('%s is in %s', (time, name) => {
    const monday = weekStartMs(Date.parse(time));
    expect(weekName(monday)).toBe(name);
    expect(weekOfName(name)).toBe(monday);
    expect(new Date(monday).getUTCDay()).toBe(1);
  });

  test.each([
    ['2026-11-16T00:00:00.000Z', '2026-11-15'],
    ['2026-11-16T00:00:00.001Z', '2026-11-16'],
    ['2026-11-17T00:00:00.000Z', '2026-11-16'],
    ['1970-01-01T00:00:00.000Z', '1969-12-31'],
    ['1970-01-02T00:00:00.000Z', '1970-01-01'],
  ])('%s is in the day that begins %s', (time, day) => {
    expect(dayStartMs(Date.parse(time))).toBe(Date.parse(day));
  });

  test('a name that no week has is none', () => {
    expect(['2026-W54', '2026-W00', '2025-W53', 'head', '2026-W4', '2026-W47.corrupt'].map(weekOfName)).toEqual(
      Array.from({ length: 6 }),
    );
  });
});
