import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSummaryBlock } from '../../../electron/engine/store/metrics/codec/summary-block.ts';
import { fullAt, growthPerDay } from '../../../electron/engine/store/metrics/compact/size-history.ts';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { TierFile } from '../../../electron/engine/store/metrics/tiers/tier-file.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const THURSDAY = MIDNIGHT - DAY;
const TIERS = [
  { resolutionMs: 5 * MINUTE, keepMs: 365 * DAY },
  { resolutionMs: HOUR, keepMs: 5 * 365 * DAY },
];
const RETENTION = { rawKeepMs: 30 * DAY, tiers: TIERS };

const files = (): string[] =>
  readdirSync(path.join(bed.dir, 'metrics'))
    .filter((name) => name.endsWith('.db') && name !== 'head.db')
    .toSorted();

/** The only row of a file, by series place. */
function onlyRow(name: string, dayMs: number) {
  const file = TierFile.openForReading(path.join(bed.dir, 'metrics', name))!;
  file.membership.refresh();
  const rows = file.db.prepare<[], { id: number; grp: number; day: number }>('SELECT id, grp, day FROM summary').all();
  expect(rows).toHaveLength(1);
  expect(rows[0]!.day * DAY).toBe(dayMs);
  const [row] = file.rowsOf(rows[0]!.grp, dayMs, dayMs);
  const block = openSummaryBlock(row!.body, dayMs);
  file.close();
  return block;
}

const size = async (store: MetricStoreFacade): Promise<number> => (await store.status()).diskBytes;

const hours = (count: number, bytesAt: (hour: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ timeMs: i * HOUR, bytes: bytesAt(i) }));

describe('summaries', () => {
  test('of each resolution are written when a day is merged, with left-open buckets', async () => {
    const store = await bed.open({ retention: RETENTION });
    // A counter: 10 and 12 in the first bucket, the second at its very end; a reset in the next; the last at midnight.
    const samples = [
      [THURSDAY + MINUTE, 10],
      [THURSDAY + 5 * MINUTE, 12],
      [THURSDAY + 6 * MINUTE, 20],
      [THURSDAY + 7 * MINUTE, 3],
      [THURSDAY + 10 * MINUTE, 4],
      [MIDNIGHT, 50],
    ] as const;
    for (const [at, value] of samples) await put(store, 'c', at, value);
    await store.sealAll();
    await store.runUpkeep();
    expect(files()).toEqual(['2026-11.5m.db', '2026-W47.db', '2026.1h.db']);
    const fine = onlyRow('2026-11.5m.db', THURSDAY).readAll(0)!;
    expect(fine.counts).toHaveLength(288);
    expect(Array.from(fine.counts.slice(0, 3))).toEqual([2, 3, 0]);
    expect(fine.counts[287]).toBe(1);
    expect(Array.from(fine.lastTimes.slice(0, 2))).toEqual([THURSDAY + 5 * MINUTE, THURSDAY + 10 * MINUTE]);
    expect(Array.from(fine.sums?.slice(0, 2) ?? [])).toEqual([22, 27]);
    expect(Array.from(fine.corrections.slice(0, 2))).toEqual([0, 20]);
    expect([fine.mins[1], fine.maxs[1]]).toEqual([3, 20]);
    const coarse = onlyRow('2026.1h.db', THURSDAY).readAll(0)!;
    expect([coarse.counts[0], coarse.sums?.[0], coarse.corrections[0], coarse.counts[23]]).toEqual([5, 49, 20, 1]);
    expect((await store.status()).tiers).toEqual([
      { resolutionMs: 0, bytes: expect.any(Number) as number, oldestMs: THURSDAY + MINUTE, newestMs: MIDNIGHT },
      { resolutionMs: 5 * MINUTE, bytes: expect.any(Number) as number, oldestMs: THURSDAY, newestMs: MIDNIGHT },
      { resolutionMs: HOUR, bytes: expect.any(Number) as number, oldestMs: THURSDAY, newestMs: MIDNIGHT },
    ]);
  });

  test('take late samples in: one row stays', async () => {
    const store = await bed.open({ retention: { rawKeepMs: 30 * DAY, tiers: [TIERS[1]!] } });
    await put(store, 'c', MIDNIGHT - 50 * MINUTE, 10);
    await store.sealAll();
    await store.runUpkeep();
    await put(store, 'c', MIDNIGHT - 40 * MINUTE, 30);
    await store.sealAll();
    await store.runUpkeep();
    const { counts, sums } = onlyRow('2026.1h.db', THURSDAY).readAll(0)!;
    expect([counts[23], sums?.[23]]).toEqual([2, 40]);
  });

  test('that are kept since lately, or whose file was set aside, are made of the samples', async () => {
    const store = await bed.open();
    await put(store, 'c', MIDNIGHT - 50 * MINUTE, 10);
    await store.sealAll();
    await store.runUpkeep();
    expect(files()).toEqual(['2026-W47.db']);
    await store.setRetention(RETENTION, undefined);
    await store.runUpkeep();
    expect(onlyRow('2026.1h.db', THURSDAY).readAll(0)!.sums?.[23]).toBe(10);
    expect((await store.status()).upkeep).toEqual({ daysToMerge: 0, daysToSummarise: 0, deletions: 0 });
    await store.close();
    writeFileSync(path.join(bed.dir, 'metrics', '2026.1h.db'), Buffer.alloc(20_000, 'not a database '));
    const again = await bed.open({ retention: RETENTION });
    await again.runUpkeep();
    await again.runUpkeep();
    expect(bed.problems.join()).toContain('2026.1h.db was damaged and set aside');
    expect(onlyRow('2026.1h.db', THURSDAY).readAll(0)!.sums?.[23]).toBe(10);
  });
});

