// The storage tab's words and drafts: forecasts, costs, a retention as it is being written, a deletion's range.
import { describe, expect, it, test } from 'vitest';
import { costOf } from '../../../renderer/screens/settings/storage/cost.ts';
import { confirmationFor, problemWords, rangeOf } from '../../../renderer/screens/settings/storage/deletion-draft.ts';
import { aboutSpan, outlookOf } from '../../../renderer/screens/settings/storage/outlook.ts';
import {
  addRow,
  choose,
  draftOf,
  lostBy,
  resultOf,
} from '../../../renderer/screens/settings/storage/retention-draft.ts';
import {
  keepWords,
  limitWords,
  lossWords,
  resolutionWords,
  seriesText,
} from '../../../renderer/screens/settings/storage/words.ts';
import { presetRetention, writeRetention } from '../../../shared/model/retention.ts';

const DAY = 86_400_000;
const GIB = 2 ** 30;
const MIB = 2 ** 20;
/** 1 November 2026, noon, wherever the tests run. */
const NOW = new Date(2026, 10, 1, 12).getTime();

const at = (fullAtMs: number | null, rest = {}) =>
  outlookOf(
    { growthBytesPerDay: 40 * MIB, fullAtMs, totalBytes: GIB, maxBytes: 20 * GIB, freeBytes: 100 * GIB, ...rest },
    NOW,
  );

const tier = (resolutionMs: number, bytes: number, days: number) => ({
  name: '',
  keepMs: null,
  resolutionMs,
  bytes,
  oldestMs: NOW - days * DAY,
  newestMs: NOW,
});

describe('the outlook', () => {
  it('names the day, with its year where it is another', () => {
    expect(at(new Date(2027, 6, 12, 12).getTime())).toEqual({
      state: 'online',
      growth: 'It grows by 40.0\u00a0MiB a day.',
      full: 'It reaches its limit in about 8 months, on 12\u00a0Jul 2027.',
    });
  });

  it('says so when the limit is never reached', () => {
    expect(at(null).full).toBe('It will not fill its limit with this retention.');
  });

  it('is a warning within a week, and names the disk where that is full first', () => {
    expect(at(NOW + 3 * DAY, { freeBytes: GIB })).toMatchObject({
      state: 'degraded',
      full: 'The disk is full in about 3 days, on 4\u00a0Nov.',
    });
  });

  it('makes no forecast before a day is measured', () => {
    expect(at(null, { growthBytesPerDay: null })).toEqual({
      state: 'unknown',
      growth: 'How it grows is not known yet.',
      full: 'A forecast follows once a day is stored.',
    });
    const facts = { growthBytesPerDay: null, fullAtMs: null, totalBytes: 1, maxBytes: GIB, freeBytes: null };
    expect(outlookOf(facts, NOW, 38 * MIB).growth).toBe(
      'It will grow by about 38.0\u00a0MiB a day, as the samples come now.',
    );
  });

  it('says that it shrinks, and that it is at its limit', () => {
    expect(at(null, { growthBytesPerDay: -5 * MIB }).growth).toBe('It shrinks by 5.00\u00a0MiB a day.');
    expect(at(NOW, { totalBytes: 20 * GIB }).full).toBe('It is at its limit: the oldest goes as new comes.');
  });

  test.each([
    [0.3, 'a day'],
    [12, '12 days'],
    [49, '7 weeks'],
    [244, '8 months'],
    [1100, '3 years'],
  ])('%d days are about %s', (days, words) => {
    expect(aboutSpan(days * DAY)).toBe(words);
  });
});

describe('the cost of a retention', () => {
  it('is what each resolution takes a day, for as long as it is kept', () => {
    const facts = {
      tiers: [tier(0, 300 * MIB, 10), tier(300_000, 40 * MIB, 20), tier(3_600_000, 4 * MIB, 20)],
      samplesPerDay: null,
      series: 0,
    };
    // 30 x 30 + 2 x 365 + 0.2 x 1825 MiB
    expect(costOf(facts, presetRetention('standard'))).toEqual({
      bytesPerDay: 32.2 * MIB,
      fullBytes: 1995 * MIB,
    });
  });

  it('is never less than what comes in now must take', () => {
    const facts = { tiers: [tier(0, 3 * MIB, 3)], samplesPerDay: 50 * MIB, series: 0 };
    expect(costOf(facts, presetRetention('compact').slice(0, 1))?.bytesPerDay).toBe(50 * MIB);
  });

  it('rests on what is usual while nothing is measured', () => {
    const facts = { tiers: [tier(0, 5 * MIB, 0.1)], samplesPerDay: 1_000_000, series: 100 };
    // 1.7 bytes a sample; 288 buckets of 8 bytes, and 24, for each series and day
    expect(costOf(facts, presetRetention('standard'))?.bytesPerDay).toBeCloseTo(1_700_000 + 230_400 + 19_200, 3);
  });

  it('is not told while nothing is known at all', () => {
    expect(costOf({ tiers: [], samplesPerDay: null, series: 0 }, presetRetention('standard'))).toBeNull();
  });
});

