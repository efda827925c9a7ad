// What naive PromQL engines get wrong about histograms and numbers.
import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';
import { failuresOf } from './script.ts';

const HISTOGRAM = `
      load 5m
        h_bucket{le="1"} 1
        h_bucket{le="2"} 3
        h_bucket{le="+Inf"} 4
`;

describe('8: classic histograms', () => {
  // 4 observations. Rank 2 is the middle of the two in (1, 2]; rank 0.4 lies in (0, 1].
  it('interpolate within the bucket of the rank', () =>
    expect(
      failuresOf(`${HISTOGRAM}
      eval instant at 0 histogram_quantile(0.5, h_bucket)
        {} 1.5

      eval instant at 0 histogram_quantile(0.1, h_bucket)
        {} 0.4
    `),
    ).toEqual([]));

  it('answer with the second highest bound where the rank is in the +Inf bucket', () =>
    expect(
      failuresOf(`${HISTOGRAM}
      eval instant at 0 histogram_quantile(1, h_bucket)
        {} 2
    `),
    ).toEqual([]));

  it('answer outside 0..1 with infinities, and warn', () =>
    expect(
      failuresOf(`${HISTOGRAM}
      eval instant at 0 histogram_quantile(-1, h_bucket)
        expect warn msg: PromQL warning: quantile value should be between 0 and 1, got -1 (1:20)
        {} -Inf

      eval instant at 0 histogram_quantile(2, h_bucket)
        expect warn
        {} +Inf

      eval instant at 0 histogram_quantile(NaN, h_bucket)
        expect warn
        {} NaN
    `),
    ).toEqual([]));

  it('are NaN without a +Inf bucket, with one bucket, without observations', () =>
    expect(
      failuresOf(`
      load 5m
        open_bucket{le="1"} 1
        open_bucket{le="2"} 3
        single_bucket{le="+Inf"} 3
        empty_bucket{le="1"} 0
        empty_bucket{le="+Inf"} 0

      eval instant at 0 histogram_quantile(0.5, open_bucket)
        {} NaN

      eval instant at 0 histogram_quantile(0.5, single_bucket)
        {} NaN

      eval instant at 0 histogram_quantile(0.5, empty_bucket)
        {} NaN
    `),
    ).toEqual([]));

  it('answer with the bound of a lowest bucket at or below 0', () =>
    expect(
      failuresOf(`
      load 5m
        h_bucket{le="-1"} 2
        h_bucket{le="+Inf"} 4

      eval instant at 0 histogram_quantile(0.25, h_bucket)
        {} -1
    `),
    ).toEqual([]));

  it('add up equal bounds that are written differently', () =>
    expect(
      failuresOf(`
      load 5m
        h_bucket{le="1"} 1
        h_bucket{le="1.0"} 1
        h_bucket{le="+Inf"} 2

      eval instant at 0 histogram_quantile(0.5, h_bucket)
        {} 0.5
    `),
    ).toEqual([]));

  // Counts 3, 2, 4 are read as 3, 3, 4: rank 2.8 of 3 in (0, 1].
  it('repair counts that fall, and say so', () =>
    expect(
      failuresOf(`
      load 5m
        h_bucket{le="1"} 3
        h_bucket{le="2"} 2
        h_bucket{le="+Inf"} 4

      eval instant at 0 histogram_quantile(0.7, h_bucket)
        expect info regex: .*needed to be fixed for monotonicity.* for metric name "h_bucket" \\(1:25\\)
        {} 0.9333333333333333
    `),
    ).toEqual([]));

  it('repair differences of floating point in silence', () =>
    expect(
      failuresOf(`
      load 5m
        h_bucket{le="1"} 3
        h_bucket{le="2"} 2.9999999999999996
        h_bucket{le="+Inf"} 3

      eval instant at 0 histogram_quantile(0.5, h_bucket)
        expect no_info
        {} 0.5
    `),
    ).toEqual([]));

  it('leave out a series whose le is no number, with a warning', () =>
    expect(
      failuresOf(`${HISTOGRAM}
      load 5m
        h_bucket{le="tall"} 9

      eval instant at 0 histogram_quantile(0.5, h_bucket)
        expect warn msg: PromQL warning: bucket label "le" is missing or has a malformed value of "tall" for metric name "h_bucket" (1:25)
        {} 1.5
    `),
    ).toEqual([]));

  it('of two names with the same labels are an error, not a mixture', () =>
    expect(
      failuresOf(`
      load 5m
        a_bucket{le="+Inf"} 1
        b_bucket{le="+Inf"} 1

      eval instant at 0 histogram_quantile(0.5, {__name__=~".+_bucket"})
        expect fail msg: vector cannot contain metrics with the same labelset
    `),
    ).toEqual([]));
});

