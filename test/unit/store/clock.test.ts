import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MetricWriter, type WriterEvents } from '../../../electron/engine/store/metrics/writer/metric-writer.ts';
import { accepted, DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

/** The 1st of March 2099. */
const FAR = Date.UTC(2099, 2, 1);
const EPOCH = Date.UTC(1970, 0, 1, 0, 5);

describe('a clock that was ahead', () => {
  test.each([
    ['in the head', async () => {}],
    ['in a chunk', (store: { sealAll(): Promise<void> }) => store.sealAll()],
  ])('leaves samples %s that do not keep out those of the present', async (_, settle) => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    bed.now = FAR;
    expect(await put(store, 'x', FAR, 2)).toEqual(accepted(1));
    await settle(store);
    bed.now = NOON + MINUTE;
    expect(await put(store, 'x', NOON + MINUTE, 3)).toEqual(accepted(1));
    // What is stored at or before the present still counts: the same again, and another value at a stored time.
    expect(await put(store, 'x', NOON + MINUTE, 3)).toMatchObject({ duplicates: 1 });
    expect(await put(store, 'x', NOON, 7)).toMatchObject({ outOfOrder: 1 });
    expect(await put(store, 'x', NOON - 2 * HOUR, 7)).toMatchObject({ outOfOrder: 1 });
    expect(await put(store, 'x', NOON + 2 * MINUTE, 4)).toEqual(accepted(1));
    const present = [
      [NOON, 1],
      [NOON + MINUTE, 3],
      [NOON + 2 * MINUTE, 4],
    ];
    bed.now = NOON + 2 * MINUTE;
    expect(await samplesOf(store, 'x', NOON - DAY, bed.now)).toEqual(present);
    expect((await store.instant('x', bed.now)).value).toMatchObject({ samples: [{ value: 4 }] });
    await store.close();
    const again = await bed.open();
    expect(await put(again, 'x', NOON + 3 * MINUTE, 5)).toEqual(accepted(1));
    expect(await samplesOf(again, 'x', NOON - DAY, NOON + HOUR)).toEqual([...present, [NOON + 3 * MINUTE, 5]]);
  });

  test('by minutes, and is set back: the same', async () => {
    const store = await bed.open();
    bed.now = NOON + 30 * MINUTE;
    await put(store, 'x', bed.now, 1);
    bed.now = NOON;
    expect(await put(store, 'x', NOON, 2)).toEqual(accepted(1));
    expect((await store.instant('x', NOON)).value).toMatchObject({ samples: [{ value: 2 }] });
  });

  test('at the start, and is right then', async () => {
    bed.now = FAR;
    const store = await bed.open();
    await put(store, 'x', FAR, 1);
    bed.now = NOON;
    expect(await put(store, 'x', NOON, 2)).toEqual(accepted(1));
    await store.applyRetention();
    expect(await samplesOf(store, 'x', NOON - DAY, NOON)).toEqual([[NOON, 2]]);
    await store.close();
    const again = await bed.open();
    expect(await samplesOf(again, 'x', NOON - DAY, NOON)).toEqual([[NOON, 2]]);
  });
});

test('a clock that stands in 1970 at the start stores, and goes on when it is right', async () => {
  const before = await bed.open();
  await put(before, 'x', NOON, 1);
  await before.sealAll();
  await before.close();
  bed.now = EPOCH;
  const store = await bed.open();
  expect(await put(store, 'x', EPOCH, 2)).toEqual(accepted(1));
  await store.applyRetention();
  expect((await store.instant('x', EPOCH)).value).toMatchObject({ samples: [{ value: 2 }] });
  bed.now = NOON + HOUR;
  expect(await put(store, 'x', bed.now, 3)).toEqual(accepted(1));
  await store.sealAll();
  expect((await samplesOf(store, 'x', NOON - DAY, bed.now)).map(([, value]) => value)).toEqual([1, 3]);
});

describe('retention', () => {
  test('removes nothing because the clock leapt, says so, and goes on when the clock is right', async () => {
    let running = 0;
    const store = await bed.open({ monotonic: () => running });
    await put(store, 'x', NOON - 29 * DAY, 1);
    await put(store, 'x', NOON, 2);
    await store.sealAll();
    await store.applyRetention();
    bed.now = FAR;
    running += HOUR;
    await store.applyRetention();
    expect((await store.status()).problem).toContain('clock of this computer leapt ahead');
    bed.now = NOON + 2 * HOUR;
    running += HOUR;
    await store.applyRetention();
    expect((await store.status()).problem).toBeUndefined();
    expect((await samplesOf(store, 'x', NOON - 29.5 * DAY, NOON)).map(([, value]) => value)).toEqual([1, 2]);
  });

  test('removes nothing at a start in the wrong year', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON - 20 * DAY, 1);
    await store.sealAll();
    await store.applyRetention();
    await store.close();
    bed.now = FAR;
    const wrong = await bed.open({ monotonic: () => 0 });
    await wrong.applyRetention();
    await wrong.close();
    expect(existsSync(path.join(bed.dir, 'metrics', '2026-W44.db'))).toBe(true);
  });

  test('follows a machine that was off for months, once its clock has been steady for hours', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    await store.sealAll();
    await store.applyRetention();
    await store.close();
    bed.now = NOON + 100 * DAY;
    let running = 0;
    const again = await bed.open({ monotonic: () => running });
    for (const hours of [0, 3, 6]) {
      running = hours * HOUR;
      await again.applyRetention();
      expect(existsSync(path.join(bed.dir, 'metrics', '2026-W47.db'))).toBe(hours < 6);
      bed.now += 3 * HOUR;
    }
  });
});

const nothing = (): void => {};

test('a clock that leaps ahead seals nothing early', async () => {
  const events = new Proxy({} as WriterEvents, { get: () => nothing });
  const writer = new MetricWriter(
    {
      dir: bed.dir,
      maxSeries: 10,
      retention: { rawKeepMs: 30 * DAY, tiers: [] },
      maxBytes: undefined,
      upkeep: true,
      nowMs: NOON,
      monotonicMs: 0,
    },
    events,
  );
  const append = (nowMs: number, monotonicMs: number): void => {
    writer.define([{ ref: 0, labelsKey: '["__name__","x"]' }]);
    const batch = { timestampMs: nowMs, refs: Uint32Array.of(0), values: Float64Array.of(1) };
    void writer.append(batch, { nowMs, monotonicMs });
  };
  append(NOON, 0);
  append(FAR, MINUTE);
  writer.maintain();
  // Sealing comes with the turns after.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(writer.status().headSamples).toBe(2);
  writer.close();
});
