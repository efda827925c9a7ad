import { afterEach, beforeEach, expect, test } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import type { CommittedRow } from '../../../electron/engine/store/metrics/index.ts';
import { DAY, MINUTE, NOON, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
let store: MetricStoreFacade;
let nowMs = NOON;
const open = (keepRowsAfter?: number): Promise<MetricStoreFacade> =>
  MetricStoreFacade.open({
    dir: bed.dir,
    retention: { rawKeepMs: 30 * DAY, tiers: [] },
    maxSeries: 1_000,
    keepRowsAfter,
    now: () => nowMs,
  });
beforeEach(async () => {
  bed = testbed();
  nowMs = NOON;
  store = await open();
});
afterEach(async () => {
  await store.close();
  await bed.end();
});

const append = (name: string, value: number, atMs = nowMs, stale = 0): Promise<unknown> =>
  store.append({
    timestampMs: nowMs,
    refs: Uint32Array.of(store.ref(Labels.of(name))),
    values: Float64Array.of(value),
    timestampsMs: atMs === nowMs ? undefined : Float64Array.of(atMs),
    stale: stale === 0 ? undefined : Uint8Array.of(stale),
  });

const told = ({ seq, timeMs, values, timestampsMs, stale }: CommittedRow): unknown[] => [
  seq,
  timeMs - NOON,
  values[0],
  timestampsMs === undefined ? undefined : timestampsMs[0]! - NOON,
  stale?.[0],
];

test('rows come in the order of their commits, late ones too, with the labels of their series', async () => {
  await append('a', 1);
  await append('b', 2, NOON - 10 * MINUTE);
  await append('a', Number.NaN, NOON + 1, 1);
  const { rows, firstSeq, lastSeq, upToSeq } = await store.feed.rows(1, 1_000);
  expect(rows.map(told)).toEqual([
    [2, 0, 2, -10 * MINUTE, undefined],
    [3, 0, Number.NaN, 1, 1],
  ]);
  expect({ firstSeq, lastSeq, upToSeq }).toEqual({ firstSeq: 1, lastSeq: 3, upToSeq: 3 });
  const ids = Float64Array.of(rows[0]!.ids[0]!, rows[1]!.ids[0]!, 999);
  expect(await store.feed.labels(ids)).toEqual(['["__name__","b"]', '["__name__","a"]', '']);
  expect((await store.feed.rows(0, 1)).rows.map(({ seq }) => seq)).toEqual([1]);
  expect(await store.feed.rows(Number.MAX_SAFE_INTEGER, 1)).toMatchObject({ rows: [], lastSeq: 3 });
});

test('rows that somebody follows stay though they are sealed, over a restart; others go', async () => {
  await store.feed.keepAfter(1);
  for (const value of [1, 2, 3]) await append('a', value, (nowMs += 1_000));
  await store.sealAll();
  expect((await store.feed.rows(0, 1_000)).rows.map(({ seq }) => seq)).toEqual([2, 3]);
  await store.close();
  store = await open(2);
  await store.sealAll();
  expect((await store.feed.rows(0, 1_000)).rows.map(({ seq }) => seq)).toEqual([3]);
  // Kept twice, there once.
  expect((await store.range('count_over_time(a[1h])', nowMs, nowMs, 1)).value).toMatchObject({
    series: [{ values: Float64Array.of(3) }],
  });
  await store.feed.keepAfter(undefined);
  await store.sealAll();
  expect(await store.feed.rows(0, 1_000)).toMatchObject({ rows: [], firstSeq: 4, lastSeq: 3 });
});

test('samples by time: sealed and not, series by series, in pages', async () => {
  await append('a', 1, (nowMs += 1_000));
  await append('b', 10);
  await store.sealAll();
  await append('a', 2, (nowMs += 1_000));
  await append('c', Number.NaN, nowMs, 1);
  const first = await store.feed.samples(-1, NOON, nowMs, 1);
  expect([...first.timestampsMs].map((atMs) => atMs - NOON)).toEqual([1_000, 2_000]);
  expect([...first.values]).toEqual([1, 2]);
  expect([...first.counts]).toEqual([2]);
  const rest = await store.feed.samples(first.nextAfterId!, NOON, nowMs, 100);
  expect([...rest.counts]).toEqual([1, 1]);
  expect([...rest.stale]).toEqual([0, 1]);
  expect(rest.nextAfterId).toBeUndefined();
  expect((await store.feed.samples(-1, NOON + 1_000, nowMs, 100)).values.length).toBe(2);
});