describe('11: NaN', () => {
  const DATA = `
      load 5m
        m{i="1"} 2
        m{i="2"} NaN
        m{i="3"} 1
`;
  it('is sorted last in either direction', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 sort(m)
        expect ordered
        m{i="3"} 1
        m{i="1"} 2
        m{i="2"} NaN

      eval instant at 0 sort_desc(m)
        expect ordered
        m{i="1"} 2
        m{i="3"} 1
        m{i="2"} NaN
    `),
    ).toEqual([]));

  it('is worse than any number for min, max, topk and bottomk', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 min(m)
        {} 1

      eval instant at 0 max(m)
        {} 2

      eval instant at 0 topk(2, m)
        expect ordered
        m{i="1"} 2
        m{i="3"} 1

      eval instant at 0 bottomk(3, m)
        expect ordered
        m{i="3"} 1
        m{i="1"} 2
        m{i="2"} NaN
    `),
    ).toEqual([]));

  it('is the lowest for quantile', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 quantile(0, m)
        {} NaN

      eval instant at 0 quantile(1, m)
        {} 2

      eval instant at 0 quantile(0.5, m)
        {} 1
    `),
    ).toEqual([]));

  it('does not change into itself, and no comparison lets it through', () =>
    expect(
      failuresOf(`
      load 10s
        m 1 NaN NaN 2

      eval instant at 30s changes(m[1m])
        {} 2

      eval instant at 10s m == m

      eval instant at 10s m != bool m
        {} 1
    `),
    ).toEqual([]));
});

describe('12: sums keep their small digits', () => {
  it('for sum, avg and the over_time functions', () =>
    expect(
      failuresOf(`
      load 10s
        m{i="1"} 1
        m{i="2"} 1e100
        m{i="3"} 1
        m{i="4"} -1e100
        series 1 1e100 1 -1e100

      eval instant at 0 sum(m)
        {} 2

      eval instant at 0 avg(m)
        {} 0.5

      eval instant at 30s sum_over_time(series[1m])
        {} 2

      eval instant at 30s avg_over_time(series[1m])
        {} 0.5
    `),
    ).toEqual([]));

  it('and an average survives a sum that overflows', () =>
    expect(
      failuresOf(`
      load 10s
        m{i="1"} 1.5e308
        m{i="2"} 1.5e308
        series 1.5e308 1.5e308

      eval instant at 0 avg(m)
        {} 1.5e308

      eval instant at 0 sum(m)
        {} +Inf

      eval instant at 10s avg_over_time(series[1m])
        {} 1.5e308
    `),
    ).toEqual([]));
});

describe('13: arithmetic is that of Go', () => {
  it.each([
    ['-1 ^ 2', -1],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ -1 * 4', -2],
    ['-7 % 3', -1],
    ['7 % -3', 1],
    ['1 ^ NaN', 1],
    ['1 ^ Inf', 1],
    ['(-1) ^ Inf', 1],
    ['NaN ^ 0', 1],
    ['1 / 0', Infinity],
    ['-1 / 0', -Infinity],
    ['0 / 0', Number.NaN],
    ['scalar(round(vector(2.5)))', 3],
    ['scalar(round(vector(-2.5)))', -2],
    ['scalar(round(vector(1234), 100))', 1_200],
    ['1 atan2 0', Math.PI / 2],
    ['5 - 3 - 1', 1],
    ['2 * 3 % 4', 2],
  ])('%s = %d', (query, wanted) => {
    const { value } = createEvaluator({ storage: new MemoryStorage() }).instant(query, 0);
    expect(value.type === 'scalar' ? value.value : undefined).toBe(wanted);
  });
});

describe('14: count_values writes values without exponents', () => {
  it('in Go format f with the shortest digits', () =>
    expect(
      failuresOf(`
      load 5m
        m{i="1"} 1e21
        m{i="2"} 0.0000001
        m{i="3"} +Inf
        m{i="4"} 2.50

      eval instant at 0 count_values("v", m)
        {v="1000000000000000000000"} 1
        {v="0.0000001"} 1
        {v="+Inf"} 1
        {v="2.5"} 1
    `),
    ).toEqual([]));
});
