import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../../../../electron/engine/api/rpc/alert-page/comparison.ts';

describe('what of an expression is drawn, and its threshold', () => {
  it.each([
    ['up == 0', 'up', { op: '==', value: 0 }],
    ['rate(errors_total[5m]) > 0.05', 'rate(errors_total[5m])', { op: '>', value: 0.05 }],
    ['(a / b) * 100 >= (80)', '(a / b) * 100', { op: '>=', value: 80 }],
    ['5 < temperature', 'temperature', { op: '>', value: 5 }],
    ['0 >= free', 'free', { op: '<=', value: 0 }],
    ['level < -3', 'level', { op: '<', value: -3 }],
    ['used > 10 * 1024 ^ 2 - 1', 'used', { op: '>', value: 10_485_759 }],
    ['(up == 0) and on (job) enabled == 1', 'up', { op: '==', value: 0 }],
    ['up == 0 unless on (device) silent', 'up', { op: '==', value: 0 }],
    ['used > limit * 0.8', 'used', null],
    ['a > 5 or b > 7', 'a > 5 or b > 7', null],
    ['a > bool 5', 'a > bool 5', null],
    ['absent(up)', 'absent(up)', null],
    ['a > 1 / 0', 'a', null],
    ['1 > bool 2', '1 > bool 2', null],
  ])('%s', (text, query, threshold) => {
    expect(comparisonOf(text)).toEqual({ query, threshold });
  });
});
