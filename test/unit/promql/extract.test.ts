// Which series and times a query reads.
import { describe, expect, it } from 'vitest';
import { createEvaluator, extractSelectors, parseQuery } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';

const bounds = { startMs: 1_000_000, endMs: 1_600_000, stepMs: 60_000 };
const rangesOf = (query: string): number[][] =>
  extractSelectors(parseQuery(query), bounds).map(({ minTimeMs, maxTimeMs }) => [minTimeMs, maxTimeMs]);

describe('extractSelectors', () => {
  it('gives each selector with its matchers, left to right', () => {
    expect(extractSelectors(parseQuery('a / on (x) b{c="d"}'), bounds).map(({ matchers }) => matchers)).toEqual([
      [{ name: '__name__', op: '=', value: 'a' }],
      [
        { name: 'c', op: '=', value: 'd' },
        { name: '__name__', op: '=', value: 'b' },
      ],
    ]);
  });

  it.each([
    ['up', [[700_000, 1_600_000]]],
    ['rate(up[1m])', [[940_000, 1_600_000]]],
    ['rate(up[1m] offset 10s)', [[930_000, 1_590_000]]],
    ['up @ 500', [[200_000, 500_000]]],
    ['up @ end() offset 100s', [[1_200_000, 1_500_000]]],
    // Steps at 960 s ... 1560 s: the multiples of a minute in (900 s, 1600 s].
    ['max_over_time(rate(up[1m])[100s:1m])', [[900_000, 1_560_000]]],
    ['1 + time()', []],
  ])('%s', (query, ranges) => {
    expect(rangesOf(query)).toEqual(ranges);
  });

  it('agrees with what the evaluator asks of the storage', () => {
    for (const query of [
      'up',
      'rate(up[7m] offset 3m)',
      'max_over_time((up @ start())[9m:2m])',
      'avg_over_time(up[1h:])',
    ]) {
      const storage = new MemoryStorage();
      createEvaluator({ storage }).range(query, bounds.startMs, bounds.endMs, 200_000);
      expect(storage.requests.map(({ minTimeMs, maxTimeMs }) => [minTimeMs, maxTimeMs])).toEqual(
        extractSelectors(parseQuery(query), { ...bounds, stepMs: 200_000 }).map((s) => [s.minTimeMs, s.maxTimeMs]),
      );
    }
  });
});

describe('hints to the storage', () => {
  it('name the function, the range and the times of evaluation', () => {
    const storage = new MemoryStorage();
    createEvaluator({ storage }).range('rate(up[5m] offset 1m)', 600_000, 1_200_000, 300_000);
    expect(storage.requests[0]).toMatchObject({
      minTimeMs: 240_000,
      maxTimeMs: 1_140_000,
      hints: { func: 'rate', rangeMs: 300_000, startMs: 600_000, endMs: 1_200_000, stepMs: 300_000, offsetMs: 60_000 },
    });
  });

  it('stand still with @', () => {
    const storage = new MemoryStorage();
    createEvaluator({ storage }).range('predict_linear(up[5m] @ 500, 60)', 600_000, 1_200_000, 300_000);
    expect(storage.requests[0]).toMatchObject({ hints: { startMs: 500_000, endMs: 500_000, stepMs: 0, offsetMs: 0 } });
  });
});
