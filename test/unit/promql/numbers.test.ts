// Numbers as Go writes and reads them.
import { describe, expect, it } from 'vitest';
import { formatExponential, formatFixed, formatValue } from '../../../electron/engine/promql/index.ts';

describe('formatValue writes samples as the query API does', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [0.1, '0.1'],
    [1e-6, '0.000001'],
    [1e-7, '1e-07'],
    [-2.5e-10, '-2.5e-10'],
    [123_456_789_012_345_680_000, '123456789012345680000'],
    [1e21, '1e+21'],
    [1.5e300, '1.5e+300'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [5e-324, '5e-324'],
  ])('%d', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});

describe('formatFixed never writes an exponent', () => {
  it.each([
    [1e21, '1000000000000000000000'],
    [-1.25e22, '-12500000000000000000000'],
    [1e-7, '0.0000001'],
    [1.5e-8, '0.000000015'],
    [12.5, '12.5'],
  ])('%d', (value, text) => {
    expect(formatFixed(value)).toBe(text);
  });
});

describe('formatExponential always writes one, of two digits at least', () => {
  it.each([
    [1, '1e+00'],
    [0.5, '5e-01'],
    [0, '0e+00'],
    [1_234.5, '1.2345e+03'],
    [1e100, '1e+100'],
    [Infinity, '+Inf'],
  ])('%d', (value, text) => {
    expect(formatExponential(value)).toBe(text);
  });
});
