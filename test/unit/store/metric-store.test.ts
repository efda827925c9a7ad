import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { accepted, DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

const result = (counts: Partial<ReturnType<typeof accepted>>) => ({ ...accepted(0), ...counts });

describe('appending', () => {
  test('what is appended can be queried at once', async () => {
    const store = await bed.open();
    expect(await put(store, 'load', NOON, 1.5)).toEqual(accepted(1));
    const { value } = await store.instant('load', NOON);
    expect(value).toMatchObject({ type: 'vector', samples: [{ timeMs: NOON, value: 1.5 }] });
  });

  test('a series is the same under the same labels, whoever asks for its ref', async () => {
    const store = await bed.open();
    const one = store.ref(Labels.of('x', { a: '1', b: '2' }));
    expect(store.ref(Labels.of('x', { b: '2', a: '1' }))).toBe(one);
    expect(store.ref(Labels.of('x', { a: '1' }))).not.toBe(one);
  });

  test('the second time of the same sample is silent, another value at its time is refused', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    expect(await put(store, 'x', NOON, 1)).toEqual(result({ duplicates: 1 }));
    expect(await put(store, 'x', NOON, 2)).toEqual(result({ outOfOrder: 1 }));
    expect(await put(store, 'x', NOON, 'stale')).toEqual(result({ outOfOrder: 1 }));
    expect(await samplesOf(store, 'x', NOON - HOUR, NOON)).toEqual([[NOON, 1]]);
    await put(store, 'nan', NOON, Number.NaN);
    expect(await put(store, 'nan', NOON, Number.NaN)).toEqual(result({ duplicates: 1 }));
  });

  test('duplicates are known after sealing too', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON - MINUTE, 1);
    await put(store, 'x', NOON, 2);
    await store.sealAll();
    expect(await put(store, 'x', NOON, 2)).toEqual(result({ duplicates: 1 }));
    expect(await put(store, 'x', NOON - MINUTE, 1)).toEqual(result({ duplicates: 1 }));
    expect(await put(store, 'x', NOON - MINUTE, 9)).toEqual(result({ outOfOrder: 1 }));
  });

  test('late samples are taken for an hour back and come out in order', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 10);
    expect(await put(store, 'x', NOON - HOUR, 1)).toEqual(accepted(1));
    expect(await put(store, 'x', NOON - 20 * MINUTE, 5)).toEqual(accepted(1));
    expect(await put(store, 'x', NOON - HOUR - 1, 0)).toEqual(result({ outOfOrder: 1 }));
    const wanted = [
      [NOON - HOUR, 1],
      [NOON - 20 * MINUTE, 5],
      [NOON, 10],
    ];
    expect(await samplesOf(store, 'x', NOON - 2 * HOUR, NOON)).toEqual(wanted);
    await store.sealAll();
    expect(await samplesOf(store, 'x', NOON - 2 * HOUR, NOON)).toEqual(wanted);
    // Late behind what is sealed already: two chunks overlap.
    expect(await put(store, 'x', NOON - 40 * MINUTE, 3)).toEqual(accepted(1));
    await store.sealAll();
    expect(await samplesOf(store, 'x', NOON - 2 * HOUR, NOON)).toEqual([
      [NOON - HOUR, 1],
      [NOON - 40 * MINUTE, 3],
      [NOON - 20 * MINUTE, 5],
      [NOON, 10],
    ]);
  });

  test('a series that was silent for days catches up, however old its samples', async () => {
    const store = await bed.open();
    await put(store, 'other', NOON, 1);
    await put(store, 'x', NOON - 20 * DAY, 1);
    expect(await put(store, 'x', NOON - 12 * DAY, 2)).toEqual(accepted(1));
    expect(await put(store, 'x', NOON - 11 * DAY, 3)).toEqual(accepted(1));
    await store.sealAll();
    expect(await put(store, 'x', NOON - 10 * DAY, 4)).toEqual(accepted(1));
    expect((await samplesOf(store, 'x', NOON - 25 * DAY, NOON)).map(([, value]) => value)).toEqual([1, 2, 3, 4]);
  });

  test('a sample more than ten minutes ahead of the clock would hide the present and is refused', async () => {
    const store = await bed.open();
    expect(await put(store, 'x', NOON + 10 * MINUTE + 1, 1)).toEqual(result({ outOfOrder: 1 }));
    expect(await put(store, 'x', NOON + 10 * MINUTE, 1)).toEqual(accepted(1));
  });

  test('each sample of a batch may have a time of its own', async () => {
    const store = await bed.open();
    const x = store.ref(Labels.of('x'));
    const y = store.ref(Labels.of('y'));
    const answer = await store.append({
      timestampMs: NOON,
      refs: Uint32Array.of(x, y, x, x),
      values: Float64Array.of(1, 2, 3, 4),
      timestampsMs: Float64Array.of(NOON - 2000, Number.NaN, NOON - 1000, NOON - 1000),
    });
    expect(answer).toEqual(result({ appended: 3, outOfOrder: 1 }));
    expect(await samplesOf(store, 'x', NOON - MINUTE, NOON)).toEqual([
      [NOON - 2000, 1],
      [NOON - 1000, 3],
    ]);
    expect(await samplesOf(store, 'y', NOON - MINUTE, NOON)).toEqual([[NOON, 2]]);
  });

  test('the caller keeps its arrays, also when they are views on a larger buffer', async () => {
    const store = await bed.open();
    const shared = new Float64Array(1000).fill(5);
    const refs = Uint32Array.of(store.ref(Labels.of('x')));
    await store.append({ timestampMs: NOON, refs, values: shared.subarray(10, 11) });
    expect(shared).toHaveLength(1000);
    expect(refs).toHaveLength(1);
    expect(await samplesOf(store, 'x', NOON - MINUTE, NOON)).toEqual([[NOON, 5]]);
  });

  test('columns of different lengths, unknown refs and a time that is none are refused', async () => {
    const store = await bed.open();
    const bad = { code: 'LW_STORE_BAD_BATCH' };
    const refs = Uint32Array.of(store.ref(Labels.of('x')));
    await expect(store.append({ timestampMs: NOON, refs, values: new Float64Array(2) })).rejects.toMatchObject(bad);
    await expect(store.append({ timestampMs: Number.NaN, refs, values: Float64Array.of(1) })).rejects.toMatchObject(
      bad,
    );
    await expect(
      store.append({ timestampMs: NOON, refs: Uint32Array.of(7), values: Float64Array.of(1) }),
    ).rejects.toMatchObject(bad);
  });

  test('label sets beyond what memory is there for are refused and counted; those known before go on', async () => {
    const store = await bed.open({ maxKeys: 2 });
    await put(store, 'a', NOON, 1);
    await put(store, 'b', NOON, 1);
    expect(await put(store, 'c', NOON, 1)).toEqual(result({ overLimit: 1 }));
    expect(store.ref(Labels.of('d'))).toBe(store.ref(Labels.of('c')));
    expect(await put(store, 'a', NOON + 1_000, 2)).toEqual(result({ appended: 1 }));
    expect(await samplesOf(store, 'c', NOON - HOUR, NOON)).toEqual([]);
  });

  test('so are label sets that are very long together', async () => {
    const store = await bed.open({ maxKeyChars: 1_000 });
    await put(store, 'a', NOON, 1);
    expect(await put(store, 'b'.repeat(1_000), NOON, 1)).toEqual(result({ overLimit: 1 }));
    expect(await put(store, 'c', NOON, 1)).toEqual(result({ appended: 1 }));
  });

  test('past the series limit new series are refused and counted, the known go on', async () => {
    const store = await bed.open({ maxSeries: 2 });
    expect(await put(store, 'a', NOON, 1)).toEqual(accepted(1));
    expect(await put(store, 'b', NOON, 1)).toEqual(accepted(1));
    expect(await put(store, 'c', NOON, 1)).toEqual(result({ overLimit: 1 }));
    expect(await put(store, 'a', NOON + 1000, 1)).toEqual(accepted(1));
    expect(await store.status()).toMatchObject({ series: 2, overLimitSamples: 1, appendedSamples: 3 });
    expect(await store.labelValues('__name__', [], NOON - HOUR, NOON + HOUR)).toEqual(['a', 'b']);
  });
});

