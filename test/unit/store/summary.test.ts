import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSummaryBlock, SummaryBlockEncoder } from '../../../electron/engine/store/metrics/codec/summary-block.ts';
import {
  combine,
  combineEvenly,
  evenBounds,
  summarise,
  type SummaryColumns,
} from '../../../electron/engine/store/metrics/summary/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { turned, unchecked } from './unchecked.ts';

type Sample = { readonly at: number; readonly value: number; readonly stale: boolean };

const MINUTE_MS = 60_000;

/** Every bucket from the words of the definition, one field after the other. */
function byDefinition(samples: readonly Sample[], bounds: Float64Array): object[] {
  return Array.from({ length: bounds.length - 1 }, (_, i) => {
    const inside = samples.filter(({ at }) => at > bounds[i]! && at <= bounds[i + 1]!);
    const real = inside.filter(({ stale }) => !stale);
    const endsStale = inside.at(-1)?.stale === true ? 1 : 0;
    if (real.length === 0) return { count: 0, endsStale };
    const numbers = real.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    return {
      count: real.length,
      endsStale,
      firstTime: real[0]!.at,
      firstValue: real[0]!.value,
      lastTime: real.at(-1)!.at,
      lastValue: real.at(-1)!.value,
      sum: real.reduce((sum, { value }) => sum + value, 0),
      min: numbers.length === 0 ? Number.NaN : Math.min(...numbers),
      max: numbers.length === 0 ? Number.NaN : Math.max(...numbers),
      correction: real.reduce(
        (lost, { value }, k) => (k > 0 && value < real[k - 1]!.value ? lost + real[k - 1]!.value : lost),
        0,
      ),
    };
  });
}

/** The same shape from columns; 0 for -0, which a definition by Math.min does not tell apart. */
function bucketsOf(columns: SummaryColumns): object[] {
  return Array.from(columns.counts, (count, i) => {
    const endsStale = columns.endsStale?.[i] ?? 0;
    if (count === 0) return { count, endsStale };
    return {
      count,
      endsStale,
      firstTime: columns.firstTimes[i],
      firstValue: columns.firstValues[i],
      lastTime: columns.lastTimes[i],
      lastValue: columns.lastValues[i],
      sum: columns.sums?.[i],
      min: columns.mins[i],
      max: columns.maxs[i],
      correction: columns.corrections[i],
    };
  });
}

const columnsOf = (
  samples: readonly Sample[],
): { timestamps: Float64Array; values: Float64Array; stale?: Uint8Array } => ({
  timestamps: Float64Array.from(samples, ({ at }) => at),
  values: Float64Array.from(samples, ({ value, stale }) => (stale ? Number.NaN : value)),
  ...(samples.some(({ stale }) => stale) ? { stale: Uint8Array.from(samples, ({ stale }) => (stale ? 1 : 0)) } : {}),
});

const samplesWith = (value: fc.Arbitrary<number>): fc.Arbitrary<Sample[]> =>
  fc
    .array(
      fc.record({
        gap: fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 2_000_000 })),
        value,
        stale: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      }),
      { maxLength: 250, size: 'max' },
    )
    .map((steps) => {
      let at = 0;
      return steps.map(({ gap, value: own, stale }) => ({ at: (at += gap), value: own, stale }));
    });

/** Whole numbers: sums of them are exact in whatever order; and what is no number. */
const wholeNumbers = samplesWith(
  fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -1e9, max: 1e9 }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0) },
  ),
);

/** Counters with resets, gauges, decimals, and doubles of any kind. */
const realistic = fc.oneof(
  wholeNumbers,
  samplesWith(fc.nat(1e6)).map((samples) => {
    let total = 7e12;
    return samples.map((sample) => ({ ...sample, value: (total = sample.value < 5000 ? 0 : total + sample.value) }));
  }),
  samplesWith(fc.integer({ min: -500, max: 500 }).map((n) => n / 10)),
  samplesWith(fc.double({ noNaN: true })),
  samplesWith(fc.constant(1)),
  samplesWith(fc.constantFrom(0, -0, 2 ** 53, 2 ** 52 + 1, 1e-300)),
);

/** The day in which all of the samples above lie: 250 samples take at most 5.8 days. */
const DAYS = 6;