test("a counter's sums are left to its samples, and in the summaries before these go", async () => {
  const retention = { rawKeepMs: 30 * DAY, tiers: TIERS };
  const store = await bed.open({ retention });
  // Rises by 1 to 100,000 a minute; and a gauge of the same noise.
  const noise = Array.from({ length: 1440 }, (_, i) => ((i * 7919) % 1000) * 100 + 1);
  let total = 5e9;
  const counter = noise.map((step) => (total += step));
  const refs = Uint32Array.of(store.ref(Labels.of('c')), store.ref(Labels.of('g')));
  for (const [i, step] of noise.entries()) {
    await store.append({ timestampMs: THURSDAY + (i + 1) * MINUTE, refs, values: Float64Array.of(counter[i]!, step) });
  }
  await store.sealAll();
  await store.runUpkeep();
  const beside = onlyRow('2026-11.5m.db', THURSDAY);
  expect(beside.readAll(0)!.sums).toBeUndefined();
  const firstFive = noise.slice(0, 5).reduce((sum, step) => sum + step, 0);
  expect(beside.readAll(1)!.sums?.[0]).toBe(firstFive);

  // The hour to 06:00: minutes 301 to 360.
  const wanted = counter.slice(300, 360).reduce((sum, value) => sum + value, 0);
  const asked = async (): Promise<(number | undefined)[]> => {
    const queries = ['sum_over_time(c[1h])', 'increase(c[1h])', 'max_over_time(c[1h])'];
    const answers = queries.map((query) => store.range(query, THURSDAY + 6 * HOUR, THURSDAY + 8 * HOUR, HOUR));
    return (await Promise.all(answers)).map(({ value }) =>
      value.type === 'matrix' ? value.series[0]?.values[0] : undefined,
    );
  };
  const before = await asked();
  expect([before[0], before[2]]).toEqual([wanted, counter[359]]);
  bed.now = NOON + 40 * DAY;
  await store.applyRetention();
  expect(files()).toEqual(['2026-11.5m.db', '2026.1h.db']);
  expect(await asked()).toEqual(before);
  const whole = onlyRow('2026-11.5m.db', THURSDAY);
  expect(whole.readAll(0)!.sums?.[0]).toBe(counter.slice(0, 5).reduce((sum, value) => sum + value, 0));
});

test('a lost head.db comes back from the summaries too, and gives out none of their numbers again', async () => {
  const store = await bed.open({ retention: RETENTION });
  await put(store, 'old', THURSDAY + MINUTE, 7);
  await store.sealAll();
  await store.runUpkeep();
  bed.now = NOON + 40 * DAY;
  await store.applyRetention();
  await store.close();
  expect(files()).toEqual(['2026-11.5m.db', '2026.1h.db']);
  for (const suffix of ['', '-wal', '-shm']) rmSync(path.join(bed.dir, 'metrics', `head.db${suffix}`), { force: true });
  const again = await bed.open({ retention: RETENTION });
  await put(again, 'new', bed.now, 8);
  const maximum = async (name: string): Promise<number[]> => {
    const { value } = await again.range(`max_over_time(${name}[1h])`, THURSDAY + HOUR, THURSDAY + 2 * HOUR, HOUR);
    return value.type === 'matrix' ? value.series.flatMap(({ values }) => [...values]) : [];
  };
  expect(await maximum('old')).toEqual([7]);
  expect(await maximum('new')).toEqual([]);
});

