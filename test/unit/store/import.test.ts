import { readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMetricImport, type MetricImport } from '../../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
const notes: string[] = [];
beforeEach(() => {
  bed = testbed();
  notes.length = 0;
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const RESOLUTIONS = [5 * MINUTE, HOUR];
const RETENTION = {
  rawKeepMs: 30 * DAY,
  tiers: RESOLUTIONS.map((resolutionMs) => ({ resolutionMs, keepMs: 365 * DAY })),
};

const openImport = (): Promise<MetricImport> =>
  openMetricImport({
    dir: bed.dir,
    resolutionsMs: RESOLUTIONS,
    onNote: (note) => notes.push(note),
    now: () => bed.now,
  });

type Points = readonly (readonly [timeMs: number, value: number])[];

function give(target: MetricImport, name: string, points: Points): void {
  const buffer = target.bufferOf(Labels.of(name));
  target.turnTo(buffer);
  for (const [timeMs, value] of points) buffer.push(timeMs, value);
}

async function importAll(series: Readonly<Record<string, Points>>): Promise<void> {
  const target = await openImport();
  for (const [name, points] of Object.entries(series)) give(target, name, points);
  await target.finish();
}

const everyMinute = (fromMs: number, count: number, valueAt = (i: number): number => i): [number, number][] =>
  Array.from({ length: count }, (_, i) => [fromMs + i * MINUTE, valueAt(i)]);

/** Of every raw chunk, by week: its samples and whether it is merged. */
function chunks(): { week: string; samples: number; merged: number }[] {
  return readdirSync(path.join(bed.dir, 'metrics'))
    .filter((name) => /W\d\d\.db$/.test(name))
    .toSorted()
    .flatMap((week) => {
      const db = new Database(path.join(bed.dir, 'metrics', week), { readonly: true });
      const rows = db
        .prepare<[], { samples: number; merged: number }>('SELECT samples, merged FROM chunk ORDER BY start')
        .all();
      db.close();
      return rows.map((row) => ({ week: week.slice(0, -3), ...row }));
    });
}

describe('an import', () => {
  test('keeps the first of two samples at one time, and counts those with another value', async () => {
    const target = await openImport();
    give(target, 'a', [
      [MIDNIGHT + MINUTE, 1],
      [MIDNIGHT + 2 * MINUTE, 2],
      [MIDNIGHT + MINUTE, 1],
      [MIDNIGHT + MINUTE, 7],
      [MIDNIGHT + 2 * MINUTE, 8],
      [MIDNIGHT + 2 * MINUTE, 2],
    ]);
    give(target, 'b', [
      [MIDNIGHT + MINUTE, Number.NaN],
      [MIDNIGHT + MINUTE, Number.NaN],
    ]);
    await target.finish();
    expect(target.conflicts).toBe(2);
    const store = await bed.open({ retention: RETENTION });
    expect(await samplesOf(store, 'a', MIDNIGHT, MIDNIGHT + HOUR)).toEqual([
      [MIDNIGHT + MINUTE, 1],
      [MIDNIGHT + 2 * MINUTE, 2],
    ]);
  });

  test('becomes finished days, cut after midnight, in the files of their weeks', async () => {
    // Sunday 15 November 23:58 to Monday 00:02: midnight itself belongs to Sunday and its week.
    const sunday = MIDNIGHT - 4 * DAY - 2 * MINUTE;
    await importAll({ a: everyMinute(sunday, 5), b: everyMinute(sunday, 3) });
    expect(chunks()).toEqual([
      { week: '2026-W46', samples: 6, merged: 1 },
      { week: '2026-W47', samples: 2, merged: 1 },
    ]);
    const store = await bed.open({ retention: RETENTION });
    expect(await samplesOf(store, 'a', sunday - 1, sunday + HOUR)).toEqual(everyMinute(sunday, 5));
    expect(await samplesOf(store, 'b', sunday - 1, sunday + HOUR)).toEqual(everyMinute(sunday, 3));
    expect(notes).toEqual([]);
  });

  test('has summaries of every resolution, which answer once its samples are gone', async () => {
    // 0, 1, ... 1439: an hour's increase is 60 a minute's worth, extrapolated to the whole window as PromQL does.
    await importAll({ a: everyMinute(MIDNIGHT - DAY + MINUTE, 1440) });
    const store = await bed.open({ retention: RETENTION });
    const status = await store.status();
    expect(status.tiers.map(({ resolutionMs, oldestMs }) => [resolutionMs, oldestMs !== undefined])).toEqual([
      [0, true],
      [5 * MINUTE, true],
      [HOUR, true],
    ]);
    await store.close();
    for (const name of readdirSync(path.join(bed.dir, 'metrics')).filter((file) => /W\d\d\.db$/.test(file))) {
      const db = new Database(path.join(bed.dir, 'metrics', name));
      db.exec('DELETE FROM chunk');
      db.close();
    }
    const later = await bed.open({ retention: RETENTION });
    const asked = async (query: string): Promise<number | undefined> => {
      const { value } = await later.range(query, MIDNIGHT - HOUR, MIDNIGHT - HOUR, HOUR);
      return value.type === 'matrix' ? value.series[0]?.values[0] : undefined;
    };
    // Minutes 1321 to 1380 of the day hold 1320 ... 1379.
    expect(await asked('max_over_time(a[1h])')).toBe(1379);
    expect(await asked('sum_over_time(a[1h])')).toBe((60 * (1320 + 1379)) / 2);
    expect(await asked('count_over_time(a[1h])')).toBe(60);
  });

  test('of all series at each time gives the same as of one series after the other', async () => {
    const names = Array.from({ length: 70 }, (_, i) => `m${i}`);
    const target = await openImport();
    for (let i = 0; i < 300; i++)
      for (const name of names) give(target, name, [[MIDNIGHT - DAY + (i + 1) * MINUTE, i * 2]]);
    await target.finish();
    const store = await bed.open({ retention: RETENTION });
    for (const name of ['m0', 'm31', 'm32', 'm69']) {
      expect(await samplesOf(store, name, MIDNIGHT - DAY, MIDNIGHT)).toEqual(
        everyMinute(MIDNIGHT - DAY + MINUTE, 300, (i) => i * 2),
      );
    }
    expect(new Set(chunks().map(({ merged }) => merged))).toEqual(new Set([1]));
  });

  test('joins what is there: twice the same counts once, and a day of both becomes one', async () => {
    const morning = MIDNIGHT - DAY + 8 * HOUR;
    await importAll({ a: everyMinute(morning, 10), b: everyMinute(morning, 10) });
    await importAll({ a: everyMinute(morning + 5 * MINUTE, 10, (i) => i + 5), c: everyMinute(morning, 2) });
    const store = await bed.open({ retention: RETENTION });
    expect(await samplesOf(store, 'a', morning - 1, morning + HOUR)).toEqual(everyMinute(morning, 15));
    expect(await samplesOf(store, 'b', morning - 1, morning + HOUR)).toEqual(everyMinute(morning, 10));
    expect(await samplesOf(store, 'c', morning - 1, morning + HOUR)).toEqual(everyMinute(morning, 2));
    // a went to where it was last, beside c.
    expect(chunks()).toEqual([
      { week: '2026-W47', samples: 10, merged: 1 },
      { week: '2026-W47', samples: 17, merged: 1 },
    ]);
    const { value } = await store.range('count_over_time(a[1h])', morning + HOUR, morning + HOUR, HOUR);
    expect(value.type === 'matrix' ? value.series[0]?.values : undefined).toEqual(Float64Array.of(14));
  });

  test('beside samples that an engine has not yet sealed loses none of either', async () => {
    const store = await bed.open({ retention: RETENTION });
    await put(store, 'a', NOON - MINUTE, 5);
    await put(store, 'a', NOON, 6);
    await store.close();
    await importAll({ a: everyMinute(NOON - 10 * MINUTE, 8) });
    const again = await bed.open({ retention: RETENTION });
    expect(await samplesOf(again, 'a', NOON - HOUR, NOON)).toEqual([
      ...everyMinute(NOON - 10 * MINUTE, 8),
      [NOON - MINUTE, 5],
      [NOON, 6],
    ]);
    await put(again, 'a', NOON + MINUTE, 7);
    expect((await samplesOf(again, 'a', NOON, NOON + MINUTE)).map(([, value]) => value)).toEqual([7]);
  });

  test('is refused while a deletion waits for samples that are not sealed, and goes once it is through', async () => {
    const store = await bed.open({ retention: RETENTION });
    for (let i = 0; i < 10; i++) await put(store, 'a', NOON - HOUR + i * MINUTE, 1);
    await store.deleteSeries([[{ name: '__name__', op: '=', value: 'a' }]], 0, 8e15);
    await store.close();
    await expect(openImport()).rejects.toMatchObject({ code: 'LW_IMPORT_DELETION_WAITS' });
    // Refused twice: the first left nothing open and nothing changed.
    await expect(openImport()).rejects.toMatchObject({ code: 'LW_IMPORT_DELETION_WAITS' });
    const again = await bed.open({ retention: RETENTION });
    await again.sealAll();
    await again.runUpkeep();
    expect((await again.status()).upkeep.deletions).toBe(0);
    await again.close();
    await importAll({ a: everyMinute(NOON - DAY, 100) });
    const last = await bed.open({ retention: RETENTION });
    expect(await samplesOf(last, 'a', NOON - 2 * DAY, NOON)).toEqual(everyMinute(NOON - DAY, 100));
    await last.runUpkeep();
    expect(await samplesOf(last, 'a', NOON - 2 * DAY, NOON)).toEqual(everyMinute(NOON - DAY, 100));
  });

  test('is not refused when all that was deleted was sealed before', async () => {
    const store = await bed.open({ retention: RETENTION });
    for (let i = 0; i < 10; i++) await put(store, 'a', NOON - DAY + i * MINUTE, 1);
    await store.sealAll();
    await store.deleteSeries([[{ name: '__name__', op: '=', value: 'a' }]], 0, 8e15);
    await store.close();
    await importAll({ a: everyMinute(NOON - DAY, 5, (i) => i + 50) });
    const again = await bed.open({ retention: RETENTION });
    expect(await samplesOf(again, 'a', NOON - 2 * DAY, NOON)).toEqual(everyMinute(NOON - DAY, 5, (i) => i + 50));
  });

  test('takes samples in any order, each time once', async () => {
    await importAll({
      a: [
        [NOON, 3],
        [NOON - HOUR, 1],
        [NOON, 4],
        [NOON - DAY, 0],
        [NOON - MINUTE, 2],
      ],
    });
    const store = await bed.open({ retention: RETENTION });
    expect(await samplesOf(store, 'a', NOON - 2 * DAY, NOON)).toEqual([
      [NOON - DAY, 0],
      [NOON - HOUR, 1],
      [NOON - MINUTE, 2],
      [NOON, 3],
    ]);
  });

  test('after an import of the same series from elsewhere, the engine goes on in the same series', async () => {
    await importAll({ a: [[NOON - HOUR, 1]] });
    const store = await bed.open({ retention: RETENTION });
    expect(await put(store, 'a', NOON - 30 * MINUTE, 2)).toMatchObject({ appended: 1 });
    expect((await store.status()).series).toBe(1);
    expect(await samplesOf(store, 'a', NOON - DAY, NOON)).toEqual([
      [NOON - HOUR, 1],
      [NOON - 30 * MINUTE, 2],
    ]);
  });
});
