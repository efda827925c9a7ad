import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSummaryBlock } from '../../../electron/engine/store/metrics/codec/summary-block.ts';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { TierFile } from '../../../electron/engine/store/metrics/tiers/tier-file.ts';
import type { LabelMatcher } from '../../../electron/engine/promql/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { accepted, DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const THURSDAY = MIDNIGHT - DAY;
const RETENTION = { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: HOUR, keepMs: 365 * DAY }] };

const is = (name: string, value: string): LabelMatcher => ({ name, op: '=', value });
const named = (name: string): LabelMatcher[][] => [[is('__name__', name)]];

const open = (): Promise<MetricStoreFacade> => bed.open({ retention: RETENTION });

/** Two series of one group, a sample each hour of Thursday and of Friday's first half: their values count the hours. */
async function fill(store: MetricStoreFacade): Promise<void> {
  const refs = Uint32Array.of(store.ref(Labels.of('gone')), store.ref(Labels.of('stays')));
  for (let hour = 1; hour <= 36; hour++) {
    await store.append({ timestampMs: THURSDAY + hour * HOUR, refs, values: Float64Array.of(hour, hour * 10) });
  }
}

const valuesOf = async (store: MetricStoreFacade, name: string): Promise<number[]> =>
  (await samplesOf(store, name, THURSDAY - DAY, NOON + HOUR)).map(([, value]) => value);

const hours = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Counts of a series' buckets of Thursday in the hourly summaries, in the newest row that has it; undefined when none has. */
function hourly(seriesId: number): number[] | undefined {
  const file = TierFile.openForReading(path.join(bed.dir, 'metrics', '2026.1h.db'))!;
  file.membership.refresh();
  let found: { id: number; counts: number[] } | undefined;
  for (const group of file.membership.groupsOf(seriesId)) {
    const place = file.membership.membersOf(group).indexOf(seriesId);
    for (const { id, body } of file.rowsOf(group, THURSDAY, THURSDAY)) {
      const stored = openSummaryBlock(body, THURSDAY).readAll(place);
      if (stored !== undefined && id > (found?.id ?? 0)) found = { id, counts: Array.from(stored.counts) };
    }
  }
  file.close();
  return found?.counts;
}

const seriesIn = (name: string): string[] => {
  const db = new Database(path.join(bed.dir, 'metrics', name), { readonly: true });
  const labels = db.prepare<[], string>('SELECT labels FROM series ORDER BY id').pluck().all();
  db.close();
  return labels;
};

