import { describe, expect, test } from 'vitest';
import {
  axisIncrements,
  axisTexts,
  formatLinkSpeed,
  formatSeconds,
  formatValue,
  plural,
} from '../../../shared/units/index.ts';
import type { Unit } from '../../../shared/units/index.ts';

/** Tests are written with plain spaces; the product puts a no-break space before the unit. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a value with its unit', () => {
  const cases: readonly (readonly [number | null, Unit, string])[] = [
    [0, 'bps', '0 b/s'],
    [5, 'bps', '5 b/s'],
    [999, 'bps', '999 b/s'],
    [1_000, 'bps', '1.00 kb/s'],
    [12_340, 'bps', '12.3 kb/s'],
    [812_400_000, 'bps', '812 Mb/s'],
    [999_600, 'bps', '1.00 Mb/s'],
    [9_999_000, 'bps', '10.0 Mb/s'],
    [2_500_000_000, 'bps', '2.50 Gb/s'],
    [-1_500, 'bps', '-1.50 kb/s'],
    [1023, 'bytes', '1023 B'],
    [1024, 'bytes', '1.00 KiB'],
    [1_047_552, 'bytes', '1023 KiB'],
    [1_048_500, 'bytes', '1.00 MiB'],
    [1_610_612_736, 'bytes', '1.50 GiB'],
    [1_572_864, 'Bps', '1.50 MiB/s'],
    [0, 'percent', '0 %'],
    [4.25, 'percent', '4.3 %'],
    [99.96, 'percent', '100 %'],
    [100, 'percent', '100 %'],
    [42, 'count', '42'],
    [1_190, 'count', '1190'],
    [12_345, 'count', '12.3 k'],
    [1_234_567, 'count', '1.23 M'],
    [0.0066, 'perSecond', '0.0066/s'],
    [12.5, 'perSecond', '12.5/s'],
    [41.5, 'celsius', '41.5 °C'],
    [24.1, 'volts', '24.1 V'],
    [0.0125, 'seconds', '12.5 ms'],
    [null, 'bps', '–'],
    [Number.NaN, 'bytes', '–'],
    [Number.POSITIVE_INFINITY, 'count', '∞'],
    [1e18, 'count', '1000 P'],
    [1e300, 'count', '1.0e+300'],
    [-1.5e300, 'bps', '-1.5e+300 b/s'],
  ];
  test.each(cases)('%s in %s reads %s', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });

  const powers = Array.from({ length: 21 }, (_, i) => i - 6);
  test.each(['bps', 'bytes', 'Bps', 'count', 'seconds', 'celsius'] as const)(
    'never shows more than four significant digits in %s',
    (unit) => {
      const longest = powers.map((power) =>
        formatValue(1.23456789 * 10 ** power, unit)
          .replace(/e.*$/, '')
          .replaceAll(/[^0-9]/g, '')
          .replace(/^0+/, ''),
      );
      expect(longest.filter((digits) => digits.length > 4 && !/^\d{2,4}0+$/.test(digits))).toEqual([]);
    },
  );
});

test('a measured time takes the unit that fits', () => {
  expect(plain(formatSeconds(0.00085))).toBe('850 µs');
  expect(plain(formatSeconds(0.0009999))).toBe('1.00 ms');
  expect(plain(formatSeconds(1.2))).toBe('1.20 s');
  expect(plain(formatSeconds(150))).toBe('2.50 min');
  expect(plain(formatSeconds(9000))).toBe('2.50 h');
});

test('a link speed in Mbit/s reads as people say it', () => {
  expect(plain(formatLinkSpeed(100))).toBe('100 Mb/s');
  expect(plain(formatLinkSpeed(1000))).toBe('1 Gb/s');
  expect(plain(formatLinkSpeed(2500))).toBe('2.5 Gb/s');
  expect(formatLinkSpeed(null)).toBe('–');
});

test('a count agrees with its noun', () => {
  expect(plural(1, 'device')).toBe('1 device');
  expect(plural(0, 'device')).toBe('0 devices');
  expect(plural(2, 'is', 'are')).toBe('2 are');
});

const texts = (ticks: number[], unit: Unit, mirrored = false) => axisTexts(ticks, unit, mirrored).map(plain);

describe('the texts of an axis', () => {
  test('share one unit', () => {
    expect(texts([0, 500_000, 1_000_000, 1_500_000], 'bps')).toEqual(['0', '0.5 Mb/s', '1.0 Mb/s', '1.5 Mb/s']);
    expect(texts([0, 268_435_456, 536_870_912, 1_073_741_824], 'bytes')).toEqual([
      '0',
      '0.25 GiB',
      '0.50 GiB',
      '1.00 GiB',
    ]);
  });

  test('lose their sign where out is drawn below in', () => {
    expect(texts([-2_000, 0, 2_000], 'bps', true)).toEqual(['2 kb/s', '0', '2 kb/s']);
    expect(texts([-20, 0, 20], 'celsius')).toEqual(['-20 °C', '0', '20 °C']);
  });

  test('have the decimals that the distance needs', () => {
    expect(texts([0, 0.25, 0.5], 'count')).toEqual(['0', '0.25', '0.50']);
    expect(texts([0, 25, 50, 75, 100], 'percent')).toEqual(['0', '25 %', '50 %', '75 %', '100 %']);
    expect(texts([0, 0.005, 0.01], 'seconds')).toEqual(['0', '5 ms', '10 ms']);
  });

  test('of long times are whole minutes, hours and days', () => {
    expect(texts([0, 900, 1_800, 2_700], 'seconds')).toEqual(['0', '15 min', '30 min', '45 min']);
    expect(texts([0, 21_600, 43_200], 'seconds')).toEqual(['0', '6 h', '12 h']);
    expect(texts([0, 1_728_000, 3_456_000], 'seconds')).toEqual(['0', '20 d', '40 d']);
    expect(axisIncrements('seconds')).toEqual(expect.arrayContaining([0.5, 30, 60, 900, 21_600, 86_400, 1_728_000]));
    expect(axisIncrements('seconds')).not.toContain(50);
  });

  test('fall on powers of two in bytes and on 1-2-5 elsewhere', () => {
    expect(axisIncrements('bytes').slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(axisIncrements('bps')).toContain(5_000_000);
  });
});
