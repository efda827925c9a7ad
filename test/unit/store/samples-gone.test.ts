// What is shown of times whose samples went before the summaries: by the largest size, or day by day with the retention.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON, put, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const MONDAY = MIDNIGHT - 4 * DAY;
const LAST_MONDAY = MONDAY - 7 * DAY;
const RETENTION = { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: 5 * MINUTE, keepMs: 365 * DAY }] };

/** Samples of one series in (from, to], each step. */
async function fill(store: MetricStoreFacade, name: string, from: number, to: number, step: number): Promise<void> {
  const ref = store.ref(Labels.of(name));
  for (let at = from; at < to; at += 5_000 * step) {
    const count = Math.min(5_000, Math.round((to - at) / step));
    const timestampsMs = Float64Array.from({ length: count }, (_, i) => at + (i + 1) * step);
    await store.append({
      timestampMs: timestampsMs[0]!,
      refs: new Uint32Array(count).fill(ref),
      values: timestampsMs.map((time) => Math.sin(time)),
      timestampsMs,
    });
  }
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

const namesIn = async (store: MetricStoreFacade, from: number, to: number): Promise<string[]> =>
  (await store.series([], from, to, 10)).map((labels) => labels.get('__name__'));

describe('samples that the largest size cost', () => {
  test('are shown as summaries, in the current week too', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store, 'g', MONDAY, NOON, 15_000);
    await store.sealAll();
    await store.runUpkeep();
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
    await fill(store, 'g', LAST_MONDAY, LAST_MONDAY + 3 * DAY, 15_000);
    await fill(store, 'h', MONDAY, MONDAY + HOUR, 15_000);
    await store.sealAll();
    await store.runUpkeep();
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