test('a crash between summaries and chunks counts nothing twice', async () => {
  const store = await bed.open({ retention: { rawKeepMs: 30 * DAY, tiers: [TIERS[1]!] } });
  for (const minutes of [50, 40, 30]) {
    await put(store, 'c', MIDNIGHT - minutes * MINUTE, minutes);
    await store.sealAll();
  }
  // The summaries are stored, then the week's file refuses: as after a kill in between.
  const week = path.join(bed.dir, 'metrics', '2026-W47.db');
  const other = new Database(week);
  other.exec('BEGIN IMMEDIATE');
  await store.runUpkeep().catch(() => {});
  expect(bed.isPaused).toBe(true);
  expect(onlyRow('2026.1h.db', THURSDAY).readAll(0)!.counts[23]).toBe(3);
  await store.close();
  other.exec('ROLLBACK');
  other.close();
  const again = await bed.open({ retention: { rawKeepMs: 30 * DAY, tiers: [TIERS[1]!] } });
  const all = [50, 40, 30].map((minutes) => [MIDNIGHT - minutes * MINUTE, minutes]);
  expect(await samplesOf(again, 'c', THURSDAY, NOON)).toEqual(all);
  await again.runUpkeep();
  expect(await samplesOf(again, 'c', THURSDAY, NOON)).toEqual(all);
  const file = TierFile.openForReading(path.join(bed.dir, 'metrics', '2026.1h.db'))!;
  const newest = file.db.prepare<[], Buffer>('SELECT body FROM summary ORDER BY id DESC LIMIT 1').pluck().get()!;
  const { counts, sums } = openSummaryBlock(newest, THURSDAY).readAll(0)!;
  file.close();
  expect([counts[23], sums?.[23]]).toEqual([3, 120]);
});

/** A merged week of noise in 2026-W45, W46 and in this week until Thursday. */
async function fill(store: MetricStoreFacade): Promise<void> {
  const refs = Uint32Array.from({ length: 30 }, (_, i) => store.ref(Labels.of('noise', { i: String(i) })));
  for (const weeksAgo of [2, 1, 0]) {
    for (let at = THURSDAY + 10 * MINUTE; at <= MIDNIGHT; at += 10 * MINUTE) {
      const values = Float64Array.from(refs, (_, i) => Math.sin(at * (i + 1)));
      await store.append({ timestampMs: at - weeksAgo * 7 * DAY, refs, values });
    }
    await store.sealAll();
  }
  await store.runUpkeep();
}

describe('retention', () => {
  test('removes each resolution after its own time', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store);
    expect(files()).toEqual(['2026-11.5m.db', '2026-W45.db', '2026-W46.db', '2026-W47.db', '2026.1h.db']);
    await store.setRetention({ rawKeepMs: 8 * DAY, tiers: TIERS }, undefined);
    expect(files()).toEqual(['2026-11.5m.db', '2026-W46.db', '2026-W47.db', '2026.1h.db']);
    bed.now = Date.UTC(2027, 10, 30, 23);
    await store.applyRetention();
    expect(files()).toEqual(['2026-11.5m.db', '2026.1h.db']);
    bed.now = Date.UTC(2027, 11, 1, 0, 0, 1);
    await store.applyRetention();
    expect(files()).toEqual(['2026.1h.db']);
    // The series is known by its summaries.
    await put(store, 'noise{i="0"}', bed.now, 1);
    bed.now = Date.UTC(2031, 11, 31, 0, 0, 1);
    await store.applyRetention();
    expect(files()).toEqual([]);
  });

  test('of a resolution that is not kept any more is at once', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store);
    await store.setRetention({ rawKeepMs: 30 * DAY, tiers: [TIERS[1]!] }, undefined);
    expect(files()).toEqual(['2026-W45.db', '2026-W46.db', '2026-W47.db', '2026.1h.db']);
  });

  test('lets no samples go that are not summarised yet', async () => {
    const store = await bed.open({ retention: RETENTION });
    await put(store, 'c', NOON - 6 * DAY, 10);
    await store.sealAll();
    bed.now = NOON + 25 * DAY + 13 * HOUR;
    await store.applyRetention();
    expect(files()).toEqual(['2026-W46.db']);
    await store.runUpkeep();
    expect(files()).toEqual(['2026-11.5m.db', '2026.1h.db']);
  });

  test('is left alone while somebody only looks', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store);
    await store.close();
    const before = files();
    const look = await bed.open({ retention: { rawKeepMs: DAY, tiers: [] }, upkeep: false });
    await look.applyRetention();
    await look.runUpkeep();
    expect(files()).toEqual(before);
  });
});

