// The reader over files that change under it, without threads: what a query sees is one state, each sample once.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SelectRequest } from '../../../electron/engine/promql/index.ts';
import { encodeBlock } from '../../../electron/engine/store/metrics/codec/block.ts';
import { DayBlockEncoder } from '../../../electron/engine/store/metrics/codec/day-block.ts';
import { DecodedCache } from '../../../electron/engine/store/metrics/reader/decoded-cache.ts';
import { MetricStorage } from '../../../electron/engine/store/metrics/reader/metric-storage.ts';
import { SealedReader } from '../../../electron/engine/store/metrics/reader/sealed-reader.ts';
import { StoredFiles } from '../../../electron/engine/store/metrics/reader/stored-files.ts';
import { TierReader } from '../../../electron/engine/store/metrics/reader/tier-reader.ts';
import type { NewChunk } from '../../../electron/engine/store/metrics/seal/week-rows.ts';
import { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';
import { weekStartMs } from '../../../electron/engine/store/metrics/week.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON } from './testbed.ts';

const SERIES = [1, 2, 3];
const START = NOON - 10 * HOUR;
/** Ten hours of samples, 15 s apart. */
const TIMES = Float64Array.from({ length: 2_400 }, (_, i) => START + (i + 1) * 15_000);
const valueAt = (id: number, timeMs: number): number => id * 1_000_000 + (timeMs - START) / 1_000;

let dir: string;
let weeks: WeekFiles;
let sealed: SealedReader;
let tiers: TierReader;
let storage: MetricStorage;
const damages: unknown[] = [];

beforeEach(() => {
  dir = path.join(mkdtempSync(path.join(tmpdir(), 'linewarden-reader-')), 'metrics');
  mkdirSync(dir);
  weeks = new WeekFiles(dir, { onDamage: () => {}, onRelease: () => {} });
  const files = new StoredFiles(dir);
  const cache = new DecodedCache(16 * 1024 * 1024);
  sealed = new SealedReader(dir, files, cache, (...damage) => damages.push(damage));
  tiers = new TierReader(
    dir,
    files,
    cache,
    (...damage) => damages.push(damage),
    (name) => damages.push([name, 'unread']),
  );
  storage = new MetricStorage({ files, sealed, tiers }, { rawKeepMs: 30 * DAY, tiers: [] }, () => {});
  for (const id of SERIES) storage.index.add(id, labelsOf(id));
  damages.length = 0;
});
afterEach(() => {
  sealed.close();
  tiers.close();
  weeks.close();
  rmSync(path.dirname(dir), { recursive: true, force: true });
});

const labelsOf = (id: number): string => Labels.of('octets_total', { id: String(id) }).key;

const small = (times: Float64Array): NewChunk => ({
  members: SERIES,
  startMs: times[0] ?? 0,
  endMs: times.at(-1) ?? 0,
  samples: times.length * SERIES.length,
  body: encodeBlock(
    times,
    SERIES.map((id, member) => ({ member, values: times.map((time) => valueAt(id, time)) })),
  ),
  walSeq: 1,
  merged: false,
});

function day(times: Float64Array): NewChunk {
  const encoder = new DayBlockEncoder();
  encoder.addTimes(times);
  for (const [member, id] of SERIES.entries()) encoder.add({ member, values: times.map((time) => valueAt(id, time)) });
  return { ...small(times), body: encoder.finish(), walSeq: 0, merged: true };
}

const inSmallChunks = (): NewChunk[] =>
  Array.from({ length: TIMES.length / 120 }, (_, i) => small(TIMES.slice(i * 120, (i + 1) * 120)));

const put = (chunks: readonly NewChunk[]): void => weeks.insert(weekStartMs(NOON), chunks, labelsOf);

/** Replaces all small chunks by one day chunk, as compaction does. */
function merge(): void {
  weeks.change(weekStartMs(NOON), (rows, { db }) => {
    rows.insert([day(TIMES)], labelsOf);
    rows.remove(db.prepare<[], number>('SELECT id FROM chunk WHERE merged = 0').pluck().all());
  });
}

function select(minTimeMs: number, maxTimeMs: number, check: () => void = () => {}) {
  const request: SelectRequest = {
    matchers: [{ name: '__name__', op: '=', value: 'octets_total' }],
    minTimeMs,
    maxTimeMs,
  };
  return storage.forQuery({ nowMs: NOON, check }).select(request);
}

function expectAll(found: ReturnType<typeof select>, minTimeMs: number, maxTimeMs: number): void {
  const times = [...TIMES].filter((time) => time > minTimeMs && time <= maxTimeMs);
  expect(found.map(({ labels }) => labels.get('id'))).toEqual(SERIES.map(String));
  for (const [i, id] of SERIES.entries()) {
    expect([...(found[i]?.timestamps ?? [])]).toEqual(times);
    expect([...(found[i]?.values ?? [])]).toEqual(times.map((time) => valueAt(id, time)));
  }
}

const estimate = (minTimeMs: number, maxTimeMs: number) =>
  storage.estimate([{ matchers: [{ name: '__name__', op: '=', value: 'octets_total' }], minTimeMs, maxTimeMs }], {
    nowMs: NOON,
    check: () => {},
  });

const hide = (id: number, fromMs: number, toMs: number) => ({ id, fromMs, toMs, seriesIds: Float64Array.of(id) });

describe('what a query reads', () => {
  test('is the same from small chunks, from a day chunk, cold, warm, whole and in part', () => {
    put(inSmallChunks());
    const ranges: [number, number][] = [
      [START, NOON],
      [NOON - 5 * MINUTE, NOON],
      [NOON - 20 * MINUTE, NOON - 10 * MINUTE],
      [START + HOUR, START + 9 * HOUR],
      [START - HOUR, START + 15_000],
      [NOON - 5 * MINUTE, NOON],
    ];
    for (let round = 0; round < 2; round++) for (const [min, max] of ranges) expectAll(select(min, max), min, max);
    merge();
    for (let round = 0; round < 2; round++) for (const [min, max] of ranges) expectAll(select(min, max), min, max);
    expect(damages).toEqual([]);
  });

  test('is all there and once when chunks are merged between finding and reading them', () => {
    put(inSmallChunks());
    for (const warmUp of [false, true]) {
      if (warmUp) expectAll(select(START, NOON), START, NOON);
      let isMerged = false;
      let calls = 0;
      const found = select(START, NOON, () => {
        // Before the second series is read: the chunks of all were found already.
        if (++calls !== 2) return;
        isMerged = true;
        merge();
      });
      expect(isMerged).toBe(true);
      expectAll(found, START, NOON);
      // And what the next one sees is merged.
      expectAll(select(START, NOON), START, NOON);
      weeks.change(weekStartMs(NOON), (rows, { db }) => {
        rows.remove(db.prepare<[], number>('SELECT id FROM chunk').pluck().all());
        rows.insert(inSmallChunks(), labelsOf);
      });
    }
  });

  test('does not show the chunks of a file that another one replaced', () => {
    put(inSmallChunks());
    expectAll(select(START, NOON), START, NOON);
    storage.apply({ kind: 'release', mondayMs: weekStartMs(NOON) });
    weeks.remove(weekStartMs(NOON));
    expect(select(START, NOON)).toEqual([]);
    put([day(TIMES)]);
    expectAll(select(START, NOON), START, NOON);
  });

  test('includes a week whose file came after the first look', () => {
    expect(select(START, NOON)).toEqual([]);
    put([day(TIMES)]);
    expectAll(select(START, NOON), START, NOON);
  });

  test('shares the column of times among series that have the same', () => {
    put([day(TIMES)]);
    const [a, b, c] = select(START + HOUR, NOON);
    expect(a?.timestamps).toBe(b?.timestamps);
    expect(b?.timestamps).toBe(c?.timestamps);
    expect(a?.values).not.toBe(b?.values);
  });

  test('can be told about how much it is before it is read', () => {
    put(inSmallChunks());
    expect(estimate(START, NOON)).toEqual({ series: 3, samples: 3 * 2_400 });
    const half = estimate(START + 5 * HOUR, NOON).samples;
    expect(Math.abs(half - 3_600)).toBeLessThan(40);
    merge();
    expect(estimate(START, NOON)).toEqual({ series: 3, samples: 3 * 2_400 });
    expect(estimate(START - DAY, START).samples).toBe(0);
  });

  test('does not list series whose samples were deleted, and lists those that have some left', () => {
    put(inSmallChunks());
    storage.apply({ kind: 'tombstones', tombstones: [hide(1, START - DAY, NOON), hide(2, START, NOON - HOUR)] });
    const list = (fromMs: number): string[] =>
      storage.series([], fromMs, NOON, 10, { nowMs: NOON, check: () => {} }).map((labels) => labels.get('id'));
    expect(list(START)).toEqual(['2', '3']);
    expect(storage.labelValues('id', [], START, NOON - HOUR, { nowMs: NOON, check: () => {} })).toEqual(['3']);
    expect(select(START, NOON).map(({ labels, timestamps }) => [labels.get('id'), timestamps.length])).toEqual([
      ['2', 240],
      ['3', 2_400],
    ]);
    storage.apply({ kind: 'tombstones', tombstones: [] });
    expect(list(START)).toEqual(['1', '2', '3']);
  });

  test('lists no more series than were asked for', () => {
    put(inSmallChunks());
    expect(storage.series([], START, NOON, 2, { nowMs: NOON, check: () => {} })).toHaveLength(2);
  });

  test('joins late samples in order, each time once', () => {
    put([day(TIMES.slice(0, 2_000)), small(TIMES.slice(1_900, 2_020)), small(TIMES.slice(2_020))]);
    put([small(TIMES.slice(10, 130))]);
    expectAll(select(START, NOON), START, NOON);
    expectAll(select(START + 40_000, START + 20 * MINUTE), START + 40_000, START + 20 * MINUTE);
    expect(damages).toEqual([]);
  });
});
