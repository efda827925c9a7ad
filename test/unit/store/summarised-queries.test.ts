// Queries over a store with sealed, compacted and unsealed days are answered as from the samples themselves.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEvaluator, type MatrixSeries, type QueryOutcome } from '../../../electron/engine/promql/index.ts';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import type { UpkeepStatus } from '../../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';
import { DAY, HOUR, MINUTE, NOON, type Testbed, testbed } from './testbed.ts';

const START = NOON - 60 * HOUR;
const SERIES = 6;
const RETENTION = {
  rawKeepMs: 30 * DAY,
  tiers: [
    { resolutionMs: 5 * MINUTE, keepMs: 300 * DAY },
    { resolutionMs: HOUR, keepMs: 1_000 * DAY },
  ],
};

let bed: Testbed;
let store: MetricStoreFacade;
let afterUpkeep: UpkeepStatus;
const memory = new MemoryStorage();

const labelsOf = (i: number): Labels => Labels.of('octets_total', { i: String(i), device: `d${i % 3}` });

/** Whole numbers, so that every sum is exact: counters with resets (series 4 with many) and, as series 5, a gauge. */
function valueAt(i: number, step: number): number {
  if (i === 5) return ((step * 7_919) % 2_003) - 1_000;
  const period = i === 4 ? 3 : 977 + i * 131;
  return (step % period) * (i + 1) * 17;
}

/** Series 1 has gaps, series 2 ends and begins again, series 3 is scraped at seconds that differ. */
function timeAt(i: number, step: number): number | undefined {
  if (i === 1 && step % 400 > 310) return undefined;
  return START + (step + 1) * MINUTE + (i === 3 ? (step * 7_001) % 40_000 : 0);
}

const isStale = (i: number, step: number): boolean => i === 2 && step % 333 === 100;

async function append(steps: readonly number[]): Promise<void> {
  const appended = steps.map((step) => {
    const scraped = Array.from({ length: SERIES }, (_, i) => i).filter((i) => timeAt(i, step) !== undefined);
    return store.append({
      timestampMs: START + (step + 1) * MINUTE,
      refs: Uint32Array.from(scraped, (i) => store.ref(labelsOf(i))),
      values: Float64Array.from(scraped, (i) => valueAt(i, step)),
      timestampsMs: Float64Array.from(scraped, (i) => timeAt(i, step) ?? 0),
      stale: Uint8Array.from(scraped, (i) => (isStale(i, step) ? 1 : 0)),
    });
  });
  await Promise.all(appended);
}

const isLate = (step: number): boolean => step % 500 === 250;

beforeAll(async () => {
  bed = testbed();
  store = await bed.open({ retention: RETENTION });
  const steps = Array.from({ length: 60 * 60 - 1 }, (_, step) => step);
  for (let i = 0; i < SERIES; i++) {
    const own = steps.filter((step) => timeAt(i, step) !== undefined);
    const sampleOf = (step: number) => {
      return { timeMs: timeAt(i, step) ?? 0, value: valueAt(i, step), stale: isStale(i, step) };
    };
    memory.append(labelsOf(i), own.map(sampleOf));
  }
  for (let hour = 0; hour < 60; hour++) {
    const own = steps.slice(hour * 60, hour * 60 + 60);
    await append(own.filter((step) => !isLate(step)));
    await append(own.filter(isLate));
    if (hour === 51) {
      await store.sealAll();
      await store.runUpkeep();
      afterUpkeep = (await store.status()).upkeep;
    }
    // Sealed, and not merged yet.
    if (hour === 55) await store.sealAll();
  }
}, 60_000);
afterAll(() => bed.end());

const seriesOf = ({ value }: QueryOutcome): readonly MatrixSeries[] => (value.type === 'matrix' ? value.series : []);
const shown = ({ labels, timestamps, values }: MatrixSeries): unknown => [labels.key, [...timestamps], [...values]];

const FUNCTIONS =
  'rate increase delta sum_over_time avg_over_time min_over_time max_over_time count_over_time last_over_time present_over_time';

const query = fc
  .record({
    func: fc.constantFrom(...FUNCTIONS.split(' '), ''),
    range: fc.constantFrom(5, 10, 15, 60, 120, 360, 1_440),
    offset: fc.constantFrom(0, 0, 5, 60, -10),
    wrap: fc.constantFrom('X', 'sum by (device) (X)', 'max(X)', 'topk(2, X)', 'count by (device) (X)'),
  })
  .map(({ func, range, offset, wrap }) => {
    const modifier = offset === 0 ? '' : ` offset ${offset < 0 ? '-' : ''}${Math.abs(offset)}m`;
    const inner = func === '' ? `octets_total${modifier}` : `${func}(octets_total[${range}m]${modifier})`;
    return wrap.replace('X', inner);
  });
const stepMinutesOf = fc.constantFrom(5, 15, 60, 240);
const first = fc.integer({ min: -12, max: 600 }).map((k) => START + k * 5 * MINUTE);

describe('over two and a half days', () => {
  test('a range that reaches before the first sample reads samples, not summaries', async () => {
    const { value, infos } = await store.instant('count_over_time(octets_total{i="0"}[30d])', NOON);
    expect(infos).toEqual([]);
    // A sample a minute for 60 hours, but for the last one.
    expect(value).toMatchObject({ samples: [{ value: 3_599 }] });
    const changes = await store.instant('changes(octets_total{i="0"}[30d])', NOON);
    expect(changes.value).toMatchObject({ samples: [{ value: 3_598 }] });
  });

  test('answers of aligned queries are those of the samples, to the bit', async () => {
    expect(afterUpkeep).toEqual({ daysToMerge: 0, daysToSummarise: 0, deletions: 0 });
    let read = 0;
    let samples = 0;
    const question = fc.tuple(query, first, stepMinutesOf, fc.integer({ min: 1, max: 60 }));
    for (const [text, startMs, stepMinutes, steps] of fc.sample(question, { numRuns: 250, seed: 3 })) {
      const stepMs = stepMinutes * MINUTE;
      const endMs = startMs + (steps - 1) * stepMs;
      const found = await store.range(text, startMs, endMs, stepMs);
      const wanted = createEvaluator({ storage: memory }).range(text, startMs, endMs, stepMs);
      expect([text, startMs, seriesOf(found).map(shown)]).toEqual([text, startMs, seriesOf(wanted).map(shown)]);
      expect([...found.infos, ...found.warnings]).toEqual([...wanted.infos, ...wanted.warnings]);
      read += found.samplesRead;
      samples += wanted.samplesRead;
    }
    // A sample a minute: the finest bucket has five, and the last hours are read as samples whatever is asked.
    expect(read).toBeLessThan(samples / 2);
  });

  test('and those of queries whose windows are no whole buckets', async () => {
    const question = fc.tuple(query, first, fc.constantFrom(7, 13));
    for (const [text, startMs, stepMinutes] of fc.sample(question, { numRuns: 50, seed: 4 })) {
      const bounds = [startMs + 7_000, startMs + 9 * HOUR, stepMinutes * MINUTE] as const;
      const found = await store.range(text, ...bounds);
      const wanted = createEvaluator({ storage: memory }).range(text, ...bounds);
      expect([text, startMs, seriesOf(found).map(shown)]).toEqual([text, startMs, seriesOf(wanted).map(shown)]);
    }
  });
});
