import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { NOON, put, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
let store: MetricStoreFacade;
beforeEach(async () => {
  bed = testbed();
  store = await bed.open({ restAfterMs: 200 });
  await put(store, 'x', NOON, 7);
});
afterEach(() => bed.end());

const STEPS = 1_500;
const FROM = NOON - (STEPS - 1) * 1_000;
/** Sorts 3,600 samples at each step. */
const SORTED = 'quantile_over_time(0.5, vector(time())[1h:1s])';
const long = (): Promise<unknown> => store.range(SORTED, FROM, NOON, 1_000, { timeoutMs: 600_000 });
/** The same at 10,000 steps, fifty times over: longer than any test runs. Resolves with why it ended. */
const ENDLESS = Array.from({ length: 50 }, () => SORTED).join(' + ');
const endless = (signal: AbortSignal): Promise<unknown> =>
  store.range(ENDLESS, NOON - 9_999_000, NOON, 1_000, { timeoutMs: 600_000, signal }).catch((error: unknown) => error);

const x = async (): Promise<unknown> => {
  const { value } = await store.instant('x', NOON, { timeoutMs: 60_000 });
  return value.type === 'vector' ? value.samples.map((sample) => sample.value) : value;
};

describe('queries that somebody typed', () => {
  test('a short one is answered while eight endless ones run', async () => {
    const stop = new AbortController();
    const ends = Array.from({ length: 8 }, () => endless(stop.signal));
    let ended = 0;
    for (const end of ends) void end.then(() => ended++);
    for (let k = 0; k < 3; k++) expect(await x()).toEqual([7]);
    expect(ended).toBe(0);
    stop.abort();
    for (const error of await Promise.all(ends)) expect(error).toMatchObject({ type: 'canceled' });
    expect(await x()).toEqual([7]);
  });

  test('long ones that gave way are taken up again, also while short ones keep coming', async () => {
    const results = Promise.all([long(), long(), long()]);
    const over = new AbortController();
    void results.then(() => over.abort());
    while (!over.signal.aborted) expect(await x()).toEqual([7]);
    for (const outcome of await results) {
      expect(outcome).toMatchObject({ value: { type: 'matrix', series: [{ timestamps: { length: STEPS } }] } });
    }
  });

  test('a second thread runs only while it is of use', async () => {
    await x();
    expect((await store.threads()).askedRunning).toBe(1);
    const stop = new AbortController();
    const end = endless(stop.signal);
    await x();
    expect((await store.threads()).askedRunning).toBe(2);
    stop.abort();
    await end;
    await expect.poll(async () => (await store.threads()).askedRunning, { timeout: 10_000 }).toBe(1);
    expect(await x()).toEqual([7]);
  });

  test('pieces of a large answer come from the thread that made it, whatever runs meanwhile', async () => {
    const stop = new AbortController();
    const end = endless(stop.signal);
    // 11,000 points of ten series: past a mebibyte, and made by the second thread.
    const union = Array.from({ length: 10 }, (_, i) => `label_replace(vector(time()), "n", "${i}", "", "")`).join(
      ' or ',
    );
    const { first, rest } = await store.rangeJson(union, NOON - 10_999_000, NOON, 1_000, { timeoutMs: 60_000 });
    const texts = [new TextDecoder().decode(first)];
    for await (const piece of rest ?? []) texts.push(new TextDecoder().decode(piece));
    expect(texts.length).toBeGreaterThan(1);
    expect(JSON.parse(texts.join(''))).toMatchObject({ status: 'success', data: { resultType: 'matrix' } });
    stop.abort();
    await end;
  });
});
