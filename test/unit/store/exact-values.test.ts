import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBlock } from '../../../electron/engine/store/metrics/codec/block.ts';
import { DayBlockEncoder } from '../../../electron/engine/store/metrics/codec/day-block.ts';
import { ByteWriter } from '../../../electron/engine/store/metrics/codec/bytes.ts';
import { ResidueDecoder, ResidueEncoder } from '../../../electron/engine/store/metrics/codec/residue-coder.ts';
import { openModel, RESIDUE_PADDING } from '../../../electron/engine/store/metrics/codec/residue-model.ts';
import { openSummaryBlock, SummaryBlockEncoder } from '../../../electron/engine/store/metrics/codec/summary-block.ts';
import { emptySummary } from '../../../electron/engine/store/metrics/summary/index.ts';

/** What measurements look like that were worked out and not counted: all digits of a double, in any magnitude. */
const gauge = fc
  .record({ exponent: fc.integer({ min: -20, max: 52 }), width: fc.double({ min: 0.01, max: 2, noNaN: true }) })
  .chain(({ exponent, width }) =>
    column(fc.double({ min: 0, max: 1, noNaN: true }).map((share) => 2 ** exponent * (1 + share * width))),
  );

/** Whole numbers that jump so far that what prediction leaves of them needs nearly all bits that a double has. */
const jumps = fc
  .record({ exponent: fc.integer({ min: 46, max: 53 }), near: fc.constantFrom(0, 1, 1000) })
  .chain(({ exponent, near }) =>
    column(
      fc
        .tuple(fc.constantFrom(-1, -1, 0, 1, 1), fc.integer({ min: -near, max: near }))
        .map(([sign, more]) => Math.max(-(2 ** 53), Math.min(2 ** 53, sign * 2 ** exponent + more)) + 0),
    ),
  );

const alternating = fc
  .record({
    count: fc.integer({ min: 1, max: 100 }),
    exponent: fc.integer({ min: 46, max: 52 }),
    sign: fc.constantFrom(-1, 1),
  })
  .map(({ count, exponent, sign }) =>
    Float64Array.from({ length: count }, (_, i) => (i % 2 === 0 ? sign : -sign) * 2 ** exponent),
  );

const uniform = fc
  .integer({ min: 40, max: 53 })
  .chain((exponent) =>
    column(fc.double({ min: -1, max: 1, noNaN: true }).map((share) => Math.trunc(share * 2 ** exponent) + 0)),
  );

function column(value: fc.Arbitrary<number>): fc.Arbitrary<Float64Array> {
  return fc.array(value, { minLength: 1, maxLength: 100, size: 'max' }).map((values) => Float64Array.from(values));
}

const anyColumn = fc.oneof(gauge, jumps, uniform, alternating);

const DAY_START_MS = 1_795_046_400_000;

function throughDayBlock(values: Float64Array): number[] {
  const timestamps = Float64Array.from(values, (_, i) => DAY_START_MS + (i + 1) * 60_000);
  const encoder = new DayBlockEncoder();
  encoder.add({ member: 0, values, stale: undefined }, encoder.addTimes(timestamps));
  const block = openBlock(encoder.finish());
  const out = new Float64Array(values.length);
  block.decode(block.entries.get(0)!, new Float64Array(values.length), out, 0);
  return [...out];
}

/** The column as the first and last values, the sums and the extremes of buckets with two samples each. */
function throughSummaryBlock(values: Float64Array): Record<'first' | 'last' | 'sum' | 'min' | 'max', number[]> {
  const count = values.length;
  const shifted = values.map((_, i) => values[(i + 1) % count]!);
  const encoder = new SummaryBlockEncoder(DAY_START_MS);
  encoder.add(0, {
    ...emptySummary(count),
    counts: new Float64Array(count).fill(2),
    firstTimes: Float64Array.from(values, (_, i) => DAY_START_MS + i * 60_000 + 1),
    lastTimes: Float64Array.from(values, (_, i) => DAY_START_MS + i * 60_000 + 30_001),
    firstValues: values,
    lastValues: shifted,
    sums: values.map((value, i) => value + shifted[i]!),
    mins: values.map((value, i) => Math.min(value, shifted[i]!)),
    maxs: values.map((value, i) => Math.max(value, shifted[i]!)),
  });
  const read = openSummaryBlock(encoder.finish(), DAY_START_MS).readAll(0)!;
  return {
    first: [...read.firstValues],
    last: [...read.lastValues],
    sum: [...read.sums!],
    min: [...read.mins],
    max: [...read.maxs],
  };
}

describe('every value comes back bit by bit', () => {
  test('from a day chunk, whatever its magnitude, length and jumps', () => {
    fc.assert(
      fc.property(anyColumn, (values) => {
        expect(throughDayBlock(values)).toEqual([...values]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('from summaries', () => {
    fc.assert(
      fc.property(anyColumn, (values) => {
        const next = [...values.slice(1), values[0]!];
        expect(throughSummaryBlock(values)).toEqual({
          first: [...values],
          last: next,
          sum: [...values].map((value, i) => value + next[i]!),
          min: [...values].map((value, i) => Math.min(value, next[i]!)),
          max: [...values].map((value, i) => Math.max(value, next[i]!)),
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('where a step up and a step down are each 2^51', () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? -(2 ** 50) : 2 ** 50));
    expect(throughDayBlock(values)).toEqual([...values]);
  });

  test('where a temperature has all digits of a double', () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => 75 + 10.5 * Math.sin(i / 3));
    expect(throughDayBlock(values)).toEqual([...values]);
    expect(throughSummaryBlock(values).first).toEqual([...values]);
  });
});

describe('a run of residues', () => {
  test.each([0, 1, 8, 24, 25, 26, 27])('with %i low bits has every bit of every number', (lowBits) => {
    // Odd, so that each begins at another bit; 2^26 - 1 is the largest that is not escaped.
    const values = Float64Array.from({ length: 40 }, (_, i) => (2 ** 26 - 1 - i) * 2 ** lowBits + (2 ** lowBits - 1));
    const runs = { values, count: values.length, ends: [values.length] };
    for (const fixedShift of [undefined, 22]) {
      const scale = { lowBits, start: 2 ** 25 };
      const model = openModel(runs, scale, fixedShift);
      const out = new ByteWriter(1024);
      new ResidueEncoder(model).encode(values, 0, values.length, scale, out);
      const body = Uint8Array.from([...out.view(), ...new Uint8Array(RESIDUE_PADDING)]);
      const decoded = new Float64Array(values.length);
      new ResidueDecoder(model).decode(body, 0, out.length, scale, values.length, decoded, 0);
      expect([...decoded]).toEqual([...values]);
    }
  });
});
