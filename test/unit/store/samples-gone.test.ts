// What is shown of times whose samples went before the summaries: by the largest size, or day by day with the retention.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const MONDAY = MIDNIGHT - 4 * DAY;
const LAST_MONDAY = MONDAY - 7 * DAY;
const THURSDAY = MIDNIGHT - DAY;
const RETENTION = { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: 5 * MINUTE, keepMs: 365 * DAY }] };

type Fill = {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly valueAt?: (time: number) => number;
};

/** A sample of each series at from + step, and so on until `to`. */
async function fill(
  store: MetricStoreFacade,
  names: string[],
  { from, to, step, valueAt = Math.sin }: Fill,
): Promise<void> {
  const refs = names.map((name) => store.ref(Labels.of(name)));
  const rows = Math.round((to - from) / step);
  for (let first = 0; first < rows; first += 5_000) {
    const times = Array.from({ length: Math.min(5_000, rows - first) }, (_, i) => from + (first + i + 1) * step);
    const timestampsMs = Float64Array.from(times.flatMap((time) => refs.map(() => time)));
    const batch = {
      refs: Uint32Array.from(times.flatMap(() => refs)),
      values: timestampsMs.map(valueAt),
      timestampsMs,
    };
    await store.append({ timestampMs: times[0]!, ...batch });
  }
}

async function mergeAll(store: MetricStoreFacade): Promise<void> {
  await store.sealAll();
  await store.runUpkeep();
}

/** Removes all samples that the largest size may cost: those of before today. */
async function capNow(store: MetricStoreFacade): Promise<void> {
  await store.setRetention(RETENTION, 1);
  await store.setRetention(RETENTION, undefined);
}

async function points(store: MetricStoreFacade, query: string, from: number, to: number): Promise<number> {
  const { value } = await store.range(query, from, to, HOUR);
  if (value.type !== 'matrix') throw new Error(`a range query gave a ${value.type}`);
  return value.series[0]?.values.length ?? 0;
}

async function single(store: MetricStoreFacade, query: string, at: number): Promise<number | undefined> {
  const { value } = await store.instant(query, at);
  return value.type === 'vector' ? value.samples[0]?.value : undefined;
}

const namesIn = async (store: MetricStoreFacade, from: number, to: number): Promise<string[]> =>
  (await store.series([], from, to, 10)).map((labels) => labels.get('__name__'));

describe('samples that the largest size cost', () => {
  test('are shown as summaries, in the current week too', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store, ['g'], { from: MONDAY, to: NOON, step: 15_000 });
    await mergeAll(store);
    // An hour and a second after Monday, and so on until Friday noon.
    const from = MONDAY + HOUR + 1_000;
    expect(await points(store, 'g', from, NOON)).toBe(107);
    await capNow(store);
    expect(bed.problems.join()).toContain('the samples of 2026-11-19 were removed before their time');
    expect(await points(store, 'g', from, NOON)).toBe(107);
    expect(await points(store, 'count_over_time(g[1h])', from, NOON)).toBe(107);
    expect(await namesIn(store, MONDAY, MONDAY + DAY)).toEqual(['g']);
  });

  test('are so after a restart, and when a late sample of another series has made their file anew', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store, ['g'], { from: LAST_MONDAY, to: LAST_MONDAY + 3 * DAY, step: 15_000 });
    await fill(store, ['h'], { from: MONDAY, to: MONDAY + HOUR, step: 15_000 });
    await mergeAll(store);
    await capNow(store);
    expect(await put(store, 'late', LAST_MONDAY + 5 * DAY, 1)).toMatchObject({ appended: 1 });
    await store.sealAll();
    await store.close();
    const again = await bed.open({ retention: RETENTION });
    expect(await points(again, 'g', LAST_MONDAY + HOUR + 1_000, LAST_MONDAY + 3 * DAY)).toBe(71);
    expect(await namesIn(again, LAST_MONDAY, LAST_MONDAY + 3 * DAY)).toEqual(['g']);
    expect(await namesIn(again, LAST_MONDAY + 4 * DAY, LAST_MONDAY + 6 * DAY)).toEqual(['late']);
  });
});