describe('values', () => {
  const odd = [Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, 1.797e308, 0.1, -1e15];

  test('come back exactly, from the head and from sealed chunks', async () => {
    const store = await bed.open();
    for (const [i, value] of odd.entries()) await put(store, 'odd', NOON + i * 1000, value);
    const wanted = odd.map((value, i) => [NOON + i * 1000, value]);
    expect(await samplesOf(store, 'odd', NOON - MINUTE, NOON + MINUTE)).toEqual(wanted);
    await store.sealAll();
    expect(await samplesOf(store, 'odd', NOON - MINUTE, NOON + MINUTE)).toEqual(wanted);
  });

  test('a staleness marker ends a series; an ordinary NaN is a value; both after sealing too', async () => {
    const store = await bed.open();
    await put(store, 'gone', NOON - 1000, 1);
    await put(store, 'gone', NOON, 'stale');
    await put(store, 'not_a_number', NOON, Number.NaN);
    for (const seal of [false, true]) {
      if (seal) await store.sealAll();
      expect((await store.instant('gone', NOON - 1)).value).toMatchObject({ samples: [{ value: 1 }] });
      expect((await store.instant('gone', NOON)).value).toMatchObject({ samples: [] });
      expect((await store.instant('not_a_number', NOON)).value).toMatchObject({ samples: [{ value: Number.NaN }] });
    }
  });
});

