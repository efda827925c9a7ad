import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

/** Overwrites the stored labels of a metric. */
function damage(name: string, labels: string): void {
  const db = new Database(path.join(bed.dir, 'metrics', 'head.db'));
  const { changes } = db.prepare('UPDATE series SET labels = ? WHERE labels = ?').run(labels, `["__name__","${name}"]`);
  db.close();
  expect(changes).toBe(1);
}

test('series whose stored labels are damaged are left out, and said', async () => {
  const store = await bed.open();
  for (const name of ['a', 'b', 'c']) await put(store, name, NOON - MINUTE, 1);
  await store.close();
  damage('a', '["__name__","a"');
  damage('c', '["__name__"]');
  const again = await bed.open();
  expect(await samplesOf(again, 'b', NOON - HOUR, NOON)).toEqual([[NOON - MINUTE, 1]]);
  expect(await samplesOf(again, 'a', NOON - HOUR, NOON)).toEqual([]);
  // What the reader found comes to the writer by itself.
  await expect
    .poll(async () => (await again.status()).problem)
    .toBe('The stored labels of 2 series are damaged; they are left out of all answers.');
  expect(bed.problems.at(-1)).toContain('The stored labels of 2 series');
  expect(bed.isPaused).toBe(false);
});
