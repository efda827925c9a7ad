// Whatever is answered from summaries is what the samples answer.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvaluator, type MatrixSeries, type QueryOutcome } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage, type StoredSample } from '../../../electron/engine/promql/testing/index.ts';
import { evenBounds, TieredStorage } from '../../promqltest/tiered-storage.ts';

const MINUTE_MS = 60_000;
/** Tiers of 1, 5 and 15 minutes; series of three hours around time 0, so that times before the epoch are met, too. */
const TIERS = [0, 1, 5, 15].map((minutes) => ({ resolutionMs: minutes * MINUTE_MS, oldestMs: -Infinity }));
const FIRST_MS = -30 * MINUTE_MS;

type Value = fc.Arbitrary<number>;
type Sample = { readonly gapMs: number; readonly value: number; readonly stale: boolean };

const special = fc.constantFrom(Number.NaN, Infinity, -Infinity);

/** Mostly a steady scrape with jitter; now and then a gap, several samples in a second, or exactly on a bound. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 14_000, max: 16_000 }) },
  { weight: 2, arbitrary: fc.constant(15_000) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 * MINUTE_MS }) },
  { weight: 1, arbitrary: fc.constant(MINUTE_MS) },
);

function samplesOf(value: Value): fc.Arbitrary<StoredSample[]> {
  const stale = fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  const sample: fc.Arbitrary<Sample> = fc.record({ gapMs: gap, value, stale });
  return fc.array(sample, { minLength: 1, maxLength: 120, size: 'max' }).chain((steps) => {
    let timeMs = FIRST_MS;
    const placed = steps.map(({ gapMs, value: own, stale: isStale }) => {
      timeMs += gapMs;
      return { timeMs, value: own, stale: isStale };
    });
    // Late samples: the storage gets them in another order than that of their times.
    return fc.constantFrom(placed, placed.toReversed());
  });
}

/** A counter that rises, with resets (several in one bucket), as the sums of its increases. */
const counter: fc.Arbitrary<StoredSample[]> = samplesOf(fc.integer({ min: -3, max: 1_000 })).map((samples) => {
  let total = 0;
  return samples
    .toSorted((a, b) => a.timeMs - b.timeMs)
    .map((sample) => {
      total = sample.value < 0 ? 0 : total + sample.value;
      return { ...sample, value: total };
    });
});

const minutes = (count: number): string => (count < 0 ? `-${-count}m` : `${count}m`);

const queryOf = (funcs: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      func: fc.constantFrom(...funcs),
      range: fc.constantFrom(1, 2, 3, 5, 10, 15, 30, 60),
      offset: fc.constantFrom(0, 0, 1, 5, 15, -5, -1),
      at: fc.constantFrom('', '', '', ' @ start()', ' @ end()', ' @ 1800', ' @ -300'),
      wrap: fc.constantFrom('X', 'X', 'sum by (a) (X)', 'avg(X)', 'max without (i) (X)', 'topk(2, X)', 'count(X)'),
    })
    .map(({ func, range, offset, at, wrap }) => {
      const modifiers = (offset === 0 ? '' : ` offset ${minutes(offset)}`) + at;
      const inner = func === '' ? `m${modifiers}` : `${func}(m[${minutes(range)}]${modifiers})`;
      return wrap.replace('X', inner);
    });

const gridOf = fc.record({
  startMs: fc.integer({ min: -40, max: 60 }).map((at) => at * MINUTE_MS),
  stepMs: fc.constantFrom(1, 2, 5, 15, 60).map((count) => count * MINUTE_MS),
  steps: fc.integer({ min: 1, max: 40 }),
});

type Grid = { readonly startMs: number; readonly stepMs: number; readonly steps: number };

/** Some buckets are divided where the seed says so: nothing may take them to be of one width. */
const bounds = fc.option(fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 5 }), {
  nil: undefined,
});

function storageOf(series: readonly StoredSample[][]): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [i, samples] of series.entries()) {
    storage.append({ __name__: 'm', i: String(i), a: String(i % 2) }, samples);
  }
  return storage;
}

const shown = (one: MatrixSeries): unknown => [one.labels.key, ...one.timestamps];