describe('sealing', () => {
  test('120 scrapes become a chunk in the file of their week and leave the head', async () => {
    const store = await bed.open();
    const refs = Uint32Array.from({ length: 50 }, (_, i) => store.ref(Labels.of('x', { i: String(i) })));
    const scrape = (at: number) =>
      store.append({ timestampMs: at, refs, values: Float64Array.from(refs, (ref) => ref + at / 1000) });
    for (let k = 0; k < 119; k++) await scrape(NOON + k * 1000);
    expect(await store.status()).toMatchObject({ headSamples: 119 * 50 });
    await scrape(NOON + 119_000);
    await expect.poll(async () => (await store.status()).headSamples).toBe(0);
    expect(existsSync(path.join(bed.dir, 'metrics', '2026-W47.db'))).toBe(true);
    const sum = await store.instant('sum(count_over_time(x[10m]))', NOON + 119_000);
    expect(sum.value).toMatchObject({ samples: [{ value: 6000 }] });
    expect((await samplesOf(store, 'x{i="7"}', NOON - 1, NOON + HOUR))[100]).toEqual([
      NOON + 100_000,
      NOON / 1000 + 100 + 7,
    ]);
  });

  test('what lies on both sides of a Monday goes into two files and reads as one series', async () => {
    const monday = Date.UTC(2026, 10, 23);
    bed.now = monday + HOUR;
    const store = await bed.open();
    for (let k = -3; k < 3; k++) await put(store, 'x', monday + k * 1000, k);
    await store.sealAll();
    expect(
      readdirSync(path.join(bed.dir, 'metrics')).filter((name) => name.endsWith('W47.db') || name.endsWith('W48.db')),
    ).toHaveLength(2);
    expect((await samplesOf(store, 'x', monday - HOUR, monday + HOUR)).map(([, value]) => value)).toEqual([
      -3, -2, -1, 0, 1, 2,
    ]);
  });

  test('wal rows go once every sample in them is sealed', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    await put(store, 'y', NOON, 1);
    expect((await store.status()).walRows).toBe(2);
    await store.sealAll();
    expect((await store.status()).walRows).toBe(0);
  });

  test('series that share no times are read right after they were sealed together and apart', async () => {
    const store = await bed.open();
    const refs = Uint32Array.from({ length: 8 }, (_, i) => store.ref(Labels.of('x', { i: String(i) })));
    // One batch, so they begin in one group; then each goes its own way.
    await store.append({ timestampMs: NOON, refs, values: Float64Array.from(refs) });
    for (let round = 0; round < 3; round++) {
      const appends: Promise<unknown>[] = [];
      for (let k = 1; k <= 40; k++) {
        for (const [i, ref] of refs.entries()) {
          const at = NOON + round * MINUTE + k * 1000 + i;
          appends.push(store.append({ timestampMs: at, refs: Uint32Array.of(ref), values: Float64Array.of(at) }));
        }
      }
      await Promise.all(appends);
      await store.sealAll();
    }
    for (let i = 0; i < 8; i++) {
      const samples = await samplesOf(store, `x{i="${i}"}`, NOON, NOON + HOUR);
      expect(samples).toHaveLength(120);
      expect(samples.every(([at, value]) => at === value && at % 1000 === i)).toBe(true);
    }
  });
});

describe('opening again', () => {
  test('finds the head and the sealed chunks as they were, each sample once', async () => {
    const first = await bed.open();
    for (let k = 0; k < 5; k++) await put(first, 'x', NOON + k * 1000, k);
    await first.sealAll();
    for (let k = 5; k < 8; k++) await put(first, 'x', NOON + k * 1000, k);
    await put(first, 'y', NOON, 'stale');
    await first.close();
    const second = await bed.open();
    expect((await samplesOf(second, 'x', NOON - HOUR, NOON + HOUR)).map(([, value]) => value)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect((await second.status()).headSamples).toBe(4);
    // It still knows where each series ends.
    expect(await put(second, 'x', NOON + 3000, 9)).toEqual(result({ outOfOrder: 1 }));
    expect(await put(second, 'x', NOON + 8000, 8)).toEqual(accepted(1));
  });

  test('knows the last sample of a series whose samples are all sealed', async () => {
    const first = await bed.open();
    await put(first, 'x', NOON, 1);
    await first.sealAll();
    await first.close();
    const second = await bed.open();
    expect(await put(second, 'x', NOON - HOUR - 1, 0)).toEqual(result({ outOfOrder: 1 }));
    expect(await put(second, 'x', NOON, 1)).toEqual(result({ duplicates: 1 }));
  });

  test('close may be called twice, and calls after it are refused', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    await Promise.all([store.close(), store.close()]);
    await store.close();
    await expect(put(store, 'x', NOON + 1, 1)).rejects.toMatchObject({ code: 'LW_STORE_CLOSED' });
    await expect(store.instant('x', NOON)).rejects.toMatchObject({ code: 'LW_STORE_CLOSED' });
  });
});

test('a batch of several thousand new series is stored whole, and answered', async () => {
  const store = await bed.open();
  const refs = Uint32Array.from({ length: 3_500 }, (_, i) => store.ref(Labels.of('many', { i: String(i) })));
  const values = Float64Array.from(refs, (_, i) => i);
  // A query from before: the series come to a reader that runs.
  expect(await store.series([[]], 0, NOON, 10)).toEqual([]);
  expect(await store.append({ timestampMs: NOON, refs, values })).toEqual(accepted(3_500));
  const { value } = await store.instant('sum(many) / 1 + count(many) * 0', NOON);
  // 0 + 1 + ... + 3499.
  expect(value).toMatchObject({ samples: [{ value: 6_123_250 }] });
});
