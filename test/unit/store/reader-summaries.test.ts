// Summaries that the reader answers with: the same as what all samples together give, wherever they come from.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Summaries, SummaryField } from '../../../electron/engine/promql/index.ts';
import { encodeBlock } from '../../../electron/engine/store/metrics/codec/block.ts';
import { DayBlockEncoder } from '../../../electron/engine/store/metrics/codec/day-block.ts';
import { SummaryBlockEncoder } from '../../../electron/engine/store/metrics/codec/summary-block.ts';
import { DecodedCache } from '../../../electron/engine/store/metrics/reader/decoded-cache.ts';
import { MetricStorage } from '../../../electron/engine/store/metrics/reader/metric-storage.ts';
import { SealedReader } from '../../../electron/engine/store/metrics/reader/sealed-reader.ts';
import { StoredFiles } from '../../../electron/engine/store/metrics/reader/stored-files.ts';
import { TierReader } from '../../../electron/engine/store/metrics/reader/tier-reader.ts';
import { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';
import { evenBounds, summarise } from '../../../electron/engine/store/metrics/summary/index.ts';
import { TierFiles } from '../../../electron/engine/store/metrics/tiers/tier-files.ts';
import { dayStartMs, weekStartMs } from '../../../electron/engine/store/metrics/week.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON } from './testbed.ts';

const SERIES = [1, 2, 3];
const RESOLUTION = 5 * MINUTE;
/** Thursday 00:00: two whole days and half of Saturday follow. */
const START = dayStartMs(NOON) - DAY;
const END = START + 2.5 * DAY;
const FIELDS: SummaryField[] = ['first', 'last', 'sum', 'min', 'max', 'corrections'];

const TIMES = Float64Array.from({ length: (END - START) / MINUTE }, (_, i) => START + (i + 1) * MINUTE);
/** A counter that is reset every 50 minutes; every third series has a gap. */
const valueAt = (id: number, timeMs: number): number => id * 100 + (((timeMs - START) / MINUTE) % 50) * id;
const staleAt = (id: number, timeMs: number): boolean => id === 2 && (timeMs - START) % (7 * HOUR) === 0;

let dir: string;
let weeks: WeekFiles;
let tierFiles: TierFiles;
let sealed: SealedReader;
let tiers: TierReader;
let storage: MetricStorage;
let rawKeepMs = 30 * DAY;

const labelsOf = (id: number): string => Labels.of('octets_total', { id: String(id) }).key;

const fail = (...damage: unknown[]): void => expect.unreachable(`damage: ${damage.join()}`);

function open(): void {
  const files = new StoredFiles(dir);
  const cache = new DecodedCache(16 * 1024 * 1024);
  sealed = new SealedReader(dir, files, cache, fail);
  tiers = new TierReader(dir, files, cache, fail, fail);
  const retention = {
    rawKeepMs,
    tiers: [
      { resolutionMs: HOUR, keepMs: 1_000 * DAY },
      { resolutionMs: RESOLUTION, keepMs: 300 * DAY },
    ],
  };
  storage = new MetricStorage({ files, sealed, tiers }, retention, () => {});
  for (const id of SERIES) storage.index.add(id, labelsOf(id));
}

beforeEach(() => {
  dir = path.join(mkdtempSync(path.join(tmpdir(), 'linewarden-reader-')), 'metrics');
  mkdirSync(dir);
  rawKeepMs = 30 * DAY;
  weeks = new WeekFiles(dir, { onDamage: () => {}, onRelease: () => {} });
  tierFiles = new TierFiles(dir, { onDamage: () => {}, onRelease: () => {} });
  open();
});
afterEach(() => {
  for (const one of [sealed, tiers, weeks, tierFiles]) one.close();
  rmSync(path.dirname(dir), { recursive: true, force: true });
});

const within = (from: number, to: number): Float64Array => TIMES.filter((time) => time > from && time <= to);

function samplesOf(id: number, times: Float64Array) {
  const stale = Uint8Array.from(times, (time) => (staleAt(id, time) ? 1 : 0));
  return {
    timestamps: times,
    values: times.map((time) => (staleAt(id, time) ? Number.NaN : valueAt(id, time))),
    stale: stale.includes(1) ? stale : undefined,
  };
}

function putSmall(from: number, to: number): void {
  for (let start = from; start < to; start += 2 * HOUR) {
    const times = within(start, Math.min(to, start + 2 * HOUR));
    const columns = SERIES.map((id, member) => ({ member, ...samplesOf(id, times) }));
    put(times, encodeBlock(times, columns), false);
  }
}

function put(times: Float64Array, body: Uint8Array, merged: boolean): void {
  const [startMs = 0] = times;
  const endMs = times.at(-1) ?? 0;
  const chunk = { members: SERIES, startMs, endMs, samples: times.length * SERIES.length, body, walSeq: 1, merged };
  weeks.insert(weekStartMs(startMs), [chunk], labelsOf);
}

function putDay(dayMs: number): void {
  const times = within(dayMs, dayMs + DAY);
  const encoder = new DayBlockEncoder();
  encoder.addTimes(times);
  for (const [member, id] of SERIES.entries()) encoder.add({ member, ...samplesOf(id, times) });
  put(times, encoder.finish(), true);
}

/** `factor`: what the values are taken times, to tell stored buckets from computed ones. */
function putSummaries(dayMs: number, factor = 1, resolutionMs = RESOLUTION): void {
  const encoder = new SummaryBlockEncoder(dayMs);
  const bounds = evenBounds(dayMs, resolutionMs, DAY / resolutionMs);
  for (const [member, id] of SERIES.entries()) {
    const { timestamps, values, stale } = samplesOf(id, within(dayMs, dayMs + DAY));
    encoder.add(member, summarise({ timestamps, values: values.map((value) => value * factor), stale }, bounds));
  }
  const replaced = { groups: [], upToRow: 0 };
  tierFiles.put(resolutionMs, dayMs, [{ members: SERIES, body: encoder.finish() }], replaced, labelsOf);
}

const MATCHERS = [{ name: '__name__', op: '=', value: 'octets_total' }] as const;
const scope = { nowMs: END, check: () => {} };

const ask = (from: number, to: number, alignMs = RESOLUTION): Summaries | undefined =>
  storage.forQuery(scope).summaries?.({ matchers: MATCHERS, minTimeMs: from, maxTimeMs: to, alignMs, fields: FIELDS });

/** Every bucket of every series, from all of its samples in the times that are kept. */
function wanted(from: number, to: number, kept: (time: number) => boolean = () => true, resolutionMs = RESOLUTION) {
  const bounds = evenBounds(from, resolutionMs, (to - from) / resolutionMs);
  return SERIES.map((id) => buckets(summarise(samplesOf(id, within(from, to).filter(kept)), bounds)));
}

/** What says something of each bucket. */
function buckets(columns: { readonly counts: Float64Array } & { readonly [name: string]: unknown }): unknown[] {
  const names = ['firstTimes', 'firstValues', 'lastTimes', 'lastValues', 'sums', 'mins', 'maxs', 'corrections'];
  const at = (name: string, i: number): unknown => (columns[name] as Float64Array | undefined)?.[i];
  return Array.from(columns.counts, (count, i) => ({
    count,
    stale: at('endsStale', i) ?? 0,
    ...(count === 0 ? {} : Object.fromEntries(names.map((name) => [name, at(name, i)]))),
  }));
}

const empty = (list: { count: number }[] | undefined) => list?.flatMap(({ count }, i) => (count === 0 ? [i] : []));

const found = (summaries: Summaries | undefined): unknown => summaries?.series.map((one) => buckets({ ...one }));

describe('summaries', () => {
  test('of merged days come from their rows, of the rest from samples', () => {
    putDay(START);
    putSummaries(START);
    putDay(START + DAY);
    putSummaries(START + DAY);
    putSmall(START + 2 * DAY, END);
    for (const [from, to] of [
      [START, END],
      [START + DAY, START + 2 * DAY],
      [START + 7 * HOUR, START + 31 * HOUR],
      [START + 40 * HOUR, END - HOUR],
    ] as const) {
      expect(found(ask(from, to))).toEqual(wanted(from, to));
      // Warm.
      expect(found(ask(from, to))).toEqual(wanted(from, to));
    }
  });

  test('are the rows, not the samples, where a day is merged', () => {
    putDay(START);
    putSummaries(START, 1_000);
    const [one] = ask(START, START + DAY)?.series ?? [];
    expect(one?.firstValues?.[0]).toBe(valueAt(1, START + MINUTE) * 1_000);
  });

  test('of a day without a row come from its samples', () => {
    putDay(START);
    putSummaries(START);
    putDay(START + DAY);
    expect(found(ask(START, START + 2 * DAY))).toEqual(wanted(START, START + 2 * DAY));
  });

  test('that a chunk which is not merged reaches into come from all samples, the others from the row', () => {
    const late = within(START + 10 * HOUR, START + 11 * HOUR);
    const isLate = (time: number): boolean => late.includes(time);
    const times = within(START, START + DAY).filter((time) => !isLate(time));
    const encoder = new DayBlockEncoder();
    encoder.addTimes(times);
    for (const [member, id] of SERIES.entries()) encoder.add({ member, ...samplesOf(id, times) });
    put(times, encoder.finish(), true);
    putSummaries(START, 1_000);
    const columns = SERIES.map((id, member) => ({ member, ...samplesOf(id, late) }));
    put(late, encodeBlock(late, columns), false);
    const [one] = ask(START, START + DAY)?.series ?? [];
    const touched = { from: (10 * HOUR) / RESOLUTION, to: (11 * HOUR) / RESOLUTION };
    const whole = wanted(START, START + DAY)[0] as { sums: number }[];
    expect(
      Array.from(one?.sums ?? [], (sum, i) => sum === whole[i]?.sums).flatMap((same, i) => (same ? [i] : [])),
    ).toEqual(Array.from({ length: touched.to - touched.from }, (_, i) => touched.from + i));
  });

  test('of deleted times are as if their samples had never been', () => {
    putDay(START);
    putSummaries(START);
    const fromMs = START + 3 * HOUR + 2 * MINUTE;
    const toMs = START + 4 * HOUR + 1 * MINUTE;
    storage.apply({
      kind: 'tombstones',
      tombstones: [{ id: 1, fromMs, toMs, seriesIds: Float64Array.from(SERIES) }],
    });
    const kept = (time: number): boolean => time <= fromMs || time > toMs;
    expect(found(ask(START, START + DAY))).toEqual(wanted(START, START + DAY, kept));
    const [one] = storage.forQuery(scope).select({ matchers: MATCHERS, minTimeMs: START, maxTimeMs: START + DAY });
    expect([...(one?.timestamps ?? [])]).toEqual([...within(START, START + DAY)].filter(kept));
  });

  test('of deleted times whose samples are gone go as whole buckets', () => {
    rawKeepMs = DAY;
    open();
    putSummaries(START);
    storage.apply({
      kind: 'tombstones',
      tombstones: [
        { id: 1, fromMs: START + HOUR + MINUTE, toMs: START + HOUR + 7 * MINUTE, seriesIds: Float64Array.of(1) },
      ],
    });
    const [one, two] = found(ask(START, START + DAY)) as { count: number }[][];
    expect(empty(one)).toEqual([12, 13]);
    expect(empty(two)).toEqual([]);
  });

  test('are of the coarsest resolution that divides what is asked for', () => {
    for (const day of [START, START + DAY]) {
      putDay(day);
      putSummaries(day);
      putSummaries(day, 1, HOUR);
    }
    expect(ask(START, START + DAY, 2 * HOUR)?.bounds.length).toBe(25);
    expect(ask(START, START + DAY, 90 * MINUTE)?.bounds.length).toBe(289);
    expect(ask(START, START + DAY, MINUTE)).toBeUndefined();
    expect(found(ask(START, START + 2 * DAY, HOUR))).toEqual(wanted(START, START + 2 * DAY, () => true, HOUR));
  });

  test('are not answered where nothing is summarised and the samples are there', () => {
    putSmall(START, START + DAY);
    expect(ask(START, START + DAY)).toBeUndefined();
  });

  test('keep the newest of two rows that speak of the same day', () => {
    putDay(START);
    putSummaries(START, 1_000);
    putSummaries(START);
    expect(found(ask(START, START + DAY))).toEqual(wanted(START, START + DAY));
  });

  test('share counts and times among the series of a scrape', () => {
    putDay(START);
    putDay(START + DAY);
    putSummaries(START);
    putSummaries(START + DAY);
    const [one, , three] = ask(START + HOUR, START + 30 * HOUR)?.series ?? [];
    expect(one?.counts).toBe(three?.counts);
    expect(one?.firstTimes).toBe(three?.firstTimes);
  });

  test('give one sample a bucket, at its end, where samples are asked for', () => {
    putSummaries(START);
    const request = { matchers: MATCHERS, minTimeMs: START, maxTimeMs: START + HOUR, resolutionMs: RESOLUTION };
    const [one] = storage.forQuery(scope).select(request);
    const ends = Array.from({ length: 12 }, (_, i) => START + (i + 1) * RESOLUTION);
    expect([...(one?.timestamps ?? [])]).toEqual(ends);
    expect([...(one?.values ?? [])]).toEqual(ends.map((end) => valueAt(1, end)));
    const marked = { ...request, minTimeMs: START + 7 * HOUR - RESOLUTION, maxTimeMs: START + 7 * HOUR };
    expect([...(storage.forQuery(scope).select(marked)[1]?.stale ?? [])]).toEqual([1]);
  });
});

describe('tiers', () => {
  test('reach as far as they are kept, finest first', () => {
    expect(storage.forQuery(scope).tiers?.()).toEqual([
      { resolutionMs: 0, oldestMs: END - 30 * DAY },
      { resolutionMs: RESOLUTION, oldestMs: END - 300 * DAY },
      { resolutionMs: HOUR, oldestMs: END - 1_000 * DAY },
    ]);
  });

  test('samples reach no further than their files where these went before their time', () => {
    putSummaries(START - 10 * DAY);
    tierFiles.markComplete(RESOLUTION, START - 10 * DAY);
    putSmall(START, END);
    expect(storage.forQuery(scope).tiers?.()[0]).toEqual({ resolutionMs: 0, oldestMs: weekStartMs(START + 1) });
  });
});
