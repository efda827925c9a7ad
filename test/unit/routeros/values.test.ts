import { describe, expect, it } from 'vitest';
import {
  majorVersion,
  parseBitRate,
  parseBoolean,
  parseDurationMs,
  parseDurationSeconds,
  parseLeadingNumber,
  parseNumber,
} from '../../../electron/engine/collectors/routeros/values.ts';

describe('durations', () => {
  it.each([
    ['1w2d3h4m5s', 788_645],
    ['5s', 5],
    ['10ms', 0.01],
    ['350us', 0.00035],
    ['1s500ms', 1.5],
    ['00:05:00', 300],
    ['01:02:03', 3_723],
    ['05:30', 330],
    ['2d 03:04:05', 183_845],
    ['1d02:03:04', 93_784],
    ['1w1d00:00:01', 691_201],
    ['42', 42],
    ['0s', 0],
    ['-5s', -5],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBeCloseTo(seconds, 9);
  });

  it.each(['never', '', 'soon', '5 parsecs', '5s!', undefined])('%s is none', (text) => {
    expect(parseDurationSeconds(text)).toBeUndefined();
  });
});

describe('numbers', () => {
  it.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['24.1', 24.1],
    ['24.1V', 24.1],
    ['55%', 55],
    ['-61dBm', -61],
    ['880MHz', 880],
    ['61.5MiB', 64_487_424],
    ['1.5KiB', 1_536],
    ['0', 0],
  ])('%s is %d', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each(['', 'ok', '1,2', '0x10', '1e9', 'NaN', undefined])('%s is none', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});

const parsers = [parseNumber, parseDurationSeconds, parseDurationMs, parseBitRate, parseLeadingNumber];
const all = (text: string): (number | undefined)[] => parsers.map((parse) => parse(text));

describe('what a device made up', () => {
  const none = [undefined, undefined, undefined, undefined, undefined];

  it('more digits than a number has are none: nothing becomes infinite', () => {
    const digits = '9'.repeat(400);
    for (const unit of ['', 'GiB', 'w', 'Gbps', 'dBm']) expect(all(`${digits}${unit}`)).toEqual(none);
  });

  it('a megabyte that is nearly a number is given up at once', () => {
    const half = 524_288;
    expect(all(`${'1'.repeat(half)}${' '.repeat(half)}!`)).toEqual(none);
  });
});

describe('booleans and versions', () => {
  it('true, yes, false and no, and nothing else', () => {
    expect(['true', 'yes', 'false', 'no', '', '1', undefined].map(parseBoolean)).toEqual([
      1,
      1,
      0,
      0,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('the major version is in front', () => {
    expect(['6.49.17 (long-term)', '7.15.3 (stable)', 'x'].map(majorVersion)).toEqual([6, 7, undefined]);
  });
});

describe('bit rates', () => {
  it.each([
    ['10000000', 10_000_000],
    ['0', 0],
    ['10M', 10_000_000],
    ['512k', 512_000],
    ['1G', 1_000_000_000],
    ['5.5Mbps', 5_500_000],
    ['72.2Mbps-20MHz/1S/SGI', 72_200_000],
    ['866.7 Mbps', 866_700_000],
    ['2.3Gbps', 2_300_000_000],
    ['64kbps', 64_000],
    ['', undefined],
    [undefined, undefined],
    ['unlimited', undefined],
    ['10MHz', undefined],
    ['-5', undefined],
  ])('%j is %j bit/s', (text, value) => {
    expect(parseBitRate(text)).toBe(value);
  });
});

describe('numbers in front of text, and milliseconds', () => {
  it.each([
    ['-61dBm@6Mbps', -61],
    ['160.9m', 160.9],
    ['86%', 86],
    ['dBm', undefined],
    [undefined, undefined],
  ])('%j begins with %j', (text, value) => {
    expect(parseLeadingNumber(text)).toBe(value);
  });

  it.each([
    ['200ms', 200],
    ['1m0s350ms', 60_350],
    ['350us', 0.35],
    ['never', undefined],
  ])('%j is %j ms', (text, value) => {
    expect(parseDurationMs(text)).toBe(value);
  });
});