describe('the summaries of samples', () => {
  test('are what each field is defined as', () => {
    fc.assert(
      fc.property(wholeNumbers, fc.constantFrom(1, 5, 7, 60), (samples, minutes) => {
        const bounds = evenBounds(0, minutes * MINUTE_MS, 40);
        expect(bucketsOf(summarise(columnsOf(samples), bounds))).toEqual(byDefinition(samples, bounds));
      }),
      { numRuns: 500 },
    );
  });

  test('a sample on a bound belongs to the bucket that ends there', () => {
    const { counts } = summarise(
      { timestamps: Float64Array.of(0, 1, 10, 11, 20, 21), values: new Float64Array(6) },
      Float64Array.of(0, 10, 20),
    );
    expect([...counts]).toEqual([2, 2]);
  });

  test('sums of decimals keep the digits that plain addition loses', () => {
    const values = Float64Array.of(1, 1e100, 1, -1e100);
    const { sums } = summarise({ timestamps: Float64Array.of(1, 2, 3, 4), values }, Float64Array.of(0, 10));
    expect(sums[0]).toBe(2);
  });

  test('combined from finer buckets, they are those of the samples', () => {
    fc.assert(
      fc.property(wholeNumbers, fc.constantFrom(2, 3, 12), (samples, factor) => {
        const fine = summarise(columnsOf(samples), evenBounds(0, MINUTE_MS, factor * 30));
        const coarse = byDefinition(samples, evenBounds(0, factor * MINUTE_MS, 30));
        expect(bucketsOf(combineEvenly(fine, factor))).toEqual(coarse);
      }),
      { numRuns: 500 },
    );
  });

  test('are combined over buckets of any widths, empty ones too', () => {
    const fine = summarise(
      { timestamps: Float64Array.of(5, 15, 45), values: Float64Array.of(8, 3, 2) },
      evenBounds(0, 10, 5),
    );
    expect(bucketsOf(combine(fine, [0, 0, 3, 5]))).toEqual([
      { count: 0, endsStale: 0 },
      // 8 fell to 3 between the first two buckets.
      {
        count: 2,
        endsStale: 0,
        firstTime: 5,
        firstValue: 8,
        lastTime: 15,
        lastValue: 3,
        sum: 11,
        min: 3,
        max: 8,
        correction: 8,
      },
      {
        count: 1,
        endsStale: 0,
        firstTime: 45,
        firstValue: 2,
        lastTime: 45,
        lastValue: 2,
        sum: 2,
        min: 2,
        max: 2,
        correction: 0,
      },
    ]);
  });
});

/** What becomes of a body: 'decoded', or the code of what it fails with. */
const outcome = (body: Uint8Array): unknown => {
  try {
    const block = openSummaryBlock(body, 0);
    let left = 20;
    for (const member of block.members()) if (left-- > 0) block.readAll(member);
    return 'decoded';
  } catch (error) {
    return error instanceof LinewardenError ? error.code : error;
  }
};