describe('a deletion', () => {
  test('of everything takes a series out of all files, and others of its group stay', async () => {
    const store = await open();
    await fill(store);
    await store.sealAll();
    await store.runUpkeep();
    expect(await store.deleteSeries(named('gone'), -Infinity, Infinity)).toEqual({ series: 1 });
    expect(await valuesOf(store, 'gone')).toEqual([]);
    expect((await store.status()).upkeep.deletions).toBe(1);
    await store.runUpkeep();
    expect((await store.status()).upkeep.deletions).toBe(0);
    expect(await valuesOf(store, 'gone')).toEqual([]);
    expect(await valuesOf(store, 'stays')).toEqual(hours(1, 36).map((hour) => hour * 10));
    for (const name of ['2026-W47.db', '2026.1h.db']) expect(seriesIn(name)).toEqual(['["__name__","stays"]']);
    expect(hourly(1)).toBeUndefined();
    expect(hourly(2)).toEqual(hours(1, 24).map(() => 1));
    // Nothing of it is left that a restart could bring back.
    await store.close();
    const again = await open();
    expect(await valuesOf(again, 'gone')).toEqual([]);
    await again.applyRetention();
    expect(seriesIn('head.db')).toEqual(['["__name__","stays"]']);
    // The series may come again.
    await put(again, 'gone', NOON + MINUTE, 7);
    await again.sealAll();
    expect(await valuesOf(again, 'gone')).toEqual([7]);
  });

  test('of a range leaves what is outside, both ends included, in samples and summaries', async () => {
    const store = await open();
    await fill(store);
    await store.sealAll();
    await store.runUpkeep();
    await store.deleteSeries(named('gone'), THURSDAY + 3 * HOUR, THURSDAY + 30 * HOUR);
    expect(await valuesOf(store, 'gone')).toEqual([1, 2, ...hours(31, 36)]);
    await store.runUpkeep();
    expect(await valuesOf(store, 'gone')).toEqual([1, 2, ...hours(31, 36)]);
    expect(hourly(1)).toEqual([1, 1, ...hours(3, 24).map(() => 0)]);
    expect(seriesIn('2026-W47.db')).toHaveLength(2);
    expect(await valuesOf(store, 'stays')).toEqual(hours(1, 36).map((hour) => hour * 10));
  });

  test('hides samples that are not sealed yet, and takes them out', async () => {
    const store = await open();
    await fill(store);
    await store.deleteSeries(named('gone'), THURSDAY, THURSDAY + 35 * HOUR);
    expect(await valuesOf(store, 'gone')).toEqual([36]);
    await put(store, 'gone', NOON + MINUTE, 37);
    await store.runUpkeep();
    // The first look only queues them for sealing.
    await store.sealAll();
    await store.runUpkeep();
    expect((await store.status()).upkeep.deletions).toBe(0);
    expect(await valuesOf(store, 'gone')).toEqual([36, 37]);
    await store.close();
    expect(await valuesOf(await open(), 'gone')).toEqual([36, 37]);
  });

  test('ends with what is stored: later samples are visible', async () => {
    const store = await open();
    await put(store, 'gone', NOON, 1);
    await store.deleteSeries(named('gone'), 0, Infinity);
    await put(store, 'gone', NOON + 1, 2);
    expect(await valuesOf(store, 'gone')).toEqual([2]);
  });

  test('of a series that was stored while the clock was ahead leaves alone what comes after it', async () => {
    const store = await open();
    await put(store, 'gone', NOON - MINUTE, 1);
    bed.now = NOON + 20 * DAY;
    await put(store, 'ahead', bed.now, 1);
    bed.now = NOON;
    await put(store, 'ahead', NOON - MINUTE, 2);
    await put(store, 'stays', NOON + 9 * MINUTE, 3);
    const both = [{ name: '__name__', op: '=~', value: 'gone|ahead|stays' }] as const;
    expect(await store.deleteSeries([both], 0, Infinity)).toEqual({ series: 3 });
    bed.now = NOON + 5 * MINUTE;
    for (const name of ['gone', 'ahead']) {
      for (let i = 1; i <= 5; i++) expect(await put(store, name, NOON + i * MINUTE, i)).toEqual(accepted(1));
      expect(await valuesOf(store, name)).toEqual([1, 2, 3, 4, 5]);
    }
    await store.runUpkeep();
    await store.sealAll();
    await store.runUpkeep();
    expect((await store.status()).upkeep.deletions).toBe(0);
    for (const name of ['gone', 'ahead']) expect(await valuesOf(store, name)).toEqual([1, 2, 3, 4, 5]);
    expect(await valuesOf(store, 'stays')).toEqual([]);
    bed.now = NOON + 21 * DAY;
    expect(await samplesOf(store, 'ahead', NOON + HOUR, bed.now)).toEqual([]);
  });

  test('refuses what it would take with it, until it is applied', async () => {
    const store = await open();
    await put(store, 'gone', NOON, 1);
    await put(store, 'stays', NOON, 1);
    await store.deleteSeries(named('gone'), 0, Infinity);
    expect(await put(store, 'gone', NOON - MINUTE, 2)).toMatchObject({ appended: 0, outOfOrder: 1 });
    expect(await put(store, 'stays', NOON - MINUTE, 2)).toEqual(accepted(1));
    await store.sealAll();
    await store.runUpkeep();
    expect(await put(store, 'gone', NOON - MINUTE, 2)).toEqual(accepted(1));
    expect(await valuesOf(store, 'gone')).toEqual([2]);
  });

  test('goes on after a restart', async () => {
    const store = await open();
    await fill(store);
    await store.sealAll();
    await store.deleteSeries(named('gone'), 0, NOON);
    await store.close();
    const again = await open();
    expect(await valuesOf(again, 'gone')).toEqual([]);
    expect((await again.status()).upkeep.deletions).toBe(1);
    await again.runUpkeep();
    expect((await again.status()).upkeep.deletions).toBe(0);
    expect(seriesIn('2026-W47.db')).toEqual(['["__name__","stays"]']);
  });

  test('of times whose samples are gone takes whole buckets', async () => {
    const store = await open();
    await fill(store);
    await store.sealAll();
    await store.runUpkeep();
    // Only summaries are left of that week.
    await store.close();
    const db = new Database(path.join(bed.dir, 'metrics', '2026-W47.db'));
    db.exec('DELETE FROM chunk');
    db.close();
    const again = await open();
    await again.deleteSeries(named('gone'), THURSDAY + 2 * HOUR - 10 * MINUTE, THURSDAY + 2 * HOUR + 10 * MINUTE);
    await again.runUpkeep();
    expect(hourly(1)).toEqual([1, 0, 0, ...hours(4, 24).map(() => 1)]);
    expect(hourly(2)).toEqual(hours(1, 24).map(() => 1));
  });

  test('needs a selector that says something, and a range', async () => {
    const store = await open();
    const bad = { code: 'LW_STORE_BAD_DELETION' };
    await expect(store.deleteSeries([], 0, NOON)).rejects.toMatchObject(bad);
    await expect(store.deleteSeries([[]], 0, NOON)).rejects.toMatchObject(bad);
    await expect(store.deleteSeries([[{ name: 'a', op: '=~', value: '.*' }]], 0, NOON)).rejects.toMatchObject(bad);
    await expect(store.deleteSeries(named('x'), NOON, 0)).rejects.toMatchObject(bad);
    expect(await store.deleteSeries(named('nobody'), 0, NOON)).toEqual({ series: 0 });
  });
});

