import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
let store: MetricStoreFacade;
beforeEach(async () => {
  bed = testbed();
  store = await bed.open();
});
afterEach(() => bed.end());

/** Interface counters of two routers: value = 10 a second. */
async function fill(): Promise<void> {
  const refs = Uint32Array.from(
    ['a', 'b'].flatMap((device) =>
      ['ether1', 'ether2'].map((name) => store.ref(Labels.of('octets_total', { device, name }))),
    ),
  );
  const appends: Promise<unknown>[] = [];
  for (let at = NOON - HOUR; at <= NOON; at += 15_000) {
    appends.push(
      store.append({ timestampMs: at, refs, values: Float64Array.from(refs, () => (at - NOON + HOUR) / 100) }),
    );
  }
  await Promise.all(appends);
}

describe('queries', () => {
  test('answer alike from the head, from sealed chunks and from both', async () => {
    await fill();
    const ask = async () => {
      const outcome = await store.range('sum by (device) (rate(octets_total[1m]))', NOON - 30 * MINUTE, NOON, MINUTE);
      if (outcome.value.type !== 'matrix') throw new Error('no matrix');
      return outcome.value.series.map(({ labels, timestamps, values }) => ({
        labels: labels.toRecord(),
        from: timestamps[0],
        points: timestamps.length,
        rates: [...new Set([...values].map((value) => value.toFixed(6)))],
      }));
    };
    // Two interfaces at 10 a second each, 31 steps.
    const wanted = ['a', 'b'].map((device) => ({
      labels: { device },
      from: NOON - 30 * MINUTE,
      points: 31,
      rates: ['20.000000'],
    }));
    expect(await ask()).toEqual(wanted);
    await store.sealAll();
    expect(await ask()).toEqual(wanted);
    await put(store, 'unrelated', NOON, 1);
    expect(await ask()).toEqual(wanted);
  });

  test('scalars, strings, matrices and annotations cross the thread', async () => {
    await fill();
    expect((await store.instant('1 + 1', NOON)).value).toEqual({ type: 'scalar', timeMs: NOON, value: 2 });
    expect((await store.instant('"text"', NOON)).value).toEqual({ type: 'string', timeMs: NOON, value: 'text' });
    const matrix = (await store.instant('octets_total{device="a",name="ether1"}[30s]', NOON)).value;
    expect(matrix).toMatchObject({ type: 'matrix', series: [{ values: Float64Array.of(35_850, 36_000) }] });
    const gauge = await store.instant('rate({__name__="not_a_counter"}[5m]) or rate(octets_total[5m])', NOON);
    expect(gauge.samplesRead).toBeGreaterThan(0);
    expect((await store.instant('quantile(2, octets_total)', NOON)).warnings[0]).toContain(
      'quantile value should be between 0 and 1',
    );
  });

  test('a wrong query rejects with its type and place', async () => {
    await expect(store.instant('sum(', NOON)).rejects.toMatchObject({
      name: 'QueryError',
      type: 'bad_data',
      code: 'LW_QUERY_BAD_DATA',
      position: { line: 1, column: 5 },
    });
    await expect(store.instant('x{a=~"("}', NOON)).rejects.toMatchObject({ type: 'bad_data' });
  });

  test('the lookback may be given', async () => {
    await put(store, 'x', NOON - 7 * MINUTE, 1);
    expect((await store.instant('x', NOON)).value).toMatchObject({ samples: [] });
    expect((await store.instant('x', NOON, { lookbackMs: 8 * MINUTE })).value).toMatchObject({
      samples: [{ value: 1 }],
    });
  });

  test('labels, with matchers and times', async () => {
    await fill();
    await put(store, 'early', NOON - 3 * HOUR, 1);
    expect(await store.labelNames([], NOON - HOUR, NOON)).toEqual(['__name__', 'device', 'name']);
    expect(await store.labelValues('__name__', [], NOON - HOUR, NOON)).toEqual(['octets_total']);
    expect(await store.labelValues('__name__', [], NOON - 3 * HOUR, NOON)).toEqual(['early', 'octets_total']);
    const one = [[{ name: 'device', op: '=' as const, value: 'b' }]];
    expect(await store.labelValues('name', one, NOON - HOUR, NOON)).toEqual(['ether1', 'ether2']);
    const series = await store.series([[{ name: 'name', op: '=~', value: '.*2' }]], NOON - HOUR, NOON, 10);
    expect(series.map((labels) => labels.get('device'))).toEqual(['a', 'b']);
    expect(await store.series([], NOON - HOUR, NOON, 3)).toHaveLength(3);
    await store.sealAll();
    expect(await store.labelValues('__name__', [], NOON - 2 * MINUTE, NOON)).toEqual(['octets_total']);
  });

  test('matchers: equal, not equal, patterns, and a label that is absent counts as empty', async () => {
    await fill();
    await put(store, 'bare', NOON, 1);
    const count = async (selector: string) => {
      const { value } = await store.instant(`count(${selector})`, NOON);
      return value.type === 'vector' ? (value.samples[0]?.value ?? 0) : -1;
    };
    expect(await count('{device="a"}')).toBe(2);
    expect(await count('{__name__=~".+",device!="a"}')).toBe(3);
    expect(await count('{__name__=~".+",device=""}')).toBe(1);
    expect(await count('{__name__=~".+",device!=""}')).toBe(4);
    expect(await count('octets_total{name=~"ether[12]",device=~"a|c"}')).toBe(2);
    expect(await count('octets_total{name!~"ether1"}')).toBe(2);
    expect(await count('octets_total{name=~"ether"}')).toBe(0);
    expect(await count('octets_total{nothing=~".*"}')).toBe(4);
  });

  test('an aborted query rejects as cancelled and the next one is answered', async () => {
    await fill();
    const stop = new AbortController();
    const slow = store.range(
      'quantile_over_time(0.9, quantile_over_time(0.9, octets_total[1h:1s])[1h:1s])',
      NOON - HOUR,
      NOON,
      1000,
      { signal: stop.signal },
    );
    setTimeout(() => stop.abort(), 50);
    await expect(slow).rejects.toMatchObject({ name: 'QueryError', type: 'canceled' });
    expect((await store.instant('count(octets_total)', NOON)).value).toMatchObject({ samples: [{ value: 4 }] });
    await expect(store.instant('1', NOON, { signal: stop.signal })).rejects.toMatchObject({ type: 'canceled' });
  });

  test('a query past its time-out rejects and lets the next one through', async () => {
    await fill();
    const slow = store.range(
      'quantile_over_time(0.9, quantile_over_time(0.9, octets_total[1h:1s])[1h:1s])',
      NOON - HOUR,
      NOON,
      1000,
      { timeoutMs: 50 },
    );
    const next = store.instant('count(octets_total)', NOON);
    await expect(slow).rejects.toMatchObject({ name: 'QueryError', type: 'timeout' });
    expect((await next).value).toMatchObject({ samples: [{ value: 4 }] });
  });
});