describe('the largest size', () => {
  test('costs the oldest samples first, then the oldest fine summaries, with a note each', async () => {
    const store = await bed.open({ retention: RETENTION });
    await fill(store);
    const full = await size(store);
    await store.setRetention(RETENTION, full - 1);
    expect(files()).toEqual(['2026-11.5m.db', '2026-W46.db', '2026-W47.db', '2026.1h.db']);
    expect(bed.problems.at(-1)).toContain('the samples of 2026-W45 were removed before their time');
    expect(await size(store)).toBeLessThan(full);
    expect((await store.status()).maxBytes).toBe(full - 1);
    // In the month after, this week is past and the fine summaries too.
    bed.now = Date.UTC(2026, 11, 10);
    await put(store, 'now', bed.now, 1);
    await store.sealAll();
    await store.setRetention(RETENTION, 150_000);
    expect(files()).toEqual(['2026-W50.db', '2026.1h.db']);
    expect(bed.problems.at(-1)).toContain('the summaries in 2026-11.5m.db were removed before their time');
    expect(bed.isPaused).toBe(false);
  });

  test('that this week alone exceeds costs its oldest days; today is stored, and said', async () => {
    const store = await bed.open();
    const refs = Uint32Array.from({ length: 30 }, (_, i) => store.ref(Labels.of('noise', { i: String(i) })));
    for (let at = THURSDAY - DAY + 10 * MINUTE; at <= NOON; at += 10 * MINUTE) {
      await store.append({ timestampMs: at, refs, values: Float64Array.from(refs, (_, i) => Math.sin(at * (i + 1))) });
    }
    await store.sealAll();
    await store.runUpkeep();
    const kept = { rawKeepMs: 30 * DAY, tiers: [] };
    // What SQLite has beside the file goes first, and costs nothing.
    await store.setRetention(kept, (await size(store)) - 1);
    expect(bed.problems).toEqual([]);
    await store.setRetention(kept, (await size(store)) - 1);
    expect(bed.problems.at(-1)).toContain('the samples of 2026-11-18 were removed before their time');
    await store.setRetention(kept, 1);
    expect(bed.problems.at(-1)).toContain('What is stored of today alone is above the largest size');
    const db = new Database(path.join(bed.dir, 'metrics', '2026-W47.db'), { readonly: true });
    expect(db.prepare('SELECT min(start) FROM chunk').pluck().get()).toBeGreaterThan(MIDNIGHT);
    db.close();
    expect(await put(store, 'x', NOON, 1)).toMatchObject({ appended: 1 });
  });
});

describe('the forecast', () => {
  test('knows the growth after a day', () => {
    expect(growthPerDay(hours(24, (i) => i * 100))).toBeUndefined();
    expect(growthPerDay(hours(25, (i) => 5_000 + i * 100))).toBeCloseTo(2_400, 6);
    expect(growthPerDay(hours(49, () => 7))).toBeCloseTo(0, 6);
  });

  test('says when the cap or the disk is reached, whichever is first', () => {
    const base = {
      nowMs: 1_000,
      bytes: 500,
      growthBytesPerDay: 100,
      maxBytes: 1_000,
      freeBytes: 10_000,
      levelMs: Infinity,
    };
    expect(fullAt(base)).toBe(1_000 + 5 * DAY);
    expect(fullAt({ ...base, freeBytes: 200 })).toBe(1_000 + 2 * DAY);
    expect(fullAt({ ...base, maxBytes: undefined })).toBe(1_000 + 100 * DAY);
    expect(fullAt({ ...base, maxBytes: 400 })).toBe(1_000);
    expect(fullAt({ ...base, growthBytesPerDay: -1 })).toBeUndefined();
    expect(fullAt({ ...base, growthBytesPerDay: undefined })).toBeUndefined();
  });

  test('says nothing of a time when as much goes as comes', () => {
    const base = { nowMs: 0, bytes: 500, growthBytesPerDay: 100, maxBytes: 1_000, freeBytes: 10_000, levelMs: 4 * DAY };
    expect(fullAt(base)).toBeUndefined();
  });
});

test('no summary file is made where none is kept', async () => {
  const store = await bed.open();
  await put(store, 'c', MIDNIGHT - HOUR, 1);
  await store.sealAll();
  await store.runUpkeep();
  expect(existsSync(path.join(bed.dir, 'metrics', '2026-11.5m.db'))).toBe(false);
});