describe('a retention as it is written', () => {
  it('is the preset that says the same, or a list of one’s own', () => {
    expect(draftOf({ raw: '30d', '5m': '1y', '1h': '5y' }).choice).toBe('standard');
    const own = draftOf({ raw: '10d', '5m': '1y' });
    expect(own.choice).toBe('own');
    expect(own.rows.map(({ resolution, keep }) => [resolution, keep])).toEqual([
      ['raw', '10d'],
      ['5m', '1y'],
    ]);
  });

  it('begins one’s own list with the preset that was chosen', () => {
    const draft = choose(choose(draftOf({ raw: '30d', '5m': '1y', '1h': '5y' }), 'compact'), 'own');
    expect(draft.choice).toBe('own');
    expect(draft.rows.map(({ resolution }) => resolution)).toEqual(['raw', '5m', '1mo']);
  });

  it('tells each mistake at its field', () => {
    const result = resultOf({
      choice: 'own',
      rows: [
        { id: 0, resolution: 'raw', keep: '30d' },
        { id: 1, resolution: '5m', keep: '7d' },
        { id: 2, resolution: '1h', keep: 'long' },
      ],
    });
    expect(result).toEqual({
      problems: [{ id: 2, part: 'keep', message: 'Expected a duration from 1d to 100y' }],
    });
    const shorter = resultOf({
      choice: 'own',
      rows: [
        { id: 0, resolution: 'raw', keep: '30d' },
        { id: 1, resolution: '5m', keep: '7d' },
      ],
    });
    expect(shorter).toEqual({
      problems: [{ id: 1, part: 'keep', message: 'Expected more than the 30d that raw is kept for' }],
    });
  });

  it('takes each resolution once', () => {
    const rows = [
      { id: 0, resolution: 'raw', keep: '1d' },
      { id: 1, resolution: '5m', keep: '7d' },
      { id: 2, resolution: '5m', keep: '9d' },
    ];
    expect(resultOf({ choice: 'own', rows })).toEqual({
      problems: [{ id: 2, part: 'resolution', message: 'Expected a resolution that is listed once' }],
    });
  });

  it('adds a resolution that is not there yet', () => {
    const rows = addRow(draftOf({ raw: '30d', '5m': '1y' }).rows);
    expect(rows.at(-1)).toEqual({ id: 2, resolution: '1h', keep: '10y' });
    expect(resultOf({ choice: 'own', rows })).toHaveProperty('retention');
  });

  it('knows what goes when less is kept, and says it', () => {
    const now = presetRetention('standard');
    const next = presetRetention('compact');
    const lost = lostBy(now, next);
    expect(writeRetention(lost)).toEqual({ raw: '30d', '5m': '1y', '1h': '5y' });
    expect(lossWords(lost, next)).toBe(
      'samples older than 1 day, 5-minute summaries older than 7 days and all 1-hour summaries',
    );
    expect(lostBy(now, presetRetention('raw-1y'))).toEqual([]);
  });
});

test('resolutions and times are said as a person says them', () => {
  expect([resolutionWords('raw', 0), resolutionWords('5m', 300_000), resolutionWords('1mo', DAY)]).toEqual([
    'Every sample',
    '5 minutes',
    '1 month',
  ]);
  expect([keepWords(DAY), keepWords(30 * DAY), keepWords(730 * DAY), keepWords(1.5 * DAY)]).toEqual([
    '1 day',
    '30 days',
    '2 years',
    '36 hours',
  ]);
});

test('a limit is told as it was chosen', () => {
  expect([limitWords(20 * GIB), limitWords(500 * MIB), limitWords(1.5 * GIB), limitWords(123_456_789)]).toEqual([
    '20\u00a0GiB',
    '500\u00a0MiB',
    '1536\u00a0MiB',
    '118\u00a0MiB',
  ]);
});

describe('a deletion', () => {
  it('has an open end where none is given, none that is before its start, and is not everything', () => {
    expect(rangeOf('', '')).toBeNull();
    const start = new Date(2026, 10, 1, 10).getTime();
    expect(rangeOf('2026-11-01T10:00', '')).toEqual({ startMs: start });
    expect(rangeOf('2026-11-01T10:00', '2026-11-01T11:00')).toEqual({ startMs: start, endMs: start + 3_600_000 });
    expect(rangeOf('2026-11-01T10:00', '2026-11-01T10:00')).toBeNull();
  });

  it('tells what is wrong with a selector at its place', () => {
    expect(problemWords(new Error('1:4: parse error: unexpected end of input inside braces'))).toBe(
      'Column 4: Unexpected end of input inside braces.',
    );
    expect(problemWords(new Error('2:7: parse error: unexpected identifier "b"'))).toBe(
      'Line 2, column 7: Unexpected identifier "b".',
    );
    expect(problemWords(new Error('expected type instant vector selector'))).toBe(
      'Expected type instant vector selector.',
    );
  });

  it('is confirmed by the name of what goes', () => {
    expect(confirmationFor({ kind: 'metric', name: 'up' }, 'up')).toBe('up');
    expect(confirmationFor({ kind: 'selector', selector: '{job="x"}' }, '')).toBe('delete');
  });

  it('shows series as a query would write them', () => {
    expect(seriesText({ __name__: 'up', job: 'a"b' })).toBe('up{job="a\\"b"}');
    expect(seriesText({ __name__: 'up' })).toBe('up');
  });
});
