// Times whose samples are gone are answered from the finest summaries that reach, and the answer says so.
import { describe, expect, it } from 'vitest';
import {
  createEvaluator,
  type MatrixSeries,
  type QueryOutcome,
  type Storage,
} from '../../../electron/engine/promql/index.ts';
import { MemoryStorage, type StoredSample } from '../../../electron/engine/promql/testing/index.ts';
import { TieredStorage } from '../../promqltest/tiered-storage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON_MS = Date.UTC(2026, 10, 20, 12);
const TEN_MS = NOON_MS - 2 * HOUR_MS;
/** Samples from noon on, 5-minute summaries from ten o'clock on, hours before. */
const TIERS = [
  { resolutionMs: 0, oldestMs: NOON_MS },
  { resolutionMs: 5 * MINUTE_MS, oldestMs: TEN_MS },
  { resolutionMs: HOUR_MS, oldestMs: -Infinity },
];

/** A counter that rises by 1 a second and a gauge that counts the minutes of the hour, every 30 s from 6 to 14 o'clock. */
function storage(): { samples: MemoryStorage; tiered: TieredStorage } {
  const samples = new MemoryStorage();
  const counter: StoredSample[] = [];
  const gauge: StoredSample[] = [];
  for (let timeMs = NOON_MS - 6 * HOUR_MS; timeMs <= NOON_MS + 2 * HOUR_MS; timeMs += 30_000) {
    counter.push({ timeMs, value: (timeMs - NOON_MS) / 1_000 + 1_000_000 });
    gauge.push({ timeMs, value: Math.floor(timeMs / MINUTE_MS) % 60 });
  }
  samples.append({ __name__: 'octets_total', i: '1' }, counter);
  samples.append({ __name__: 'minute', i: '1' }, gauge);
  return { samples, tiered: new TieredStorage(samples, TIERS) };
}

function seriesOf({ value }: QueryOutcome): MatrixSeries {
  if (value.type !== 'matrix' || value.series.length !== 1) throw new Error('not one series');
  return value.series[0]!;
}

function valuesOf({ value }: QueryOutcome): number[] {
  return value.type === 'vector' ? value.samples.map((sample) => sample.value) : [];
}

function highest(timeMs: number): number[] {
  return valuesOf(createEvaluator({ storage: storage().tiered }).instant('max_over_time(minute[7m])', timeMs));
}

/** Steps of a quarter of an hour until one o'clock. */
function quarters(query: string, data: Storage, startMs = TEN_MS + 30 * MINUTE_MS): QueryOutcome {
  return createEvaluator({ storage: data }).range(query, startMs, NOON_MS + HOUR_MS, 15 * MINUTE_MS);
}

describe('a range query over three tiers', () => {
  const { tiered } = storage();
  const evaluator = createEvaluator({ storage: tiered });

  it('is one series without a seam, and says which part came from what', () => {
    const outcome = evaluator.range('rate(octets_total[1m])', TEN_MS - HOUR_MS, NOON_MS + HOUR_MS, 30 * MINUTE_MS);
    const { labels, timestamps, values } = seriesOf(outcome);
    expect(labels.toRecord()).toEqual({ i: '1' });
    // 9:00 ... 13:00; hours have their rate from their 120 samples, 5 minutes from 10, samples from 2.
    expect(timestamps).toHaveLength(9);
    for (const value of values) expect(value).toBeCloseTo(1, 2);
    expect(outcome.infos).toEqual([
      'PromQL info: samples before 2026-11-20T12:00:00Z are kept as 5m summaries; the range [1m] was widened to 5m (1:6)',
      'PromQL info: samples before 2026-11-20T10:00:00Z are kept as 1h summaries; the range [1m] was widened to 1h (1:6)',
    ]);
    expect(outcome.warnings).toEqual([]);
  });

  it('takes the buckets that ended last where a step is inside one', () => {
    // 10:33 asks for (10:26, 10:33]: the buckets (10:20, 10:30]. 9:59 asks for (8:00, 9:00].
    expect(highest(TEN_MS + 33 * MINUTE_MS)).toEqual([30]);
    expect(highest(TEN_MS + 29 * MINUTE_MS)).toEqual([25]);
    expect(highest(TEN_MS - MINUTE_MS)).toEqual([59]);
    expect(highest(NOON_MS + 33 * MINUTE_MS)).toEqual([33]);
    // Too near the bound: samples of (11:58, 12:05] are not all kept.
    expect(highest(NOON_MS + 5 * MINUTE_MS)).toEqual([59]);
  });

  it('asks for summaries of the tier, and for samples only where they are', () => {
    const { tiered: fresh } = storage();
    const run = createEvaluator({ storage: fresh });
    run.range('increase(octets_total[10m])', NOON_MS - HOUR_MS, NOON_MS + HOUR_MS, 7 * MINUTE_MS);
    expect(fresh.summarised.map(({ alignMs, fields }) => [alignMs, fields])).toEqual([
      [5 * MINUTE_MS, ['first', 'last', 'corrections']],
    ]);
    // Of the steps 11:00, 11:07, ... the window of 12:10 is the first that begins at noon or later.
    expect(fresh.selected.map(({ minTimeMs, resolutionMs }) => [minTimeMs, resolutionMs])).toEqual([
      [NOON_MS, undefined],
    ]);
  });
});

