// Whatever tier a step is read from: its value is that of the samples in the window, widened to the tier's buckets by hand.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEvaluator, type QueryOutcome, type Storage } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage, type StoredSample } from '../../../electron/engine/promql/testing/index.ts';
import { TieredStorage } from '../../promqltest/tiered-storage.ts';

const MINUTE_MS = 60_000;
/** Minutes: five hours of samples, of which the last is kept, the two before as 5-minute buckets, the others as hours. */
const [SAMPLES_FROM, FIVES_FROM] = [240, 120];
const TIERS = [
  { resolutionMs: 0, oldestMs: SAMPLES_FROM * MINUTE_MS },
  { resolutionMs: 5 * MINUTE_MS, oldestMs: FIVES_FROM * MINUTE_MS },
  { resolutionMs: 60 * MINUTE_MS, oldestMs: -Infinity },
];

/** Whole numbers, whose sums are exact: rises with resets, and now and then a staleness marker. */
const samples = fc
  .array(fc.record({ gapMs: fc.integer({ min: 15_000, max: 55_000 }), rise: fc.integer({ min: -1, max: 9 }) }), {
    minLength: 500,
    maxLength: 600,
  })
  .map((steps) => {
    let timeMs = 0;
    let value = 0;
    return steps.map(({ gapMs, rise }, i): StoredSample => {
      timeMs += gapMs;
      value = rise < 0 ? 0 : value + rise;
      return { timeMs, value, stale: i % 61 === 60 };
    });
  });

const question = fc.record({
  func: fc.constantFrom(
    ...'rate increase sum_over_time avg_over_time max_over_time min_over_time count_over_time last_over_time'.split(
      ' ',
    ),
  ),
  range: fc.constantFrom(1, 3, 5, 7, 20, 60),
  offset: fc.constantFrom(0, 0, 3),
  startMs: fc.integer({ min: 0, max: 500 }).map((half) => half * 30_000),
  stepMs: fc.constantFrom(30, 60, 77, 300, 1_000).map((seconds) => seconds * 1_000),
  steps: fc.integer({ min: 1, max: 80 }),
});

function valueAt(storage: Storage, query: string, timeMs: number): number | undefined {
  const { value } = createEvaluator({ storage }).instant(query, timeMs);
  return value.type === 'vector' ? value.samples[0]?.value : undefined;
}

function pointsOf({ value }: QueryOutcome): Map<number, number> {
  const [series] = value.type === 'matrix' ? value.series : [];
  return new Map(Array.from(series?.timestamps ?? [], (time, i) => [time, series?.values[i] ?? 0]));
}

/** The window that a step really has: [minutes, end]. */
function windowAt(endMs: number, range: number): [number, number] {
  const end = endMs / MINUTE_MS;
  if (end - range >= SAMPLES_FROM) return [range, endMs];
  const five = Math.floor(end / 5) * 5;
  const fives = Math.max(1, Math.ceil(range / 5)) * 5;
  if (five - fives >= FIVES_FROM) return [fives, five * MINUTE_MS];
  return [60, Math.floor(end / 60) * 60 * MINUTE_MS];
}

it('each step of a range query, and the same step by itself', () => {
  let answered = 0;
  fc.assert(
    fc.property(samples, question, (own, { func, range, offset, startMs, stepMs, steps }) => {
      const storage = new MemoryStorage();
      storage.append({ __name__: 'x_total' }, own);
      const tiered = new TieredStorage(storage, TIERS);
      const query = `${func}(x_total[${range}m] offset ${offset}m)`;
      const evaluator = createEvaluator({ storage: tiered });
      const points = pointsOf(evaluator.range(query, startMs, startMs + (steps - 1) * stepMs, stepMs));
      for (let timeMs = startMs; timeMs < startMs + steps * stepMs; timeMs += stepMs) {
        const [minutes, endMs] = windowAt(timeMs - offset * MINUTE_MS, range);
        const wanted = valueAt(storage, `${func}(x_total[${minutes}m])`, endMs);
        expect([query, timeMs, points.get(timeMs)]).toEqual([query, timeMs, wanted]);
        expect([query, timeMs, valueAt(tiered, query, timeMs)]).toEqual([query, timeMs, wanted]);
        if (wanted !== undefined) answered++;
      }
    }),
    { numRuns: 120 },
  );
  expect(answered).toBeGreaterThan(1_000);
});