describe('a row of summaries', () => {
  const resolution = fc.constantFrom(5, 60, 1440);

  test('gives back every column of every series, bit by bit', () => {
    fc.assert(
      fc.property(fc.array(realistic, { minLength: 1, maxLength: 4 }), resolution, (series, minutes) => {
        const resolutionMs = minutes * MINUTE_MS;
        const bounds = evenBounds(0, resolutionMs, (DAYS * 1440) / minutes);
        const encoder = new SummaryBlockEncoder(0);
        const summaries = series.map((samples) => summarise(columnsOf(samples), bounds));
        summaries.forEach((columns, i) => encoder.add(i * 3, columns));
        const block = openSummaryBlock(encoder.finish(), 0);
        expect([...block.members()]).toEqual(summaries.map((_, i) => i * 3));
        summaries.forEach((columns, i) => expect(bucketsOf(block.readAll(i * 3)!)).toEqual(bucketsOf(columns)));
        expect(block.readAll(1)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('has each column alone as it is among all', () => {
    fc.assert(
      fc.property(realistic, (samples) => {
        const encoder = new SummaryBlockEncoder(0);
        encoder.add(7, summarise(columnsOf(samples), evenBounds(0, 5 * MINUTE_MS, DAYS * 288)));
        const block = openSummaryBlock(encoder.finish(), 0);
        const all = block.readAll(7)!;
        const { counts, endsStale } = all;
        expect(block.read(7, [])).toEqual({ counts, endsStale });
        expect(block.read(7, ['sum'])).toEqual({ counts, endsStale, sums: all.sums });
        expect(block.read(7, ['min'])).toEqual({ counts, endsStale, mins: all.mins });
        expect(block.read(7, ['max', 'corrections'])).toEqual({
          counts,
          endsStale,
          maxs: all.maxs,
          corrections: all.corrections,
        });
        expect(block.read(7, ['last'])).toEqual({
          counts,
          endsStale,
          lastTimes: all.lastTimes,
          lastValues: all.lastValues,
        });
        expect(block.read(7, ['first'])).toEqual({
          counts,
          endsStale,
          firstTimes: all.firstTimes,
          firstValues: all.firstValues,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('leaves out the sums of counters that are noise, where that is allowed, and nothing else', () => {
    const bounds = evenBounds(0, 5 * MINUTE_MS, 288);
    const timestamps = Float64Array.from({ length: 5760 }, (_, i) => i * 15_000 + 1);
    let total = 0;
    const noisy = timestamps.map((_, i) => (total += (i * 7919) % 100_003));
    const steady = timestamps.map((_, i) => i * 5);
    const gauge = timestamps.map((_, i) => (i * 7919) % 100_003);
    const reset = noisy.map((value, i) => (i < 3000 ? value : value - noisy[2999]!));
    const stored = (leaveOutCounterSums: boolean): (SummaryColumns | undefined)[] => {
      const encoder = new SummaryBlockEncoder(0, { leaveOutCounterSums });
      [noisy, steady, gauge, reset].forEach((values, i) => encoder.add(i, summarise({ timestamps, values }, bounds)));
      const block = openSummaryBlock(encoder.finish(), 0);
      return [0, 1, 2, 3].map((member) => block.readAll(member));
    };
    const beside = stored(true);
    const whole = stored(false);
    expect(beside.map((columns) => columns?.sums !== undefined)).toEqual([false, true, true, false]);
    expect(whole.map((columns) => columns?.sums !== undefined)).toEqual([true, true, true, true]);
    beside.forEach((columns, i) => expect({ ...columns, sums: 0 }).toEqual({ ...whole[i], sums: 0 }));
    // Left out once, they stay so.
    const again = new SummaryBlockEncoder(0);
    again.add(0, beside[0]!);
    expect(openSummaryBlock(again.finish(), 0).read(0, ['sum', 'max'])).toEqual({
      counts: whole[0]!.counts,
      endsStale: undefined,
      maxs: whole[0]!.maxs,
    });
  });

  test('holds the times of a scrape once for all its series', () => {
    const bounds = evenBounds(0, 5 * MINUTE_MS, 288);
    const timestamps = Float64Array.from({ length: 5760 }, (_, i) => i * 15_000 + ((i * 7919) % 40) + 1);
    const size = (series: number): number => {
      const encoder = new SummaryBlockEncoder(0);
      for (let i = 0; i < series; i++)
        encoder.add(i, summarise({ timestamps, values: new Float64Array(5760).fill(i) }, bounds));
      return encoder.finish().length;
    };
    // A flat series: its line in the table, its columns' lengths and one value.
    expect((size(30) - size(1)) / 29).toBeLessThan(60);
  });

  test('damage is told or decodes to something, and never anything else', () => {
    const encoder = new SummaryBlockEncoder(0);
    const timestamps = Float64Array.from({ length: 3000 }, (_, i) => i * 15_000 + (i % 40) + 1);
    encoder.add(
      0,
      summarise(
        { timestamps, values: timestamps.map((at, i) => at * 3 + (i % 17)) },
        evenBounds(0, 5 * MINUTE_MS, 288),
      ),
    );
    encoder.add(
      1,
      summarise(
        { timestamps, values: timestamps.map((at) => Math.sin(at)), stale: new Uint8Array(3000).fill(1, 20, 70) },
        evenBounds(0, 5 * MINUTE_MS, 288),
      ),
    );
    const sealed = encoder.finish();
    for (const damaged of turned(sealed)) expect(outcome(damaged)).toBe('LW_STORE_DAMAGED');
    const whole = unchecked(sealed);
    expect(outcome(whole)).toBe('decoded');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const body = whole.slice();
          for (const [at, byte] of changes) body[at] = byte;
          expect(['decoded', 'LW_STORE_DAMAGED']).toContain(outcome(body));
        },
      ),
      { numRuns: 2000 },
    );
    for (let length = 0; length < whole.length; length += 5) {
      expect(['decoded', 'LW_STORE_DAMAGED']).toContain(outcome(whole.subarray(0, length)));
    }
    expect(outcome(whole.subarray(0, 30))).toBe('LW_STORE_DAMAGED');
    expect(outcome(Uint8Array.of(1, 1, 9, 0, 0, 0))).toBe('LW_STORE_DAMAGED');
  });
});