describe('instant selectors', () => {
  it('look back at least one bucket', () => {
    const { tiered } = storage();
    const evaluator = createEvaluator({ storage: tiered });
    // 9:30 finds the last value of (8:00, 9:00]; 11:03 that of (10:55, 11:00]; 12:30 is a sample.
    const outcome = evaluator.range('minute', TEN_MS - 30 * MINUTE_MS, NOON_MS + 30 * MINUTE_MS, 93 * MINUTE_MS);
    expect([...seriesOf(outcome).values]).toEqual([0, 0]);
    const hours = evaluator.instant('minute', TEN_MS - 30 * MINUTE_MS);
    expect(hours.value).toMatchObject({ samples: [{ value: 0 }] });
    expect(hours.infos).toEqual([
      'PromQL info: samples before 2026-11-20T10:00:00Z are kept as 1h summaries; the lookback of 5m was widened to 1h (1:1)',
    ]);
    const minutes = evaluator.instant('minute', TEN_MS + 33 * MINUTE_MS);
    expect(minutes.value).toMatchObject({ samples: [{ value: 30 }] });
    expect(minutes.infos).toEqual(['PromQL info: samples before 2026-11-20T12:00:00Z are kept as 5m summaries (1:1)']);
  });

  it('end where a bucket ends stale', () => {
    const samples = new MemoryStorage();
    samples.append({ __name__: 'up' }, [
      { timeMs: TEN_MS + MINUTE_MS, value: 1 },
      { timeMs: TEN_MS + 2 * MINUTE_MS, value: 0, stale: true },
      { timeMs: TEN_MS + 11 * MINUTE_MS, value: 2 },
    ]);
    const evaluator = createEvaluator({ storage: new TieredStorage(samples, TIERS) });
    const { value } = evaluator.range('up', TEN_MS + 5 * MINUTE_MS, TEN_MS + 20 * MINUTE_MS, 5 * MINUTE_MS);
    // 10:05 stale, 10:10 nothing, 10:15 the value of 10:11, 10:20 older than the lookback.
    const points = value.type === 'matrix' ? value.series.map((one) => [[...one.timestamps], [...one.values]]) : [];
    expect(points).toEqual([[[TEN_MS + 15 * MINUTE_MS], [2]]]);
  });

  it('say nothing where there is nothing', () => {
    const evaluator = createEvaluator({ storage: storage().tiered });
    const outcome = evaluator.instant('missing + rate(missing[5m])', TEN_MS);
    expect(outcome.infos).toEqual([]);
    expect(outcome.value).toEqual({ type: 'vector', samples: [] });
  });
});

