import { describe, expect, it } from 'vitest';
import { addressKey, RateLimit } from '../../../electron/engine/collectors/push/limits.ts';
import { readSubmission } from '../../../electron/engine/collectors/push/submission.ts';
import { judge } from '../../../electron/engine/collectors/push/anomalies.ts';

const NOW_MS = 1_700_000_000_000;

const read = (kind: 'client' | 'headend', body: unknown) => {
  const answer = readSubmission(kind, typeof body === 'string' ? body : JSON.stringify(body));
  return 'error' in answer
    ? answer.error
    : answer.reports.map(({ values, ...rest }) => ({ ...rest, values: Object.fromEntries(values) }));
};

describe('a body of the push API', () => {
  it('is one report; what it leaves out is not there', () => {
    const metrics = { bytes_sent: 1_000, bytes_received: 2_000, connection_uptime: 60.5 };
    expect(read('client', { headless: false, metrics })).toEqual([
      { atMs: undefined, headless: false, name: undefined, values: metrics },
    ]);
    expect(read('headend', { headend_name: 'eu-1', metrics: { cpu_usage: 45.2 } })).toEqual([
      { atMs: undefined, headless: false, name: 'eu-1', values: { cpu_usage: 45.2 } },
    ]);
  });

  it('may be a list of reports with their times, in Unix seconds or as a text', () => {
    const answer = read('client', [
      { timestamp: 1_699_999_940, metrics: { bytes_sent: 1 } },
      { timestamp: '2023-11-14T22:13:20Z', headless: true, metrics: {} },
    ]);
    expect(answer).toMatchObject([{ atMs: 1_699_999_940_000 }, { atMs: NOW_MS, headless: true }]);
  });

  it('is refused with the place and the reason', () => {
    expect(read('client', 'bytes_sent=1')).toBe('the body is not JSON');
    expect(read('client', 'null')).toBe('the body: expected an object with metrics');
    expect(read('client', {})).toBe('the body: metrics is missing or no object');
    expect(read('client', { metrics: [1] })).toBe('the body: metrics is missing or no object');
    expect(read('client', { metrics: { bytes_sent: '1' } })).toBe('the body: metrics.bytes_sent is not a number');
    expect(read('client', { metrics: { bytes_sent: -1 } })).toBe('the body: metrics.bytes_sent cannot be -1');
    expect(read('client', '{"metrics":{"bytes_sent":1e999}}')).toBe('the body: metrics.bytes_sent cannot be Infinity');
    expect(read('client', [])).toBe('the list of reports is empty');
    expect(read('client', [{ metrics: {} }, { metrics: {} }])).toBe('report 0 has no timestamp (Unix seconds)');
    expect(read('client', { timestamp: NOW_MS, metrics: {} })).toMatch(/neither Unix seconds/);
    expect(
      read(
        'client',
        Array.from({ length: 2_001 }, () => ({})),
      ),
    ).toMatch(/at most 2000 reports/);
  });

  it('may name what is not known: it is left out, and no name reaches an object', () => {
    const answer = readSubmission('client', '{"metrics":{"bytes_sent":1,"__proto__":{"x":1},"temperature":20}}');
    expect(answer).toMatchObject({ ignored: ['temperature'] });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('an odd report', () => {
  const known = { atMs: NOW_MS - 60_000, values: { bytes_sent: 5_000_000, connection_uptime: 600 }, rates: {} };
  const told = (values: Record<string, number>, before = known, toldMs?: number) =>
    judge('client', before, { atMs: NOW_MS, toldMs, values: new Map(Object.entries(values)) }, NOW_MS).anomalies;

  it('is a total that goes back without a restart', () => {
    expect(told({ bytes_sent: 10, connection_uptime: 660 })).toEqual([
      { reason: 'counter_back', sentence: 'bytes_sent went back from 5000000 to 10 without a restart' },
    ]);
    expect(told({ bytes_sent: 10 })).toMatchObject([{ reason: 'counter_back' }]);
    expect(told({ bytes_sent: 10, connection_uptime: 30 })).toEqual([]);
  });

  it('is a value that cannot be', () => {
    expect(told({ bytes_sent: 5_000_000 + 12.5e9 * 60 + 1 })).toMatchObject([{ reason: 'impossible' }]);
    expect(told({ connection_uptime: 721 })).toMatchObject([{ reason: 'impossible' }]);
    expect(told({ connection_uptime: 720 })).toEqual([]);
    const cpu = judge('headend', undefined, { atMs: 0, toldMs: 0, values: new Map([['cpu_usage', 101]]) }, 0);
    expect(cpu.anomalies).toMatchObject([{ reason: 'impossible', sentence: 'cpu_usage is 101 percent' }]);
  });

  it('is of a clock that is ahead', () => {
    expect(told({}, known, NOW_MS + 61_000)).toMatchObject([{ reason: 'clock', sentence: 'its clock is 61 s ahead' }]);
    expect(told({}, known, NOW_MS + 60_000)).toEqual([]);
  });

  it('is a jump to a hundred times what is usual, where that is much', () => {
    // Usually 1 MB a minute, so 16,667 B/s; a hundred times that is less than the floor of 10 MB/s.
    const usual = { ...known, rates: { bytes_sent: 1e6 / 60 } };
    expect(told({ bytes_sent: 5_000_000 + 10e6 * 60 }, usual)).toEqual([]);
    expect(told({ bytes_sent: 5_000_000 + 10.1e6 * 60 }, usual)).toMatchObject([{ reason: 'jump' }]);
    const busy = { ...known, rates: { bytes_sent: 1e6 } };
    expect(told({ bytes_sent: 5_000_000 + 99e6 * 60 }, busy)).toEqual([]);
    expect(told({ bytes_sent: 5_000_000 + 101e6 * 60 }, busy)).toMatchObject([{ reason: 'jump' }]);
  });
});

describe('a limit of requests', () => {
  it('gives so many at once, then one each part of a minute, to each for itself', () => {
    const limit = new RateLimit(6);
    expect(Array.from({ length: 7 }, () => limit.take('a', 0))).toEqual([0, 0, 0, 0, 0, 0, 10]);
    expect(limit.take('b', 0)).toBe(0);
    expect(limit.take('a', 9_999)).toBe(1);
    expect(limit.take('a', 10_000)).toBe(0);
    expect(limit.take('a', 10_000)).toBe(10);
    expect(limit.take('a', 3_600_000)).toBe(0);
  });

  it('counts a /64 as one address, and an IPv4 address however it is written', () => {
    expect(addressKey('10.0.0.1')).toBe('10.0.0.1');
    expect(addressKey('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(addressKey('2001:db8:0:1::5')).toBe(addressKey('2001:db8:0:1:aaaa:bbbb:cccc:dddd'));
    expect(addressKey('2001:db8:0:1::5')).not.toBe(addressKey('2001:db8:0:2::5'));
    expect(addressKey('::1')).toBe('0:0:0:0');
  });
});