describe('a day that waits to be merged', () => {
  test('is summarised before the largest size takes its samples', async () => {
    bed.now = MIDNIGHT;
    const store = await bed.open({ retention: RETENTION });
    await fill(store, ['g'], { from: THURSDAY, to: MIDNIGHT, step: 15_000 });
    await store.sealAll();
    // Merged two hours after midnight otherwise.
    bed.now = MIDNIGHT + 30 * MINUTE;
    await store.runUpkeep();
    expect((await store.status()).tiers.map(({ resolutionMs }) => resolutionMs)).toEqual([0, 5 * MINUTE]);
    expect((await store.status()).tiers[1]!.oldestMs).toBeUndefined();
    await capNow(store);
    expect(bed.problems.join()).toContain('the samples of 2026-11-19 were removed before their time');
    expect((await store.status()).oldestSampleMs).toBeUndefined();
    bed.now = NOON;
    await store.runUpkeep();
    expect(await single(store, 'count_over_time(g[1d])', MIDNIGHT)).toBe(5_760);
    expect(await points(store, 'g', THURSDAY + HOUR, MIDNIGHT)).toBe(24);
    expect((await store.status()).tiers[1]!.oldestMs).toBe(THURSDAY);
  });

  test('keeps its samples above the largest size until all of them are sealed', async () => {
    bed.now = MIDNIGHT;
    const store = await bed.open({ retention: RETENTION });
    await fill(store, ['g'], { from: MIDNIGHT - 2 * HOUR, to: MIDNIGHT - MINUTE, step: 15_000 });
    await store.sealAll();
    await put(store, 'g', MIDNIGHT - 30_000, 1);
    bed.now = MIDNIGHT + 30 * MINUTE;
    await capNow(store);
    expect(bed.problems).toEqual([]);
    expect((await samplesOf(store, 'g', THURSDAY, MIDNIGHT)).length).toBe(477);
    await store.sealAll();
    await capNow(store);
    expect(bed.problems.join()).toContain('the samples of 2026-11-19 were removed before their time');
    expect(await single(store, 'count_over_time(g[1d])', MIDNIGHT)).toBe(477);
  });
});

describe('a late sample of a day', () => {
  test('whose first samples went with the retention leaves what is summarised of them', async () => {
    const retention = {
      rawKeepMs: DAY,
      tiers: [
        { resolutionMs: 5 * MINUTE, keepMs: 7 * DAY },
        { resolutionMs: DAY, keepMs: 365 * DAY },
      ],
    };
    bed.now = MIDNIGHT - MINUTE;
    const store = await bed.open({ retention });
    // A counter that grows by 1 to 100,000 each second: its sums are left to the samples while these are there.
    const counter = (time: number): number => (time - THURSDAY) * 1_000 + ((time * 7_919) % 99_991);
    // 1,434 minutes of twelve samples; and of the same scrapes the first hour of another.
    const [from, to] = [THURSDAY + MINUTE, MIDNIGHT - 5 * MINUTE];
    await fill(store, ['c', 'early'], { from, to: from + HOUR, step: 5_000, valueAt: counter });
    await fill(store, ['c'], { from: from + HOUR, to, step: 5_000, valueAt: counter });
    bed.now = MIDNIGHT + 3 * HOUR;
    await mergeAll(store);
    let sum = 0;
    for (let time = from + 5_000; time <= to; time += 5_000) sum += counter(time);
    const asked = async (): Promise<(number | undefined)[]> => [
      await single(store, 'count_over_time(c[1d])', MIDNIGHT),
      await single(store, 'sum_over_time(c[1d])', MIDNIGHT),
      await single(store, 'count_over_time(early[1d])', MIDNIGHT),
      await points(store, 'count_over_time(c[1h])', THURSDAY + HOUR, MIDNIGHT),
    ];
    const all = [17_208, sum, 720, 24];
    expect(await asked()).toEqual(all);
    // The day is stored in three pieces; now the first one goes.
    bed.now = MIDNIGHT + 20 * HOUR;
    await store.applyRetention();
    expect(await asked()).toEqual(all);
    expect(await put(store, 'c', MIDNIGHT - 2 * MINUTE, 1e9)).toMatchObject({ appended: 1 });
    await mergeAll(store);
    // The last five minutes had no sample before.
    const withLate = [17_209, sum + 1e9, 720, 24];
    expect(await asked()).toEqual(withLate);
    // And the rest, after which nobody can work out anything again.
    bed.now = MIDNIGHT + 30 * HOUR;
    await store.applyRetention();
    expect(await asked()).toEqual(withLate);
  });

  test('whose samples the largest size cost leaves what is summarised of them', async () => {
    const store = await bed.open({ retention: RETENTION });
    // Ten minutes of Thursday are still empty: 1,430 minutes of four samples.
    await fill(store, ['g'], { from: THURSDAY, to: MIDNIGHT - 10 * MINUTE, step: 15_000 });
    await mergeAll(store);
    await capNow(store);
    expect(await put(store, 'g', MIDNIGHT - 15 * MINUTE + 7, 1)).toMatchObject({ appended: 1 });
    expect(await put(store, 'g', MIDNIGHT - 2 * MINUTE, 1)).toMatchObject({ appended: 1 });
    await mergeAll(store);
    // The first one is in a bucket that is stored already; the second one is all that its bucket has.
    expect(await single(store, 'count_over_time(g[1d])', MIDNIGHT)).toBe(5_721);
    expect(await single(store, 'count_over_time(g[5m])', MIDNIGHT)).toBe(1);
  });
});
