import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { accepted, DAY, HOUR, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
beforeEach(() => {
  bed = testbed();
});
afterEach(() => bed.end());

/** What a promise rejects with, heard from the start. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const file = (name: string): string => path.join(bed.dir, 'metrics', name);

describe('a newer format', () => {
  test('of any other file is refused too, before anything is written', async () => {
    const retention = { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: 300_000, keepMs: 300 * DAY }] };
    const store = await bed.open({ retention });
    await put(store, 'x', NOON - 3 * DAY, 1);
    await store.sealAll();
    await store.runUpkeep();
    await store.close();
    for (const name of ['2026-W47.db', '2026-11.5m.db']) {
      const db = new Database(file(name));
      db.prepare("UPDATE meta SET value = 99 WHERE key = 'format'").run();
      const before = readFileSync(file('head.db'));
      await expect(bed.open({ retention })).rejects.toMatchObject({
        code: 'LW_STORE_NEWER_FORMAT',
        message: expect.stringContaining(`${name} was written by a newer Linewarden`) as string,
      });
      expect(readFileSync(file('head.db'))).toEqual(before);
      db.prepare("UPDATE meta SET value = 2 WHERE key = 'format'").run();
      db.close();
    }
    await (await bed.open({ retention })).close();
  });

  test('of head.db is refused with a sentence, and nothing is touched', async () => {
    await (await bed.open()).close();
    const db = new Database(file('head.db'));
    db.prepare("UPDATE meta SET value = 99 WHERE key = 'format'").run();
    db.close();
    await expect(bed.open()).rejects.toMatchObject({
      code: 'LW_STORE_NEWER_FORMAT',
      message: expect.stringContaining('written by a newer Linewarden (format 99; this one reads up to 2)') as string,
    });
  });
});

describe('damage', () => {
  test('a week file that is garbage is set aside, said so, and the rest answers', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON - 7 * DAY, 1);
    await put(store, 'x', NOON, 2);
    await store.sealAll();
    await store.close();
    writeFileSync(file('2026-W46.db'), Buffer.alloc(20_000, 'not a database '));
    const again = await bed.open();
    expect((await samplesOf(again, 'x', NOON - 20 * DAY, NOON)).map(([, value]) => value)).toEqual([2]);
    await expect.poll(() => readdirSync(path.join(bed.dir, 'metrics'))).toContain('2026-W46.db.corrupt');
    await expect.poll(() => bed.problems.at(-1)).toContain('2026-W46.db was damaged and set aside');
    // Its week can be written anew.
    expect(await put(again, 'late', NOON - 7 * DAY, 5)).toEqual(accepted(1));
    await again.sealAll();
    expect(await samplesOf(again, 'late', NOON - 20 * DAY, NOON)).toEqual([[NOON - 7 * DAY, 5]]);
  });

  test('a single chunk that cannot be decoded is left out and said so', async () => {
    const store = await bed.open();
    for (const at of [NOON - 2 * HOUR, NOON - HOUR, NOON]) {
      await put(store, 'x', at, at);
      await store.sealAll();
    }
    const db = new Database(file('2026-W47.db'));
    db.prepare("UPDATE chunk SET body = x'0100010000' WHERE id = 2").run();
    db.close();
    expect((await samplesOf(store, 'x', NOON - DAY, NOON)).map(([at]) => at)).toEqual([NOON - 2 * HOUR, NOON]);
    // Whoever asks is told with the answer; a query of other times is not.
    const { warnings } = await store.instant('count_over_time(x[1d])', NOON);
    expect(warnings).toEqual(['what is damaged in 2026-W47.db is missing from the answer']);
    expect((await store.instant('x', NOON)).warnings).toEqual([]);
    await expect.poll(() => bed.problems.at(-1)).toContain('A chunk of 2026-W47.db is damaged');
    // It is told, but all else is stored and answered.
    expect(bed.isPaused).toBe(false);
  });

  test('head.db that is garbage is set aside; series and sealed samples come back from the week files', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON - HOUR, 1);
    await put(store, 'y', NOON - HOUR, 2);
    await store.sealAll();
    await store.close();
    writeFileSync(file('head.db'), Buffer.alloc(20_000, 'not a database '));
    const again = await bed.open();
    expect(bed.problems.at(-1)).toContain('head.db was damaged and set aside');
    expect(await put(again, 'y', NOON, 3)).toEqual(accepted(1));
    expect(await put(again, 'z', NOON, 4)).toEqual(accepted(1));
    expect((await samplesOf(again, 'x', NOON - DAY, NOON)).map(([, value]) => value)).toEqual([1]);
    expect((await samplesOf(again, 'y', NOON - DAY, NOON)).map(([, value]) => value)).toEqual([2, 3]);
    // What is in the wal now must not look sealed by the old file's numbers.
    await again.close();
    const third = await bed.open();
    expect((await samplesOf(third, 'y', NOON - DAY, NOON)).map(([, value]) => value)).toEqual([2, 3]);
    expect((await samplesOf(third, 'z', NOON - DAY, NOON)).map(([, value]) => value)).toEqual([4]);
  });

  test('head.db that is damaged in the middle is set aside, and what can be read of it is brought over', async () => {
    const store = await bed.open();
    await put(store, 'sealed', NOON - HOUR, 1);
    await store.sealAll();
    // Rows of some kilobytes each, so that the wal spans many pages.
    const refs = Uint32Array.from({ length: 500 }, (_, i) => store.ref(Labels.of('wide', { i: String(i) })));
    for (let k = 0; k < 60; k++) {
      const values = Float64Array.from(refs, (_, i) => i * 1e6 + k + 0.123);
      await store.append({ timestampMs: NOON - 60_000 + k * 1000, refs, values });
    }
    await store.close();
    const bytes = readFileSync(file('head.db'));
    const pages = bytes.length / 4096;
    expect(pages).toBeGreaterThan(40);
    bytes.fill(0xa5, Math.floor(pages * 0.6) * 4096, Math.floor(pages * 0.8) * 4096);
    writeFileSync(file('head.db'), bytes);

    const again = await bed.open();
    expect(bed.problems.join()).toContain('head.db was damaged and set aside');
    expect(existsSync(file('head.db.corrupt'))).toBe(true);
    expect((await samplesOf(again, 'sealed', NOON - DAY, NOON)).map(([, value]) => value)).toEqual([1]);
    const saved = await samplesOf(again, 'wide{i="7"}', NOON - HOUR, NOON);
    expect(saved.length).toBeGreaterThan(20);
    for (const [at, value] of saved) expect(value).toBe(7e6 + (at - (NOON - 60_000)) / 1000 + 0.123);
    expect(await put(again, 'sealed', NOON, 2)).toEqual(accepted(1));
    await again.close();
    expect((await samplesOf(await bed.open(), 'sealed', NOON - DAY, NOON)).map(([, value]) => value)).toEqual([1, 2]);
  });

  test('a file that was made, but not filled, when the writer was killed counts as not there', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON - 7 * DAY, 1);
    await store.sealAll();
    await store.close();
    writeFileSync(file('2026-W47.db'), '');
    writeFileSync(file('2026-11.5m.db'), '');
    const again = await bed.open({
      retention: { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: 300_000, keepMs: 365 * DAY }] },
    });
    expect((await samplesOf(again, 'x', NOON - 20 * DAY, NOON)).map(([, value]) => value)).toEqual([1]);
    expect((await again.range('count_over_time(x[1h])', NOON - 8 * DAY, NOON, HOUR)).value).toMatchObject({
      series: [{ values: { 0: 1 } }],
    });
    expect(await put(again, 'x', NOON, 2)).toEqual(accepted(1));
    await again.sealAll();
    expect((await samplesOf(again, 'x', NOON - 20 * DAY, NOON)).map(([, value]) => value)).toEqual([1, 2]);
    expect(bed.problems).toEqual([]);
  });

  test('a file whose schema is damaged is set aside', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON - 7 * DAY, 1);
    await put(store, 'x', NOON, 2);
    await store.sealAll();
    await store.close();
    const bytes = readFileSync(file('2026-W46.db'));
    writeFileSync(file('2026-W46.db'), Buffer.from(bytes.toString('latin1').replaceAll('chunk', 'chonk'), 'latin1'));
    const again = await bed.open();
    expect((await samplesOf(again, 'x', NOON - 20 * DAY, NOON)).map(([, value]) => value)).toEqual([2]);
    await expect.poll(() => bed.problems.at(-1)).toContain('2026-W46.db was damaged and set aside');
  });

  test('a wal row that cannot be decoded costs that row only', async () => {
    const store = await bed.open();
    for (let k = 0; k < 3; k++) await put(store, 'x', NOON + k, k);
    await store.close();
    const db = new Database(file('head.db'));
    db.prepare("UPDATE wal SET body = x'00' WHERE seq = 2").run();
    db.close();
    const again = await bed.open();
    expect((await samplesOf(again, 'x', NOON - HOUR, NOON + HOUR)).map(([, value]) => value)).toEqual([0, 2]);
    expect(bed.problems.join()).toContain('1 rows of the write-ahead log could not be read');
  });
});

describe('a disk that refuses', () => {
  test('pauses ingestion with a sentence, keeps what is stored, and goes on by itself', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    // Another connection holds the write lock longer than SQLite waits: commits fail as they do on a full disk.
    const other = new Database(file('head.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(put(store, 'x', NOON + 1000, 2)).rejects.toMatchObject({ code: 'LW_STORE_WRITE_FAILED' });
    await expect(put(store, 'x', NOON + 2000, 3)).rejects.toMatchObject({ code: 'LW_STORE_WRITE_FAILED' });
    expect((await store.status()).problem).toContain('cannot be written');
    expect(bed.problems.at(-1)).toContain('nothing is stored until it can be written again');
    expect(bed.isPaused).toBe(true);
    expect((await samplesOf(store, 'x', NOON - HOUR, NOON)).map(([, value]) => value)).toEqual([1]);
    other.exec('ROLLBACK');
    other.close();
    await expect.poll(() => bed.problems.at(-1), { timeout: 10_000 }).toBeUndefined();
    expect(bed.isPaused).toBe(false);
    expect((await store.status()).problem).toBeUndefined();
    expect(await put(store, 'x', NOON + 3000, 4)).toEqual(accepted(1));
    await store.close();
    const again = await bed.open();
    // The refused sample of 2 was kept for a later try; the one of 3 never came in.
    expect((await samplesOf(again, 'x', NOON - HOUR, NOON + HOUR)).map(([, value]) => value)).toEqual([1, 2, 4]);
  });
});

describe('a thread that dies', () => {
  test('rejects what waits for the writer; nothing acknowledged is lost, and the store opens again', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 1);
    const { writer } = await store.threads();
    const waiting = failureOf(put(store, 'x', NOON + 1000, 2));
    await writer.kill();
    expect(await waiting).toMatchObject({ code: 'LW_STORE_THREAD_DIED' });
    await expect(put(store, 'x', NOON + 2000, 3)).rejects.toMatchObject({ code: 'LW_STORE_THREAD_DIED' });
    expect(bed.problems.at(-1)).toContain('is started again');
    await store.close();
    const again = await bed.open();
    expect(await samplesOf(again, 'x', NOON - HOUR, NOON)).toEqual([[NOON, 1]]);
  });

  test('the writer is started again and knows all refs; the reader follows it', async () => {
    const store = await bed.open({ restartEveryMs: 10 });
    const ref = store.ref(Labels.of('x', { a: '1' }));
    await store.append({ timestampMs: NOON, refs: Uint32Array.of(ref), values: Float64Array.of(1) });
    expect(await samplesOf(store, 'x', NOON - HOUR, NOON + HOUR)).toHaveLength(1);
    await (await store.threads()).writer.kill();
    const again = () =>
      store.append({ timestampMs: NOON + 1000, refs: Uint32Array.of(ref), values: Float64Array.of(2) });
    await expect
      .poll(
        () =>
          again().then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    expect((await samplesOf(store, 'x', NOON - HOUR, NOON + HOUR)).map(([, value]) => value)).toEqual([1, 2]);
    // The alarm is taken back by a message of its own, after the append that showed the recovery.
    await expect.poll(() => bed.problems.at(-1), { timeout: 10_000 }).toBeUndefined();
  });

  test('the reader is started again with the next query', async () => {
    const store = await bed.open({ restartEveryMs: 10 });
    await put(store, 'x', NOON, 1);
    const { reader } = await store.threads();
    const waiting = failureOf(store.instant('x', NOON));
    await reader.kill();
    expect(await waiting).toMatchObject({ code: 'LW_STORE_THREAD_DIED' });
    expect(await put(store, 'x', NOON + 1000, 2)).toEqual(accepted(1));
    expect(await samplesOf(store, 'x', NOON - HOUR, NOON + HOUR)).toHaveLength(2);
  });

  test('a reader that is busy with a long query is not ended for a short one that waits behind it', async () => {
    const store = await bed.open({ hangMs: 200 });
    await put(store, 'x', NOON, 1);
    await store.instant('x', NOON);
    // Sorts 3,600 samples at each of 11,000 steps.
    const long = failureOf(
      store.range('quantile_over_time(0.5, vector(time())[1h:1s])', NOON - 11_000_000, NOON, 1_000),
    );
    const short = store.instant('x', NOON, { timeoutMs: 50 });
    expect(await failureOf(short)).toMatchObject({ type: 'timeout' });
    expect(await long).toBeUndefined();
    expect((await store.instant('x', NOON)).value).toMatchObject({ samples: [{ value: 1 }] });
  });

  test('a query of seconds in the window delays no rule', async () => {
    const store = await bed.open();
    await put(store, 'x', NOON, 7);
    await store.instant('x', NOON);
    await store.ownQueries.instant('x', NOON);
    let isLongOver = false;
    const long = store
      .range('quantile_over_time(0.5, vector(time())[1h:1s])', NOON - 11_000_000, NOON, 1_000)
      .then(() => {
        isLongOver = true;
      });
    for (let k = 0; k < 5; k++) {
      expect((await store.ownQueries.instant('x', NOON)).value).toMatchObject({ samples: [{ value: 7 }] });
      expect(isLongOver).toBe(false);
    }
    await long;
  });

  test('both readers see what is appended, and follow a writer that was started again', async () => {
    const store = await bed.open({ restartEveryMs: 10 });
    await put(store, 'x', NOON, 1);
    const seen = async (): Promise<unknown> =>
      Promise.all(
        [store, store.ownQueries].map(async (queries) => {
          const { value } = await queries.instant('x', bed.now);
          return value.type === 'vector' ? value.samples.map((sample) => sample.value) : value;
        }),
      );
    expect(await seen()).toEqual([[1], [1]]);
    await put(store, 'x', NOON + 1000, 2);
    bed.now = NOON + 1000;
    expect(await seen()).toEqual([[2], [2]]);
    await (await store.threads()).writer.kill();
    bed.now = NOON + 2000;
    const again = (): Promise<boolean> =>
      put(store, 'x', NOON + 2000, 3).then(
        () => true,
        () => false,
      );
    await expect.poll(again, { timeout: 10_000 }).toBe(true);
    await expect.poll(() => bed.problems.at(-1), { timeout: 10_000 }).toBeUndefined();
    expect(await seen()).toEqual([[3], [3]]);
  });

  test('a ref that nobody used for days is known to a writer that was started again', async () => {
    const store = await bed.open({ restartEveryMs: 10 });
    const ref = store.ref(Labels.of('x', { router: 'off' }));
    const append = (timeMs: number) =>
      store.append({ timestampMs: timeMs, refs: Uint32Array.of(ref), values: Float64Array.of(1) });
    await append(NOON);
    bed.now = NOON + 3 * DAY;
    await store.forgetIdle();
    await (await store.threads()).writer.kill();
    await expect.poll(() => bed.problems.at(-1), { timeout: 10_000 }).toBeUndefined();
    expect(await append(bed.now)).toEqual(accepted(1));
    expect(await samplesOf(store, 'x{router="off"}', NOON - HOUR, bed.now)).toHaveLength(2);
    // Asked for again it is the same series.
    const asked = store.ref(Labels.of('x', { router: 'off' }));
    await store.append({ timestampMs: bed.now + 1, refs: Uint32Array.of(asked), values: Float64Array.of(1) });
    bed.now += 1;
    expect(await samplesOf(store, 'x{router="off"}', NOON - HOUR, bed.now)).toHaveLength(3);
  });
});
