import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { MetricWriter, type WriterEvents } from '../../../electron/engine/store/metrics/writer/metric-writer.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const MIDNIGHT = NOON - 12 * HOUR;
const KEPT = { rawKeepMs: 300 * DAY, tiers: [] };
const nothing = (): void => {};

const files = (): string[] =>
  readdirSync(path.join(bed.dir, 'metrics'))
    .filter((name) => /^\d{4}-W\d\d\.db$/.test(name))
    .toSorted();

const bytes = (): number => {
  const dir = path.join(bed.dir, 'metrics');
  return readdirSync(dir).reduce((sum, name) => sum + statSync(path.join(dir, name)).size, 0);
};

/** A day of noise in each of the weeks 45, 46 and 47. */
async function fill(store: MetricStoreFacade, series = 30): Promise<void> {
  const refs = Uint32Array.from({ length: series }, (_, i) => store.ref(Labels.of('noise', { i: String(i) })));
  for (const weeksAgo of [2, 1, 0]) {
    for (let at = MIDNIGHT - DAY + 10 * MINUTE; at <= MIDNIGHT; at += 10 * MINUTE) {
      const values = Float64Array.from(refs, (_, i) => Math.sin(at * (i + 1)));
      await store.append({ timestampMs: at - weeksAgo * 7 * DAY, refs, values });
    }
    await store.sealAll();
  }
  await store.runUpkeep();
}

/** A writer whose ticks the test makes; another thread's would come every five seconds. */
function writerOn(maxBytes: number): MetricWriter {
  const events = new Proxy({} as WriterEvents, { get: () => nothing });
  const moment = { nowMs: NOON, monotonicMs: 0 };
  return new MetricWriter(
    { dir: bed.dir, maxSeries: 1_000, retention: KEPT, maxBytes, upkeep: true, ...moment },
    events,
  );
}

describe('a size above the largest', () => {
  test('is found within half a minute of the start, and costs the oldest week', async () => {
    const store = await bed.open({ retention: KEPT });
    // A week is then so large that what SQLite has beside the files is little against it.
    await fill(store, 500);
    await store.close();
    expect(files()).toEqual(['2026-W45.db', '2026-W46.db', '2026-W47.db']);
    const week = statSync(path.join(bed.dir, 'metrics', '2026-W45.db')).size;
    expect(week).toBeGreaterThan(400_000);
    const writer = writerOn(bytes() - week / 2);
    const oldest = path.join(bed.dir, 'metrics', '2026-W45.db');
    // Ticks are five seconds apart.
    for (let tick = 0; tick < 5; tick++) writer.maintain();
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(oldest)).toBe(true);
    writer.maintain();
    await expect.poll(() => existsSync(oldest), { timeout: 15_000 }).toBe(false);
    expect(files()).toEqual(['2026-W46.db', '2026-W47.db']);
    expect(writer.status().problem).toContain('the samples of 2026-W45 were removed before their time');
    writer.close();
  });

  test('of today alone is said, once all that may go is gone', async () => {
    const store = await bed.open({ retention: KEPT });
    await fill(store);
    await store.close();
    const writer = writerOn(1);
    for (let tick = 0; tick < 6; tick++) writer.maintain();
    await expect.poll(() => writer.status().problem, { timeout: 15_000 }).toContain('today alone');
    expect(files()).toEqual(['2026-W47.db']);
    writer.close();
  });
});

describe('a clock in doubt', () => {
  /** To Monday, 19 November 2029. */
  const YEARS = 3 * 365 * DAY;
  let running = 0;
  beforeEach(() => {
    running = 0;
  });

  /** Runs an hour, in which the clock leaps. */
  const leap = (ms: number): void => {
    running += HOUR;
    bed.now += HOUR + ms;
  };

  test('does not hold up the largest size: the oldest week goes, both weeks that may be now stay', async () => {
    const store = await bed.open({ retention: KEPT, monotonic: () => running });
    await fill(store);
    await store.applyRetention();
    leap(YEARS);
    const ref = store.ref(Labels.of('x'));
    await store.append({ timestampMs: bed.now, refs: Uint32Array.of(ref), values: Float64Array.of(1) });
    await store.sealAll();
    await store.applyRetention();
    // The clock is doubted: nothing is too old by it.
    expect(bed.problems.at(-1)).toContain('leapt ahead');
    expect(files()).toEqual(['2026-W45.db', '2026-W46.db', '2026-W47.db', '2029-W47.db']);
    await store.setRetention(KEPT, 1);
    expect(files()).toEqual(['2026-W47.db', '2029-W47.db']);
  });

  test('that was far behind before does not keep what is old by its own time only', async () => {
    const store = await bed.open({ retention: KEPT, monotonic: () => running });
    await fill(store);
    // The believed time is years ago, as after a start with an empty battery.
    leap(-YEARS);
    await store.applyRetention();
    leap(YEARS);
    await store.setRetention(KEPT, 1);
    expect(bed.problems.some((problem) => problem?.includes('leapt ahead'))).toBe(true);
    expect(files()).toEqual(['2026-W47.db']);
  });
});