describe('retention', () => {
  test('samples past it are never read, also before their files go', async () => {
    await put(store, 'x', NOON - 29 * DAY, 1);
    await put(store, 'x', NOON, 2);
    await store.sealAll();
    bed.now = NOON + 2 * DAY;
    expect((await samplesOf(store, 'x', NOON - 40 * DAY, NOON)).map(([, value]) => value)).toEqual([2]);
    expect(await put(store, 'old', NOON - 29 * DAY, 1)).toMatchObject({ appended: 0, outOfOrder: 1 });
  });

  test('files of weeks past it are unlinked, chunks of the week in which it begins deleted, and dead series forgotten', async () => {
    const ref = store.ref(Labels.of('gone'));
    await put(store, 'gone', NOON - 29 * DAY, 1);
    await put(store, 'x', NOON - 14 * DAY, 1);
    await put(store, 'x', NOON, 2);
    await store.sealAll();
    const weeks = () => readdirSync(path.join(bed.dir, 'metrics')).filter((name) => /W\d\d\.db$/.test(name));
    expect(weeks()).toEqual(['2026-W43.db', '2026-W45.db', '2026-W47.db']);
    bed.now = NOON + 18 * DAY;
    await store.applyRetention();
    expect(weeks()).toEqual(['2026-W45.db', '2026-W47.db']);
    expect(await store.status()).toMatchObject({ oldestSampleMs: NOON });
    // Its ref stays good.
    const again = await store.append({ timestampMs: bed.now, refs: Uint32Array.of(ref), values: Float64Array.of(7) });
    expect(again.appended).toBe(1);
    expect(await samplesOf(store, 'gone', NOON - 40 * DAY, bed.now)).toEqual([[bed.now, 7]]);
  });
});