describe('functions that summaries cannot answer', () => {
  const evaluator = createEvaluator({ storage: storage().tiered });
  const valueAt = (query: string, timeMs: number): [number | undefined, readonly string[]] => {
    const { value, infos } = evaluator.instant(query, timeMs);
    return [value.type === 'vector' ? value.samples[0]?.value : undefined, infos];
  };

  it('get the last value of each bucket', () => {
    // 10:45, 10:50, 10:55, 11:00 end the buckets of (10:40, 11:00].
    expect(valueAt('quantile_over_time(1, minute[20m])', TEN_MS + HOUR_MS)[0]).toBe(55);
    expect(valueAt('changes(minute[20m])', TEN_MS + HOUR_MS)[0]).toBe(3);
    expect(valueAt('timestamp(minute)', TEN_MS + 33 * MINUTE_MS)[0]).toBe((TEN_MS + 30 * MINUTE_MS) / 1_000);
    expect(valueAt('absent_over_time(minute[1m])', TEN_MS + HOUR_MS)[0]).toBe(undefined);
    expect(valueAt('absent_over_time(minute[1m])', NOON_MS - 7 * HOUR_MS)[0]).toBe(1);
  });

  it('get two buckets where they need two samples', () => {
    const [value, infos] = valueAt('irate(octets_total[1m])', TEN_MS + HOUR_MS);
    expect(value).toBe(1);
    expect(infos).toEqual([
      'PromQL info: samples before 2026-11-20T12:00:00Z are kept as 5m summaries; the range [1m] was widened to 10m (1:7)',
    ]);
    expect(valueAt('deriv(octets_total[2m])', TEN_MS + HOUR_MS)[0]).toBeCloseTo(1, 9);
    expect(valueAt('predict_linear(octets_total[2m], 3600)', TEN_MS + HOUR_MS)[0]).toBeCloseTo(1_000_000, 3);
  });

  it('and so does a range vector by itself', () => {
    const { value } = evaluator.instant('minute[9m]', TEN_MS + HOUR_MS);
    const found = value.type === 'matrix' ? value.series.map((one) => [[...one.timestamps], [...one.values]]) : [];
    const [before, at] = [TEN_MS + 55 * MINUTE_MS, TEN_MS + HOUR_MS];
    expect(found).toEqual([
      [
        [before, at],
        [55, 0],
      ],
    ]);
  });
});

describe('inside other expressions', () => {
  const { samples, tiered } = storage();

  it.each([
    'sum(increase(octets_total[15m]))',
    'max_over_time(minute[15m]) - min_over_time(minute[15m])',
    'avg_over_time(minute[15m] offset 15m)',
    'sum_over_time(minute[15m] @ end())',
    'max_over_time(rate(octets_total[5m])[30m:5m])',
    'count_over_time(minute[15m]) and on() vector(1)',
    'last_over_time(minute[15m])',
  ])('%s is what the samples say, as its windows are whole buckets', (query) => {
    const found = seriesOf(quarters(query, tiered));
    const wanted = seriesOf(quarters(query, samples));
    expect([found.labels.key, ...found.timestamps]).toEqual([wanted.labels.key, ...wanted.timestamps]);
    for (const [i, value] of found.values.entries()) expect(value).toBeCloseTo(wanted.values[i] ?? 0, 9);
    expect(found.timestamps.length).toBe(11);
  });

  it('counts what was read, buckets and samples alike', () => {
    const { samplesRead } = quarters('sum_over_time(minute[15m])', tiered, TEN_MS);
    // (9:45, 10:00] as one bucket of an hour; 10:15 ... 12:00 as 5-minute buckets from 10:00 on, 24 of them;
    // 12:15 ... 13:00 from noon on as 12 more, since their windows are whole buckets, too.
    expect(samplesRead).toBe(1 + 24 + 12);
  });

  it('is bounded by the sample limit', () => {
    const small = createEvaluator({ storage: tiered, maxSamples: 100 });
    expect(() => small.range('sum_over_time(minute[1m])', TEN_MS - 4 * HOUR_MS, NOON_MS, MINUTE_MS)).toThrow(
      'query processing would load too many samples into memory in query execution',
    );
  });
});