/** Throws where the answers differ; says how often summaries were asked for. */
function compare(
  series: readonly StoredSample[][],
  query: string,
  { startMs, stepMs, steps }: Grid,
  cuts: readonly number[] | undefined,
  isSame: (found: number, wanted: number) => boolean,
): number {
  const samples = storageOf(series);
  const tiered = new TieredStorage(samples, TIERS, (request) => {
    const even = evenBounds(request);
    if (cuts === undefined) return even;
    const more = Array.from(even, (bound, i) => bound + (cuts[i % cuts.length] ?? 0) * request.resolutionMs);
    return Float64Array.from(new Set([...even, ...more.slice(0, -1).map(Math.floor)])).toSorted();
  });
  const run = (storage: MemoryStorage | TieredStorage): QueryOutcome =>
    createEvaluator({ storage }).range(query, startMs, startMs + (steps - 1) * stepMs, stepMs);
  const found = run(tiered);
  const wanted = run(samples);
  if (found.value.type !== 'matrix' || wanted.value.type !== 'matrix') throw new Error('no matrix');
  const [left, right] = [found.value.series, wanted.value.series];
  expect(left.map(shown)).toEqual(right.map(shown));
  for (const [i, one] of left.entries()) {
    for (const [k, value] of one.values.entries()) {
      const other = right[i]?.values[k] ?? 0;
      if (!isSame(value, other)) throw new Error(`${query}: ${value} from summaries, ${other} from samples`);
    }
  }
  expect([...found.infos, ...found.warnings]).toEqual([...wanted.infos, ...wanted.warnings]);
  return tiered.summarised.length;
}

/** 0 and -0 are the same number. */
const isEqual = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

const isClose = (a: number, b: number): boolean => isEqual(a, b) || Math.abs(a - b) <= 1e-12 * Math.abs(b);

const EXACT = ['rate', 'increase', 'delta', 'sum_over_time', 'avg_over_time', 'min_over_time', 'max_over_time'];
const COUNTING = ['count_over_time', 'last_over_time', 'present_over_time', ''];

describe('an answer from summaries is that of the samples', () => {
  it('to the bit for counters with resets and for whole numbers of any sign, whose sums are exact in any order', () => {
    const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const series = fc.array(fc.oneof(counter, samplesOf(whole)), { minLength: 1, maxLength: 4 });
    const query = queryOf([...EXACT, ...COUNTING]);
    let asked = 0;
    fc.assert(
      fc.property(series, query, gridOf, bounds, (own, text, grid, cuts) => {
        asked += compare(own, text, grid, cuts, isEqual);
      }),
      { numRuns: 1_500 },
    );
    expect(asked).toBeGreaterThan(1_000);
  });

  it('to the bit with NaN and infinities among the values', () => {
    const any = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -9, max: 9 }) }, { weight: 1, arbitrary: special });
    const series = fc.array(samplesOf(any), { minLength: 1, maxLength: 3 });
    let asked = 0;
    fc.assert(
      fc.property(series, queryOf([...EXACT, ...COUNTING]), gridOf, bounds, (own, text, grid, cuts) => {
        asked += compare(own, text, grid, cuts, isEqual);
      }),
      { numRuns: 800 },
    );
    expect(asked).toBeGreaterThan(500);
  });

  it('to the bit for any numbers where no sum is involved', () => {
    const any = fc.double({ noNaN: true });
    const series = fc.array(samplesOf(any), { minLength: 1, maxLength: 3 });
    const query = queryOf(['delta', 'min_over_time', 'max_over_time', ...COUNTING]);
    let asked = 0;
    fc.assert(
      fc.property(series, query, gridOf, bounds, (own, text, grid, cuts) => {
        asked += compare(own, text, grid, cuts, isEqual);
      }),
      { numRuns: 500 },
    );
    expect(asked).toBeGreaterThan(300);
  });

  // A bucket's sum, and what several resets inside one bucket lost, are rounded before they are added to the rest.
  it('within 1e-12 where fractions are summed bucket by bucket', () => {
    const fraction = fc.double({ min: 0.5, max: 2, noNaN: true });
    const series = fc.array(samplesOf(fraction), { minLength: 1, maxLength: 3 });
    const funcs = ['rate', 'increase', 'sum_over_time', 'avg_over_time'];
    let asked = 0;
    fc.assert(
      fc.property(series, queryOf(funcs), gridOf, bounds, (own, text, grid, cuts) => {
        asked += compare(own, text, grid, cuts, isClose);
      }),
      { numRuns: 500 },
    );
    expect(asked).toBeGreaterThan(300);
  });

  it('falls back to the samples where a sum overflows, for whose mean PromQL has another way', () => {
    const huge = fc.constantFrom(Number.MAX_VALUE, Number.MAX_VALUE / 2, 1);
    const series = fc.array(samplesOf(huge), { minLength: 1, maxLength: 2 });
    let asked = 0;
    fc.assert(
      fc.property(series, queryOf(['avg_over_time']), gridOf, (own, text, grid) => {
        asked += compare(own, text, grid, undefined, isClose);
      }),
      { numRuns: 300 },
    );
    expect(asked).toBeGreaterThan(150);
  });
});
