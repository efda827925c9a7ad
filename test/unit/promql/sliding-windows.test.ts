// Windows that overlap much are worked out together; each has the value that it has alone.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';

const any = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 2 ** 53 - 1) },
);
const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
const tenths = whole.map((value) => value / 10);
const huge = whole.map((value) => value + 2 ** 52);
const columns = fc.oneof(
  fc.array(any, { minLength: 80, maxLength: 80 }),
  fc.array(whole, { minLength: 80, maxLength: 80 }),
  // Sums that floating point does not hold.
  fc.array(tenths, { minLength: 80, maxLength: 80 }),
  fc.array(huge, { minLength: 80, maxLength: 80 }),
  // Rising, falling, all the same: what a queue of the best is longest and shortest for.
  fc.constantFrom(
    Array.from({ length: 80 }, (_, i) => i),
    Array.from({ length: 80 }, (_, i) => -i),
    Array.from({ length: 80 }, () => 7),
    Array.from({ length: 80 }, () => Number.NaN),
  ),
);
const functions = fc.constantFrom('min_over_time', 'max_over_time', 'sum_over_time', 'avg_over_time');

/** The functions' windows hold 40 samples and move by one, each of them alone when `instant`. */
function valuesOf(values: readonly number[], func: string): { together: number[]; alone: number[] } {
  const storage = new MemoryStorage();
  const samples = values.map((value, i) => ({ timeMs: (i + 1) * 1_000, value }));
  storage.append({ __name__: 'm' }, samples);
  const evaluator = createEvaluator({ storage });
  const query = `${func}(m[40s])`;
  const { value } = evaluator.range(query, 1_000, 90_000, 1_000);
  const together = value.type === 'matrix' ? [...(value.series[0]?.values ?? [])] : [];
  const alone = together.map((_, i) => {
    const single = evaluator.instant(query, (i + 1) * 1_000).value;
    return single.type === 'vector' ? (single.samples[0]?.value ?? 0) : 0;
  });
  return { together, alone };
}

it('a window among others has the value that it has alone', () => {
  fc.assert(
    fc.property(columns, functions, (values, func) => {
      const { together, alone } = valuesOf(values, func);
      expect(together).toHaveLength(90);
      // 0 and -0 are the same number.
      expect(together.map((value) => value + 0)).toEqual(alone.map((value) => value + 0));
    }),
    { numRuns: 300 },
  );
});

it('a maximum leaves with its sample', () => {
  const values = Array.from({ length: 80 }, (_, i) => (i === 9 ? 100 : i === 30 ? 50 : 1));
  const { together } = valuesOf(values, 'max_over_time');
  // The sample of second 10 is in the windows that end at 10 ... 49, that of 31 in those of 31 ... 70.
  expect([together[8], together[9], together[48], together[49], together[69], together[70]]).toEqual([
    1, 100, 100, 50, 50, 1,
  ]);
});

it('a sum of whole numbers is as exact as one by one', () => {
  const values = Array.from({ length: 80 }, (_, i) => 2 ** 45 + i);
  const { together } = valuesOf(values, 'sum_over_time');
  // 40 samples of 2^45 + 40 ... 79.
  expect(together[79]).toBe(40 * 2 ** 45 + (40 * (40 + 79)) / 2);
});