describe('the report', () => {
  test('shares the files out among metrics and parts', async () => {
    const store = await open();
    const refs = Uint32Array.from({ length: 4 }, (_, i) =>
      store.ref(
        Labels.fromRecord({ __name__: i < 3 ? 'wide' : 'narrow', device: i % 2 === 0 ? 'a' : 'b', i: String(i) }),
      ),
    );
    for (let at = THURSDAY + MINUTE; at <= THURSDAY + 100 * MINUTE; at += MINUTE) {
      await store.append({ timestampMs: at, refs, values: Float64Array.from(refs, (_, i) => Math.sin(at * (i + 1))) });
    }
    await store.sealAll();
    await store.runUpkeep();
    const report = await store.report([
      { name: 'router a', selectors: [[is('device', 'a')]] },
      { name: 'nobody', selectors: [[is('device', 'c')]] },
    ]);
    expect(report.total).toMatchObject({ series: 4, samples: 400 });
    expect(report.metrics.map(({ name, series, samples }) => [name, series, samples])).toEqual([
      ['wide', 3, 300],
      ['narrow', 1, 100],
    ]);
    expect(report.parts.map(({ name, series, samples }) => [name, series, samples])).toEqual([
      ['router a', 2, 200],
      ['nobody', 0, 0],
    ]);
    // 400 noisy doubles cannot take less than their 50 bits of noise each, nor more than what the files have.
    expect(report.total.bytes).toBeGreaterThan(400 * 6);
    expect(report.total.bytes).toBeLessThan((await store.status()).diskBytes);
    expect(report.metrics.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(report.total.bytes, -1);
    expect(report.parts[0]!.bytes / report.total.bytes).toBeCloseTo(0.5, 3);
  });
});
