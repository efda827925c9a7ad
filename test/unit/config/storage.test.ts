// `storage` in linewarden.yml: tiers, presets and sizes, and what is said of a mistake.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { problemsOf } from './problems-of.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

const retention = (yaml: string) => parseConfig(`storage: {retention: ${yaml}}\n`, 'f').storage.retention;
const problems = (yaml: string): string[] => problemsOf(`storage:\n  retention: ${yaml}\n`);

describe('storage.retention', () => {
  it('is a list of resolutions in any order, finest first when read', () => {
    expect(retention('{1h: 5y, raw: 30d, 5m: 1y}')).toEqual([
      { name: 'raw', resolutionMs: 0, keepMs: 30 * DAY },
      { name: '5m', resolutionMs: 300_000, keepMs: YEAR },
      { name: '1h', resolutionMs: 3_600_000, keepMs: 5 * YEAR },
    ]);
  });

  it('may be a preset by its name', () => {
    expect(retention('standard')).toEqual(retention('{raw: 30d, 5m: 1y, 1h: 5y}'));
    expect(retention('compact')).toEqual(retention('{raw: 1d, 5m: 7d, 1mo: 10y}'));
    expect(retention('raw-1y')).toEqual(retention('{raw: 1y, 5m: 2y, 1h: 5y}'));
  });

  it('keeps a month as its days', () => {
    expect(retention('{raw: 2d, 1mo: 20y}')?.[1]).toEqual({ name: '1mo', resolutionMs: DAY, keepMs: 20 * YEAR });
  });

  it.each(['1m', '2m', '3m', '4m', '6m', '12m', '15m', '20m', '30m', '60m', '2h', '8h', '12h', '1d', '24h'])(
    'takes %s, which divides an hour or a day',
    (good) => {
      expect(problems(`{raw: 1d, ${good}: 2d}`)).toEqual([]);
    },
  );

  it.each(['7m', '90s', '45m', '5h', '36h', '2d', '1w', '2mo', '0s', '1y', 'x', '5 m', '-5m'])('refuses %s', (bad) => {
    expect(problems(`{raw: 1d, '${bad}': 2d}`)[0]).toContain(
      'expected raw, minutes that divide an hour, hours that divide a day, 1d or 1mo (such as raw, 5m, 1h) as key',
    );
  });

  it('names the line of a resolution that is none', () => {
    expect(problemsOf('storage:\n  retention:\n    raw: 30d\n    7m: 1y\n')).toEqual([
      'f:4:5: storage.retention.7m: expected raw, minutes that divide an hour, hours that divide a day, 1d or 1mo (such as raw, 5m, 1h) as key',
    ]);
  });

  it('wants a coarser resolution to be kept longer than the finer one', () => {
    expect(problemsOf('storage:\n  retention:\n    raw: 30d\n    5m: 30d\n    1h: 10d\n')).toEqual([
      'f:4:9: storage.retention.5m: expected more than the 30d that raw is kept for, got "30d"',
      'f:5:9: storage.retention.1h: expected more than the 30d that 5m is kept for, got "10d"',
    ]);
  });

  it('wants a coarser resolution to be a whole multiple of the finer one', () => {
    expect(problems('{raw: 1d, 10m: 30d, 15m: 60d}')).toEqual([
      'f:2:34: storage.retention.15m: expected a whole multiple of 10m as key',
    ]);
  });

  it('wants each resolution once, and days or months', () => {
    expect(problems('{raw: 1d, 1h: 30d, 60m: 60d}')).toEqual([
      'f:2:33: storage.retention.60m: expected a resolution that is listed once as key',
    ]);
    expect(problems('{raw: 1d, 1d: 1y, 1mo: 5y}')).toEqual([
      'f:2:32: storage.retention.1mo: expected one of 1d and 1mo (months are kept as days) as key',
    ]);
  });

  it('wants raw, and a day at least', () => {
    expect(problems('{5m: 1y}')).toEqual([
      'f:2:14: storage.retention: expected raw among the resolutions, such as {raw: 30d, 5m: 1y, 1h: 5y}',
    ]);
    expect(problems('{}')).toEqual([
      'f:2:14: storage.retention: expected raw among the resolutions, such as {raw: 30d, 5m: 1y, 1h: 5y}',
    ]);
    expect(problems('{raw: 12h}')).toEqual([
      'f:2:20: storage.retention.raw: expected a duration from 1d to 100y, got "12h"',
    ]);
    expect(problems('{raw: 101y}')[0]).toContain('expected a duration from 1d to 100y, got "101y"');
    expect(problems('{raw: 30}')[0]).toContain(
      'f:2:20: storage.retention.raw: expected a duration such as 15s or 1h30m',
    );
  });

  it('says what a retention is to one who wrote something else', () => {
    const expected =
      'f:2:14: storage.retention: expected standard, compact, raw-1y, or a mapping such as {raw: 30d, 5m: 1y, 1h: 5y}, got';
    expect(problems('tiny')).toEqual([`${expected} "tiny"`]);
    expect(problems('30')).toEqual([`${expected} 30`]);
    expect(problems('[raw]')).toEqual([`${expected} a list`]);
  });

  it('bounds the list', () => {
    const many = '{raw: 1d, 1m: 2d, 2m: 3d, 4m: 4d, 12m: 5d, 1h: 6d, 2h: 7d, 4h: 8d, 12h: 9d}';
    expect(problems(many)).toEqual(['f:2:14: storage.retention: expected at most 8 resolutions']);
  });
});

const maxSize = (text: string) => parseConfig(`storage: {max_size: ${text}}\n`, 'f').storage.max_size;

describe('storage.max_size', () => {
  it('is a size in powers of two, with or without the i', () => {
    expect(maxSize('20GB')).toBe(21_474_836_480);
    expect(maxSize('20GiB')).toBe(21_474_836_480);
    expect(maxSize('500MB')).toBe(524_288_000);
    expect(maxSize('1.5TB')).toBe(1_649_267_441_664);
    expect(maxSize('104857600')).toBe(104_857_600);
  });

  it('is refused by line where it is none, or too small to hold anything', () => {
    expect(problemsOf('storage:\n  max_size: 20 gigs\n')).toEqual([
      'f:2:13: storage.max_size: expected a size such as 10MB, got "20 gigs"',
    ]);
    expect(problemsOf('storage:\n  max_size: 99MB\n')).toEqual([
      'f:2:13: storage.max_size: expected a size of at least 100MB, got "99MB"',
    ]);
    expect(problemsOf('storage:\n  max_size: -5\n')[0]).toContain('storage.max_size: expected');
  });
});
