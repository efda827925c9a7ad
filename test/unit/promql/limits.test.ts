// What is refused by name, and what ends a query that asks for too much.
import { describe, expect, it } from 'vitest';
import {
  createEvaluator,
  parseQuery,
  QueryError,
  type EvaluatorOptions,
} from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';

const HOUR_MS = 3_600_000;

/** 10 series, one sample every 10 s for an hour. */
function storage(): MemoryStorage {
  const memory = new MemoryStorage();
  for (let i = 0; i < 10; i++) {
    const samples = Array.from({ length: 360 }, (_, n) => ({ timeMs: n * 10_000, value: n }));
    memory.append({ __name__: 'm_total', i: String(i) }, samples);
  }
  return memory;
}

function evaluator(options: Partial<EvaluatorOptions> = {}): ReturnType<typeof createEvaluator> {
  return createEvaluator({ storage: storage(), ...options });
}

function errorOf(run: () => unknown): QueryError {
  try {
    run();
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}

describe('native histograms are refused by name', () => {
  it.each(['histogram_avg', 'histogram_count', 'histogram_sum', 'histogram_stddev', 'histogram_stdvar'])(
    '%s()',
    (name) => {
      const error = errorOf(() => evaluator().instant(`${name}(m_total)`, HOUR_MS));
      expect(error.type).toBe('execution');
      expect(error.message).toBe(`${name}() needs native histograms, which are not supported`);
    },
  );

  it('and their trimming operators', () => {
    expect(errorOf(() => parseQuery('m </ 1')).reason).toBe(
      'native histograms are not supported: the trimming operator </',
    );
  });
});

describe('experimental features are refused by name', () => {
  it.each([
    ['mad_over_time(m_total[5m])', 'experimental function "mad_over_time" is not enabled'],
    ['sort_by_label(m_total, "i")', 'experimental function "sort_by_label" is not enabled'],
    ['info(m_total)', 'experimental function "info" is not enabled'],
    ['limitk(2, m_total)', 'experimental aggregation "limitk" is not enabled'],
    ['m_total anchored', 'the anchored modifier is experimental and not enabled'],
    ['rate(m_total[5m] smoothed)', 'the smoothed modifier is experimental and not enabled'],
    ['m_total + fill (0) m_total', 'binary operator fill modifiers are experimental and not enabled'],
    ['rate(m_total[step()])', 'duration expressions are experimental and not enabled'],
  ])('%s', (query, reason) => {
    expect(errorOf(() => evaluator().instant(query, HOUR_MS)).reason).toBe(reason);
  });

  it.each([
    ['mad_over_time(m_total[5m])', 'experimental function mad_over_time() is not supported'],
    ['limitk(2, m_total)', 'experimental aggregation limitk is not supported'],
    ['rate(m_total[5m] smoothed)', 'the smoothed modifier is not supported'],
    ['m_total + fill (0) m_total', 'fill modifiers are not supported'],
  ])('%s, also where the language allows it but nothing evaluates it', (query, reason) => {
    const experimental = { experimentalFunctions: true, extendedRangeSelectors: true, fillModifiers: true };
    expect(errorOf(() => evaluator({ experimental }).instant(query, HOUR_MS)).reason).toBe(reason);
  });
});

describe('22: limits', () => {
  it('11,000 steps and the one at the end are answered, one more is not', () => {
    const run = evaluator();
    const { value } = run.range('vector(1)', 0, 11_000, 1);
    expect(value.type === 'matrix' ? value.series[0]?.values.length : 0).toBe(11_001);
    const error = errorOf(() => run.range('vector(1)', 0, 11_001, 1));
    expect(error.type).toBe('bad_data');
    expect(error.message).toBe(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  });

  it('samples in memory are counted, those of subqueries too, before they are allocated', () => {
    const small = evaluator({ maxSamples: 1_000 });
    expect(small.instant('count(m_total)', HOUR_MS - 10_000).value.type).toBe('vector');
    for (const query of ['sum_over_time(m_total[1h])', 'count_over_time(vector(1)[200y:1ms])', 'm_total[1h:1s]']) {
      const error = errorOf(() => small.instant(query, HOUR_MS));
      expect(error.type).toBe('execution');
      expect(error.message).toBe('query processing would load too many samples into memory in query execution');
    }
  });

  it('samples that an operand is done with do not count twice', () => {
    const query = Array.from({ length: 50 }, () => 'sum(m_total)').join(' + ');
    expect(evaluator({ maxSamples: 1_000 }).instant(query, HOUR_MS - 10_000).value.type).toBe('vector');
  });

  it('the deepest tree that parses is also evaluated and printed', () => {
    const query = `1${' + 1'.repeat(490)}`;
    expect(evaluator().instant(query, 0).value).toEqual({ type: 'scalar', timeMs: 0, value: 491 });
    const nested = `${'abs('.repeat(240)}vector(-1)${')'.repeat(240)}`;
    const { value } = evaluator().range(nested, 0, 60_000, 60_000);
    expect(value.type === 'matrix' ? [...(value.series[0]?.values ?? [])] : []).toEqual([1, 1]);
  });

  it('bad bounds are refused', () => {
    const run = evaluator();
    expect(errorOf(() => run.range('m_total', 10, 0, 1)).type).toBe('bad_data');
    expect(errorOf(() => run.range('m_total', 0, 10, 0)).type).toBe('bad_data');
    expect(errorOf(() => run.instant('m_total', Number.NaN)).type).toBe('bad_data');
    expect(errorOf(() => run.range('m_total[5m]', 0, 10, 1)).message).toBe(
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    );
    expect(errorOf(() => run.range('"text"', 0, 10, 1)).type).toBe('bad_data');
  });
});

function wrap(open: string, inner: string, close: string, times: number): string {
  return open.repeat(times) + inner + close.repeat(times);
}

describe('queries made to hurt', () => {
  const tooLong = 'would make a label value of more than 8192 characters';

  it.each([
    [
      'doubles a label',
      wrap('label_replace(', 'm_total', ', "i", "$1$1", "i", "(.*)")', 100),
      `label_replace() ${tooLong}`,
    ],
    [
      'repeats a group in one replacement',
      wrap('label_replace(', 'm_total', `, "i", "${'$1'.repeat(1_000)}", "i", "(.*)")`, 3),
      `label_replace() ${tooLong}`,
    ],
    [
      'joins a label to itself',
      wrap('label_join(', 'm_total', ', "i", "-", "i", "i", "i")', 20),
      `label_join() ${tooLong}`,
    ],
    [
      'joins with a long separator',
      `label_join(m_total, "x", "${'-'.repeat(9_000)}", "i", "i")`,
      `label_join() ${tooLong}`,
    ],
  ])('%s', (_, query, message) => {
    const error = errorOf(() => evaluator().instant(query, HOUR_MS - 10_000));
    expect(error.type).toBe('execution');
    expect(error.message).toBe(message);
  });

  it('a label of 8,192 characters may be made', () => {
    const query = `label_join(m_total{i="7"}, "x", "${'-'.repeat(8_190)}", "i", "i")`;
    const { value } = evaluator().instant(query, HOUR_MS - 10_000);
    expect(value.type === 'vector' ? value.samples[0]?.labels.get('x') : '').toBe(`7${'-'.repeat(8_190)}7`);
  });

  it('label values may be made until it is enough', () => {
    // 8,440 characters for each of 10 series: 400 times that is more than 32 million.
    const dashes = `label_join(m_total, "x", "${'-'.repeat(400)}", "i", "i")`;
    const copy = `count(label_join(${dashes}, "x", "", ${Array.from({ length: 20 }, () => '"x"').join(', ')}))`;
    const query = Array.from({ length: 400 }, () => copy).join(' + ');
    expect(errorOf(() => evaluator().instant(query, HOUR_MS - 10_000)).message).toBe(
      'query processing would make too many label values',
    );
  });

  it.each([
    ['a counted repetition of repetitions', 'm_total{i=~"((a{1,100}){1,100}){1,10}"}', 'invalid repeat count'],
    ['a pattern nested a thousand times', `m_total{i=~"${wrap('(', 'a', ')*', 1_001)}"}`, 'nest'],
    ['a pattern of more than 10,000 characters', `m_total{i=~"${'a|'.repeat(5_001)}"}`, 'longer than 10000 characters'],
  ])('%s is refused', (_, query, message) => {
    const error = errorOf(() => evaluator().instant(query, HOUR_MS));
    expect(error.type).toBe('bad_data');
    expect(error.message).toContain(message);
  });

  it.each([
    ['a subquery in a subquery', 'max_over_time(max_over_time(m_total[1h:1s])[1000h:1s])'],
    ['a column for each value at each step', 'count_values("v", m_total * time())'],
    ['long windows at each step', 'quantile_over_time(0.5, m_total[1h:1s])'],
  ])('%s does not get more than the samples that it may hold', (_, query) => {
    const small = evaluator({ maxSamples: 20_000 });
    expect(errorOf(() => small.range(query, 0, HOUR_MS, 1_000)).message).toBe(
      'query processing would load too many samples into memory in query execution',
    );
  });

  it('a regular expression is asked whether to stop between any two series', () => {
    let asked = 0;
    const long = `label_join(m_total, "x", "${'-'.repeat(8_000)}", "i", "i")`;
    const query = `label_replace(${long}, "y", "$1", "x", "(.*)")`;
    const shouldStop = (): boolean => ++asked > 4;
    expect(errorOf(() => evaluator().instant(query, HOUR_MS - 10_000, { shouldStop })).type).toBe('canceled');
  });

  it('one series with long windows is asked whether to stop between any few of them', () => {
    let asked = 0;
    const shouldStop = (): boolean => ++asked > 30;
    // 3,600 windows of up to 3,600 samples: 6.5 million, asked once in 200,000.
    const query = 'stddev_over_time(vector(time())[1h:1s])';
    expect(errorOf(() => evaluator().range(query, 0, HOUR_MS, 1_000, { shouldStop })).type).toBe('canceled');
  });

  it('lists ten annotations of a kind and counts the others', () => {
    const { warnings } = evaluator().range('quantile(time(), m_total)', 2_000, 30_000, 1_000);
    expect(warnings).toHaveLength(11);
    expect(warnings[0]).toBe('PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)');
    expect(warnings[10]).toBe('19 more warning annotations omitted');
  });
});

describe('stopping', () => {
  it.each([
    [true, 'canceled'],
    ['canceled', 'canceled'],
    ['timeout', 'timeout'],
  ] as const)('shouldStop() saying %s ends the query as %s', (answer, type) => {
    const error = errorOf(() => evaluator().instant('m_total', HOUR_MS, { shouldStop: () => answer }));
    expect(error.type).toBe(type);
  });

  it('is asked again and again while a query works', () => {
    let asked = 0;
    const shouldStop = (): boolean => ++asked > 2;
    const query = 'max_over_time(vector(time())[1000s:1s])';
    expect(errorOf(() => evaluator().range(query, 0, 2_000_000, 1_000, { shouldStop })).type).toBe('canceled');
    expect(asked).toBe(3);
  });

  it('false lets the query finish', () => {
    expect(evaluator().instant('count(m_total)', HOUR_MS - 10_000, { shouldStop: () => false }).value).toMatchObject({
      type: 'vector',
      samples: [{ value: 10 }],
    });
  });
});
