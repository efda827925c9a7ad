import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { MONDAY, writeFormat1 } from './format-1.ts';
import { accepted, DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const THURSDAY = MIDNIGHT - DAY;

type Row = { id: number; merged: number; samples: number; start: number; end: number };

/** What the week's file holds, by start. */
function chunks(name = '2026-W47.db'): Row[] {
  const db = new Database(path.join(bed.dir, 'metrics', name), { readonly: true });
  const rows = db.prepare<[], Row>('SELECT id, merged, samples, start, "end" FROM chunk ORDER BY start, id').all();
  db.close();
  return rows;
}

const days = (name: string): number[][] =>
  chunks(name).map(({ merged, samples, start, end }) => [merged, samples, start, end]);

function edit(sql: string, name = '2026-W47.db'): void {
  const db = new Database(path.join(bed.dir, 'metrics', name));
  db.exec(sql);
  db.close();
}

/** A scrape of `count` series each minute in (fromMs, toMs]: series i has i * 1e6 + minutes since Thursday. */
async function scrapes(store: MetricStoreFacade, count: number, fromMs: number, toMs: number): Promise<void> {
  const refs = Uint32Array.from({ length: count }, (_, i) => store.ref(Labels.of('m', { i: String(i) })));
  for (let at = fromMs + MINUTE; at <= toMs; at += MINUTE) {
    await store.append({ timestampMs: at, refs, values: Float64Array.from(refs, (_, i) => valueAt(i, at)) });
  }
}

const valueAt = (i: number, timeMs: number): number => i * 1e6 + (timeMs - THURSDAY) / MINUTE;

const expected = (i: number, fromMs: number, toMs: number): [number, number][] =>
  Array.from({ length: (toMs - fromMs) / MINUTE }, (_, k) => fromMs + (k + 1) * MINUTE).map((at) => [
    at,
    valueAt(i, at),
  ]);

describe('a day that is over', () => {
  test('becomes one chunk a group, with every sample once; today stays as it was sealed', async () => {
    const store = await bed.open();
    await scrapes(store, 3, MIDNIGHT - 8 * HOUR, MIDNIGHT + 4 * HOUR);
    await store.sealAll();
    const small = chunks();
    expect(small.length).toBeGreaterThan(5);
    expect(small.every(({ merged }) => merged === 0)).toBe(true);
    await store.runUpkeep();
    const rows = chunks();
    expect(rows.filter(({ merged }) => merged === 1)).toEqual([
      {
        id: expect.any(Number) as number,
        merged: 1,
        samples: 3 * 480,
        start: MIDNIGHT - 8 * HOUR + MINUTE,
        end: MIDNIGHT,
      },
    ]);
    expect(rows.filter(({ merged }) => merged === 0)).toEqual(small.filter(({ start }) => start > MIDNIGHT));
    for (const i of [0, 2]) {
      const read = await samplesOf(store, `m{i="${i}"}`, THURSDAY, NOON);
      expect(read).toEqual(expected(i, MIDNIGHT - 8 * HOUR, MIDNIGHT + 4 * HOUR));
    }
    expect((await store.status()).upkeep.daysToMerge).toBe(0);
    // A sample that is known, and one with another value, are judged from the day chunk too.
    await store.close();
    const again = await bed.open();
    expect(await put(again, 'late', MIDNIGHT - HOUR, 1)).toEqual(accepted(1));
    expect(await samplesOf(again, 'm{i="1"}', THURSDAY, NOON)).toEqual(
      expected(1, MIDNIGHT - 8 * HOUR, MIDNIGHT + 4 * HOUR),
    );
  });

  test('is left alone until two hours later', async () => {
    bed.now = MIDNIGHT + 2 * HOUR - 1;
    const store = await bed.open();
    await scrapes(store, 1, MIDNIGHT - 8 * HOUR, MIDNIGHT);
    await store.sealAll();
    await store.runUpkeep();
    expect(chunks().some(({ merged }) => merged === 1)).toBe(false);
    bed.now = MIDNIGHT + 2 * HOUR;
    await store.runUpkeep();
    expect(chunks().map(({ merged, samples }) => [merged, samples])).toEqual([[1, 480]]);
  });

  test('waits for samples of it that are not sealed yet', async () => {
    const store = await bed.open();
    await scrapes(store, 1, MIDNIGHT - 4 * HOUR, MIDNIGHT - HOUR);
    await store.sealAll();
    await scrapes(store, 1, MIDNIGHT - HOUR, MIDNIGHT);
    await store.runUpkeep();
    expect(chunks().some(({ merged }) => merged === 1)).toBe(false);
    await store.sealAll();
    await store.runUpkeep();
    expect(chunks().map(({ merged, samples }) => [merged, samples])).toEqual([[1, 240]]);
  });

  test('takes late samples in, and series that came into another group', async () => {
    const store = await bed.open();
    await scrapes(store, 2, MIDNIGHT - 4 * HOUR, MIDNIGHT - 2 * HOUR);
    await store.sealAll();
    await store.runUpkeep();
    // Alone from now on: a group of its own.
    for (const at of [MIDNIGHT - HOUR, MIDNIGHT]) await put(store, 'other', at, 5);
    await scrapes(store, 1, MIDNIGHT - 2 * HOUR, MIDNIGHT);
    await store.sealAll();
    await store.runUpkeep();
    expect(chunks().every(({ merged }) => merged === 1)).toBe(true);
    expect(chunks().reduce((sum, { samples }) => sum + samples, 0)).toBe(2 * 120 + 120 + 2);
    expect(await samplesOf(store, 'm{i="0"}', THURSDAY, NOON)).toEqual(expected(0, MIDNIGHT - 4 * HOUR, MIDNIGHT));
    expect(await samplesOf(store, 'm{i="1"}', THURSDAY, NOON)).toEqual(
      expected(1, MIDNIGHT - 4 * HOUR, MIDNIGHT - 2 * HOUR),
    );
    expect(await samplesOf(store, 'other', THURSDAY, NOON)).toEqual([
      [MIDNIGHT - HOUR, 5],
      [MIDNIGHT, 5],
    ]);
  });

  test('keeps staleness markers, gaps and doubles', async () => {
    const store = await bed.open();
    const values = [0.1, Number.NaN, -0, 1e300, Infinity, 5e-324];
    const written: [number, number | 'stale'][] = values.map((value, i) => [
      THURSDAY + (i + 1) * 7 * MINUTE + i,
      value,
    ]);
    written.push([THURSDAY + 3 * HOUR, 'stale'], [THURSDAY + 4 * HOUR, 1.5]);
    for (const [at, value] of written) {
      await put(store, 'x', at, value);
      await store.sealAll();
    }
    await store.runUpkeep();
    expect(chunks().map(({ merged, samples }) => [merged, samples])).toEqual([[1, 8]]);
    const read = await samplesOf(store, 'x', THURSDAY - HOUR, NOON);
    expect(read).toEqual([
      ...values.map((value, i) => [THURSDAY + (i + 1) * 7 * MINUTE + i, value]),
      [THURSDAY + 4 * HOUR, 1.5],
    ]);
    // The marker ends the series.
    expect((await store.instant('x', THURSDAY + 3 * HOUR + MINUTE)).value).toMatchObject({ samples: [] });
  });

  test('is cut where there are very many rows', async () => {
    const store = await bed.open();
    const ref = store.ref(Labels.of('fast'));
    const count = 20_000;
    const timestampsMs = Float64Array.from({ length: count }, (_, i) => THURSDAY + (i + 1) * 1_000);
    const values = Float64Array.from({ length: count }, (_, i) => i);
    await store.append({ timestampMs: NOON, refs: new Uint32Array(count).fill(ref), values, timestampsMs });
    await store.sealAll();
    await store.runUpkeep();
    expect(chunks().map(({ merged, samples }) => [merged, samples])).toEqual([
      [1, 6_667],
      [1, 6_667],
      [1, 6_666],
    ]);
    const read = await samplesOf(store, 'fast', THURSDAY, NOON);
    expect(read).toHaveLength(count);
    expect(read.every(([at, value]) => at === THURSDAY + (value + 1) * 1_000)).toBe(true);
  });
});

describe('what goes wrong', () => {
  test('a damaged chunk is left out with a note, the rest is merged', async () => {
    const store = await bed.open();
    await scrapes(store, 1, MIDNIGHT - 8 * HOUR, MIDNIGHT);
    await store.sealAll();
    await store.close();
    const victim = chunks()[2]!;
    edit(`UPDATE chunk SET body = x'0100010000' WHERE id = ${victim.id}`);
    const again = await bed.open();
    await again.runUpkeep();
    expect(bed.problems.at(-1)).toContain('A chunk of 2026-W47.db is damaged');
    expect(
      chunks()
        .filter(({ merged }) => merged === 1)
        .map(({ samples }) => samples),
    ).toEqual([480 - victim.samples]);
    const lost = (at: number): boolean => at >= victim.start && at <= victim.end;
    expect(await samplesOf(again, 'm{i="0"}', THURSDAY, NOON)).toEqual(
      expected(0, MIDNIGHT - 8 * HOUR, MIDNIGHT).filter(([at]) => !lost(at)),
    );
    expect((await again.status()).upkeep.daysToMerge).toBe(0);
  });

  test('small chunks that a crash left beside the merged one are read once, and merged again', async () => {
    const store = await bed.open();
    await scrapes(store, 2, MIDNIGHT - 4 * HOUR, MIDNIGHT);
    await store.sealAll();
    await store.close();
    const file = path.join(bed.dir, 'metrics', '2026-W47.db');
    const db = new Database(file);
    db.exec('CREATE TEMP TABLE kept AS SELECT * FROM chunk WHERE id % 2 = 1');
    const second = await bed.open();
    await second.runUpkeep();
    await second.close();
    db.exec('INSERT INTO chunk SELECT * FROM kept');
    db.close();
    expect(chunks().length).toBeGreaterThan(1);
    const third = await bed.open();
    for (const i of [0, 1]) {
      expect(await samplesOf(third, `m{i="${i}"}`, THURSDAY, NOON)).toEqual(expected(i, MIDNIGHT - 4 * HOUR, MIDNIGHT));
    }
    await third.runUpkeep();
    expect(chunks().map(({ merged, samples }) => [merged, samples])).toEqual([[1, 480]]);
    expect(await samplesOf(third, 'm{i="1"}', THURSDAY, NOON)).toEqual(expected(1, MIDNIGHT - 4 * HOUR, MIDNIGHT));
  });

  test('wal rows that stayed behind do not bring merged samples a second time', async () => {
    const store = await bed.open();
    await scrapes(store, 1, MIDNIGHT - 3 * HOUR, MIDNIGHT);
    await put(store, 'slow', NOON, 1);
    await store.close();
    const saved = new Database(path.join(bed.dir, 'metrics', 'head.db'));
    const rows = saved.prepare<[], { seq: number; time: number; body: Buffer }>('SELECT * FROM wal').all();
    saved.close();
    expect(rows.length).toBeGreaterThan(50);
    const again = await bed.open();
    await again.sealAll();
    await again.runUpkeep();
    await again.close();
    expect(chunks().filter(({ merged }) => merged === 1)).toHaveLength(1);
    const head = new Database(path.join(bed.dir, 'metrics', 'head.db'));
    for (const { seq, time, body } of rows)
      head.prepare('INSERT OR REPLACE INTO wal VALUES (?, ?, ?)').run(seq, time, body);
    head.close();
    const third = await bed.open();
    expect((await third.status()).headSamples).toBe(0);
    expect(await samplesOf(third, 'm{i="0"}', THURSDAY, NOON)).toEqual(expected(0, MIDNIGHT - 3 * HOUR, MIDNIGHT));
  });

  test('a disk that refuses in the middle shuts the gate; it goes on by itself', async () => {
    const store = await bed.open();
    await scrapes(store, 1, MIDNIGHT - 3 * HOUR, MIDNIGHT);
    await store.sealAll();
    const other = new Database(path.join(bed.dir, 'metrics', '2026-W47.db'));
    other.exec('BEGIN IMMEDIATE');
    await store.runUpkeep();
    expect(bed.isPaused).toBe(true);
    expect((await store.status()).upkeep.daysToMerge).toBe(1);
    other.exec('ROLLBACK');
    other.close();
    await expect.poll(() => bed.isPaused, { timeout: 10_000 }).toBe(false);
    await store.runUpkeep();
    expect(chunks().map(({ merged, samples }) => [merged, samples])).toEqual([[1, 180]]);
    expect(await samplesOf(store, 'm{i="0"}', THURSDAY, NOON)).toEqual(expected(0, MIDNIGHT - 3 * HOUR, MIDNIGHT));
  });
});

describe('files of format 1', () => {
  test('are cut at their midnights and merged; the Monday goes home to its week', async () => {
    writeFormat1(bed.dir);
    bed.now = MONDAY + 2 * DAY + 3 * HOUR;
    const store = await bed.open();
    await store.sealAll();
    await store.runUpkeep();
    expect(days('2026-W46.db')).toEqual([[1, 6, MONDAY - HOUR, MONDAY]]);
    expect(days('2026-W47.db')).toEqual([
      // Series a was in a group of its own last.
      [1, 4, MONDAY + HOUR / 2, MONDAY + DAY],
      [1, 2, MONDAY + HOUR / 2, MONDAY + HOUR],
      [1, 3, MONDAY + DAY + HOUR, MONDAY + DAY + 2 * HOUR],
    ]);
    expect((await samplesOf(store, 'a', MONDAY - DAY, bed.now)).map(([, value]) => value)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect((await samplesOf(store, 'b', MONDAY - DAY, bed.now)).map(([, value]) => value)).toEqual([
      10.5, 11.5, 12.5, 13.5, 14.5, 15.5,
    ]);
  });
});

describe('a finished week', () => {
  test('gives its free pages back', async () => {
    const store = await bed.open();
    const refs = Uint32Array.from({ length: 32 }, (_, i) => store.ref(Labels.of('noise', { i: String(i) })));
    for (let at = THURSDAY + MINUTE; at <= MIDNIGHT; at += MINUTE) {
      const values = Float64Array.from(refs, (_, i) => Math.sin(at * (i + 1)) * 1e9);
      await store.append({ timestampMs: at, refs, values });
    }
    await store.sealAll();
    bed.now = NOON + 7 * DAY;
    await store.runUpkeep();
    await store.close();
    const db = new Database(path.join(bed.dir, 'metrics', '2026-W47.db'), { readonly: true });
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
    expect(db.pragma('freelist_count', { simple: true })).toBe(0);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });
});
