import { describe, expect, test } from 'vitest';
import { Head, NO_SLOT } from '../../../electron/engine/store/metrics/head/head.ts';
import type { HeadFile } from '../../../electron/engine/store/metrics/wal/head-file.ts';
import { BatchAppender } from '../../../electron/engine/store/metrics/writer/batch-appender.ts';
import { SeriesRegistry } from '../../../electron/engine/store/metrics/writer/series-registry.ts';
import { NOON } from './testbed.ts';

/** A head.db that knows some series, and a disk that can be made to fail. */
function registry(stored: Readonly<Record<string, number>>) {
  const disk = { failing: false };
  const file: Pick<HeadFile, 'findSeries' | 'labelsOf' | 'highest' | 'seriesCount'> = {
    findSeries: (labelsKey) => {
      if (disk.failing) throw new Error('disk I/O error');
      return stored[labelsKey];
    },
    labelsOf: (id) => Object.keys(stored).find((key) => stored[key] === id),
    highest: () => 100,
    seriesCount: () => Object.keys(stored).length,
  };
  const head = new Head({ lastTimes: () => new Map(), sampleAt: () => undefined }, { maxSeries: 10 });
  return { disk, head, registry: new SeriesRegistry(file as HeadFile, head, { maxSeries: 10 }) };
}

describe('definitions', () => {
  test('that the disk could not look up are looked up again with the first sample', () => {
    const { disk, head, registry: series } = registry({ a: 7, b: 8 });
    disk.failing = true;
    for (const [ref, labelsKey] of ['a', 'b', 'c'].entries()) series.define({ ref, labelsKey });
    disk.failing = false;
    const ids = [0, 1, 2].map((ref) => head.slots.ids[series.admit(ref)]);
    expect(ids).toEqual([7, 8, 101]);
  });

  test('by id stand for the stored series, or for nothing once it is gone', () => {
    const { head, registry: series } = registry({ a: 7 });
    series.define({ ref: 0, id: 7 });
    series.define({ ref: 1, id: 9 });
    expect(head.slots.ids[series.slotOf(0)]).toBe(7);
    expect(series.slotOf(1)).toBe(NO_SLOT);
    expect(series.admit(1)).toBe(NO_SLOT);
    expect([series.idOfRef(0), series.idOfRef(1)]).toEqual([7, 0]);
  });
});

test('a batch that the disk fails in the middle of keeps what it took in its wal row, and says so', () => {
  const { disk, head, registry: series } = registry({});
  for (const [ref, labelsKey] of ['a', 'b', 'c'].entries()) series.define({ ref, labelsKey });
  series.admit(0);
  const appender = new BatchAppender(head, series, { touches: () => false, hides: () => false });
  disk.failing = true;
  const batch = { timestampMs: NOON, refs: Uint32Array.of(0, 1, 2), values: Float64Array.of(1, 2, 3) };
  const now = { nowMs: NOON, monotonicMs: 0 };
  const first = appender.append(batch, 1, now, 0);
  expect(first.failure?.error.message).toBe('disk I/O error');
  expect(first.result.appended).toBe(1);
  expect(first.walBody).toBeDefined();
  disk.failing = false;
  const again = appender.append(batch, 2, now, 0);
  expect(again.failure).toBeUndefined();
  expect(again.result).toEqual({ appended: 2, duplicates: 1, outOfOrder: 0, overLimit: 0 });
});
