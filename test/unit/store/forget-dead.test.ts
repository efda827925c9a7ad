import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forgetDead } from '../../../electron/engine/store/metrics/compact/forget-dead.ts';
import { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';
import { TierFiles } from '../../../electron/engine/store/metrics/tiers/tier-files.ts';
import { HeadFile } from '../../../electron/engine/store/metrics/wal/head-file.ts';

/** The Monday of 2026-W47. */
const MONDAY = Date.UTC(2026, 10, 16);

let dir: string;
let weeks: WeekFiles;
let tiers: TierFiles;
let file: HeadFile;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-dead-'));
  weeks = new WeekFiles(dir, { onDamage: () => {}, onRelease: () => {} });
  tiers = new TierFiles(dir, { onDamage: () => {}, onRelease: () => {} });
  file = HeadFile.open(path.join(dir, 'head.db'));
});
afterEach(() => {
  for (const one of [weeks, tiers, file]) one.close();
  rmSync(dir, { recursive: true, force: true });
});

const ids = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const labelsOf = (id: number): string => `["__name__","x${id}"]`;

/** 12,000 series in head.db, of which the first 10,500 are in a week's file. */
function fill(): void {
  file.commit(
    ids(1, 12_000).map((id) => ({ id, labelsKey: labelsOf(id) })),
    [],
  );
  weeks.change(MONDAY, (rows) => void rows.group(ids(1, 10_500), labelsOf));
}

describe('forgetting series without samples', () => {
  test('rests every few thousand series', () => {
    fill();
    const gone: number[] = [];
    const work = forgetDead({
      weeks,
      tiers,
      file,
      isInHead: (id) => id === 10_600,
      sealedSince: new Set(),
      onGone: (some) => gone.push(...some.keys()),
    });
    let rests = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) rests++;
    // 5000, 5000 and 500 of the file, and twelve thousands of head.db.
    expect(rests).toBe(3 + 12);
    expect(step.value).toBe(false);
    expect(gone).toEqual(ids(10_501, 12_000).filter((id) => id !== 10_600));
    expect(file.seriesCount()).toBe(10_501);
  });

  test('keeps one that comes into a file that was looked into before', () => {
    fill();
    const sealedSince = new Set<number>();
    const work = forgetDead({ weeks, tiers, file, isInHead: () => false, sealedSince, onGone: () => {} });
    for (let rest = 0; rest < 4; rest++) work.next();
    weeks.change(MONDAY, (rows) => void rows.group([11_000], labelsOf));
    sealedSince.add(11_000);
    let step = work.next();
    while (step.done !== true) step = work.next();
    expect(step.value).toBe(true);
    expect(file.seriesCount()).toBe(10_501);
    expect(file.labelsOf(11_000)).toBe('["__name__","x11000"]');
  });
});
