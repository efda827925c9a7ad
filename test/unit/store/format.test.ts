import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MONDAY, writeFormat1 } from './format-1.ts';
import { accepted, DAY, HOUR, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
  bed.now = MONDAY + DAY + 3 * HOUR;
  writeFormat1(bed.dir);
});
afterEach(() => bed.end());

const formatOf = (name: string): unknown => {
  const db = new Database(path.join(bed.dir, 'metrics', name), { readonly: true });
  const format = db.prepare("SELECT value FROM meta WHERE key = 'format'").pluck().get();
  db.close();
  return format;
};

const A = [
  [MONDAY - HOUR, 1],
  [MONDAY - HOUR / 2, 2],
  [MONDAY, 3],
  [MONDAY + HOUR / 2, 4],
  [MONDAY + HOUR, 5],
  [MONDAY + 23 * HOUR, 6],
  [MONDAY + 24 * HOUR, 7],
  [MONDAY + 25 * HOUR, 8],
  [MONDAY + 26 * HOUR, 9],
];

describe('a folder of format 1', () => {
  test('is read as it is, each sample once', async () => {
    const store = await bed.open();
    expect(await samplesOf(store, 'a', MONDAY - DAY, bed.now)).toEqual(A);
    expect((await samplesOf(store, 'b', MONDAY - DAY, bed.now)).map(([, value]) => value)).toEqual([
      10.5, 11.5, 12.5, 13.5, 14.5, 15.5,
    ]);
    // Windows are left-open: a Monday's first moment is in the one that ends there, whichever file has it.
    expect(await samplesOf(store, 'a', MONDAY - HOUR, MONDAY)).toEqual([A[1], A[2]]);
    expect(await samplesOf(store, 'a', MONDAY, MONDAY + HOUR)).toEqual([A[3], A[4]]);
  });

  test('is brought up to date file by file where it is written, and goes on', async () => {
    const store = await bed.open();
    expect(formatOf('head.db')).toBe(2);
    expect(await samplesOf(store, 'a', MONDAY - DAY, bed.now)).toEqual(A);
    expect(formatOf('2026-W46.db')).toBe(1);
    expect(await put(store, 'a', MONDAY + 27 * HOUR, 10)).toEqual(accepted(1));
    // The same sample again, and another value at a stored time.
    expect(await put(store, 'a', MONDAY + 26 * HOUR, 9)).toMatchObject({ duplicates: 1 });
    await store.sealAll();
    expect(formatOf('2026-W47.db')).toBe(2);
    expect(await samplesOf(store, 'a', MONDAY - DAY, bed.now)).toEqual([...A, [MONDAY + 27 * HOUR, 10]]);
    await store.close();
    const again = await bed.open();
    expect(await samplesOf(again, 'a', MONDAY - DAY, bed.now)).toEqual([...A, [MONDAY + 27 * HOUR, 10]]);
  });

  test("knows a Monday's first sample, in the later week's file, when it comes again", async () => {
    // Without the wal, the last sample of b is that of Monday 01:00.
    const db = new Database(path.join(bed.dir, 'metrics', 'head.db'));
    db.exec('DELETE FROM wal');
    db.close();
    const store = await bed.open();
    expect(await put(store, 'b', MONDAY, 12.5)).toMatchObject({ duplicates: 1 });
    expect(await put(store, 'b', MONDAY, 77)).toMatchObject({ outOfOrder: 1 });
  });
});
