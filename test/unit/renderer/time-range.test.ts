import { describe, expect, test } from 'vitest';
import { rangeOf, rangeWords, readRangeSearch, searchOf, wayOut } from '../../../renderer/app/time-range/range.ts';

describe('the time range in the URL', () => {
  test.each([
    [{ last: '6h' }, { last: '6h' }],
    [{ last: '1h30m' }, { last: '1h30m' }],
    [{ last: 'yesterday' }, {}],
    [{ last: '' }, {}],
    [{ last: '1s' }, {}],
    [{ last: 6 }, {}],
    [
      { from: 1_000_000, to: 2_000_000 },
      { from: 1_000_000, to: 2_000_000 },
    ],
    [
      { from: '2026-11-20T10:00:00Z', to: '2026-11-20T11:00:00Z' },
      { from: 1_795_168_800_000, to: 1_795_172_400_000 },
    ],
    [{ from: 2_000_000, to: 1_000_000, last: '15m' }, { last: '15m' }],
    [{ from: 1_000_000 }, {}],
    [
      { from: 1_000_000, to: 2_000_000, last: '6h' },
      { from: 1_000_000, to: 2_000_000 },
    ],
    [{ tab: 'rules' }, {}],
  ])('%j is read as %j', (search, read) => {
    expect(readRangeSearch(search)).toEqual(read);
  });

  test('says nothing: the last hour', () => {
    expect(rangeOf({})).toEqual({ kind: 'last', durationMs: 3_600_000 });
  });

  test.each([
    [{ last: '5m' }, { kind: 'last', durationMs: 300_000 }],
    [{ last: '24h' }, { kind: 'last', durationMs: 86_400_000 }],
    [{ last: '7d' }, { kind: 'last', durationMs: 604_800_000 }],
    [
      { from: 10_000, to: 20_000 },
      { kind: 'between', fromMs: 10_000, toMs: 20_000 },
    ],
  ] as const)('%j and the range it means turn into each other', (search, range) => {
    expect(rangeOf(search)).toEqual(range);
    expect(searchOf(range)).toEqual(search);
  });
});

describe('the way out of a zoom', () => {
  const wide = { from: 1_000_000, to: 9_000_000 };
  const narrow = { from: 2_000_000, to: 3_000_000 };

  test('leads back one zoom at a time', () => {
    expect(wayOut([{ last: '6h' }, wide], narrow, {})).toEqual({ to: wide, left: [{ last: '6h' }] });
    expect(wayOut([{ last: '6h' }], wide, {})).toEqual({ to: { last: '6h' }, left: [] });
  });

  test('skips what is shown already', () => {
    expect(wayOut([{ last: '6h' }, narrow, narrow], narrow, {})).toEqual({ to: { last: '6h' }, left: [] });
  });

  test('of a range that came with the address leads to the last sliding one', () => {
    expect(wayOut([], narrow, { last: '24h' })).toEqual({ to: { last: '24h' }, left: [] });
    expect(wayOut([narrow], narrow, {})).toEqual({ to: {}, left: [] });
  });

  test('of a sliding range leads nowhere', () => {
    expect(wayOut([], { last: '6h' }, {})).toBeNull();
  });
});

const at = (day: number, hours: number, minutes: number) => new Date(2026, 10, day, hours, minutes).getTime();

const words = (from: number, to: number) =>
  rangeWords({ kind: 'between', fromMs: from, toMs: to }, at(20, 18, 0)).replaceAll('\u00a0', ' ');

describe('the words of a range', () => {
  test('name the presets', () => {
    expect(rangeWords({ kind: 'last', durationMs: 21_600_000 }, 0)).toBe('Last 6 hours');
    expect(rangeWords({ kind: 'last', durationMs: 5_400_000 }, 0)).toBe('Last 1h30m');
  });

  test('name the day only where it is not today', () => {
    expect(words(at(20, 14, 2), at(20, 15, 10))).toBe('14:02 – 15:10');
    expect(words(at(18, 14, 2), at(18, 15, 10))).toBe('18 Nov 14:02 – 15:10');
    expect(words(at(18, 14, 2), at(20, 9, 0))).toBe('18 Nov 14:02 – 20 Nov 09:00');
  });
});
