import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitsFor, packBits, unpackBits } from '../../../electron/engine/store/metrics/codec/bits.ts';
import { type BlockColumn, encodeBlock, openBlock } from '../../../electron/engine/store/metrics/codec/block.ts';
import { ByteReader, ByteWriter } from '../../../electron/engine/store/metrics/codec/bytes.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { turned, unchecked } from './unchecked.ts';

/** Doubles of every kind that a target can send. */
const anyValue = fc.oneof(
  fc.double(),
  fc.integer().map(Number),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Infinity,
    -Infinity,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    2 ** 51,
    2 ** 51 + 1,
    5e-324,
  ),
);

/** Runs that look like what targets send, which take different codecs. */
const anyValues = fc.oneof(
  fc.array(anyValue, { minLength: 1, maxLength: 140 }),
  fc.tuple(anyValue, fc.integer({ min: 1, max: 140 })).map(([value, count]) => Array<number>(count).fill(value)),
  fc.array(fc.nat(5_000_000), { minLength: 1, maxLength: 140 }).map(runningSum),
  fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1e9), { minLength: 1, maxLength: 140 }).map(runningSum),
  fc
    .array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 140 })
    .map((d) => runningSum(d).map((n) => n / 10)),
  fc.array(fc.nat(1000), { minLength: 1, maxLength: 140 }).map((d) => d.map((n) => n * 4096)),
);

function runningSum(differences: readonly number[]): number[] {
  let sum = 1_000_000;
  return differences.map((difference) => (sum += difference));
}

const times = (count: number, startMs = 1_700_000_000_000, stepMs = 15_000): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => startMs + i * stepMs);

function roundTrip(
  timestamps: Float64Array,
  columns: readonly BlockColumn[],
): { timestamps: number[]; values: number[]; staleAt: readonly number[] }[] {
  const block = openBlock(encodeBlock(timestamps, columns));
  return columns.map(({ member, values }) => {
    const entry = block.entries.get(member);
    if (entry === undefined) throw new Error(`member ${member} is gone`);
    const outTimes = new Float64Array(values.length + 2).fill(7);
    const outValues = new Float64Array(values.length + 2).fill(7);
    block.decode(entry, outTimes, outValues, 1);
    // Nothing outside its own part is touched.
    expect([outTimes[0], outTimes.at(-1), outValues[0], outValues.at(-1)]).toEqual([7, 7, 7, 7]);
    return {
      timestamps: Array.from(outTimes.subarray(1, -1)),
      values: Array.from(outValues.subarray(1, -1)),
      staleAt: entry.staleAt,
    };
  });
}

/** 'decoded', or the code of what it fails with. */
function decodeAll(body: Uint8Array): unknown {
  try {
    const block = openBlock(body);
    for (const member of block.entries.keys()) {
      const entry = block.entries.get(member)!;
      block.decode(entry, new Float64Array(entry.count), new Float64Array(entry.count), 0);
    }
    return 'decoded';
  } catch (error) {
    return error instanceof LinewardenError ? error.code : error;
  }
}

describe('variable-length integers', () => {
  test('every whole number up to 2^52 comes back, with its sign', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 })), (numbers) => {
        const out = new ByteWriter(4);
        for (const number of numbers) out.zigzag(number);
        const from = new ByteReader(out.take());
        expect(numbers.map(() => from.zigzag())).toEqual(numbers.map((n) => n + 0));
        expect(from.remaining).toBe(0);
      }),
    );
  });

  test('300 is 0xac 0x02, as in Protocol Buffers', () => {
    const out = new ByteWriter();
    out.varint(300);
    expect([...out.take()]).toEqual([0xac, 0x02]);
  });

  test('a number that never ends, and one that is cut off, are refused', () => {
    expect(() => new ByteReader(new Uint8Array(12).fill(0xff)).varint()).toThrow('damaged');
    expect(() => new ByteReader(Uint8Array.of(0x80)).varint()).toThrow('damaged');
  });
});

describe('packed bits', () => {
  test('numbers of any width up to 53 bits come back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: Number.MAX_SAFE_INTEGER })), fc.nat(20), (numbers, lead) => {
        const width = bitsFor(Math.max(0, ...numbers));
        const out = new ByteWriter(4);
        out.extend(lead);
        packBits(Float64Array.from(numbers), numbers.length, width, out);
        expect(out.length).toBe(lead + Math.ceil((numbers.length * width) / 8));
        const padded = new Uint8Array(out.length + 4);
        padded.set(out.view());
        const back = new Float64Array(numbers.length);
        unpackBits(padded, lead, numbers.length, width, back);
        expect([...back]).toEqual(numbers);
      }),
    );
  });

  test('the width is that of the largest number', () => {
    expect([0, 1, 2, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1].map(bitsFor)).toEqual([0, 1, 2, 8, 9, 32, 33, 53]);
  });
});

describe('a block', () => {
  test('gives every double back bit by bit: NaN, infinities, -0, denormals and huge ones too', () => {
    fc.assert(
      fc.property(fc.array(anyValues, { minLength: 1, maxLength: 6 }), (series) => {
        const rows = Math.min(...series.map((values) => values.length));
        const timestamps = times(rows);
        const columns = series.map((values, member) => ({
          member: member * 3,
          values: Float64Array.from(values.slice(0, rows)),
        }));
        const back = roundTrip(timestamps, columns);
        back.forEach((one, i) => {
          expect(one.timestamps).toEqual([...timestamps]);
          // toEqual tells -0 from 0 and takes NaN for NaN.
          expect(one.values).toEqual([...(columns[i]?.values ?? [])]);
        });
      }),
      { numRuns: 400 },
    );
  });

  test('keeps which series has a sample in which row, and where its staleness markers are', () => {
    const row = fc.record({ present: fc.boolean(), stale: fc.boolean(), value: anyValue });
    fc.assert(
      fc.property(
        fc.array(fc.array(row, { minLength: 40, maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        (series) => {
          const timestamps = times(40);
          const columns: BlockColumn[] = [];
          series.forEach((rows, member) => {
            const kept = rows.filter(({ present }) => present);
            if (kept.length === 0) return;
            columns.push({
              member,
              present: Uint8Array.from(rows, ({ present }) => Number(present)),
              values: Float64Array.from(kept, ({ value }) => value),
              stale: Uint8Array.from(kept, ({ stale }) => Number(stale)),
            });
          });
          fc.pre(columns.length > 0);
          const back = roundTrip(timestamps, columns);
          columns.forEach((column, i) => {
            const rows = series[column.member] ?? [];
            const kept = rows.filter(({ present }) => present);
            expect(back[i]?.timestamps).toEqual([...timestamps].filter((_, at) => rows[at]?.present));
            expect(back[i]?.values).toEqual(kept.map(({ stale, value }) => (stale ? Number.NaN : value)));
            expect(back[i]?.staleAt).toEqual(kept.flatMap(({ stale }, at) => (stale ? [at] : [])));
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('keeps times with jitter, gaps, and before 1970', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e13, max: 1e13 }),
        fc.array(fc.integer({ min: 1, max: 4e9 }), { minLength: 0, maxLength: 200 }),
        (start, gaps) => {
          let at = start;
          const timestamps = Float64Array.from([start, ...gaps.map((gap) => (at += gap))]);
          const values = new Float64Array(timestamps.length).map((_, i) => i);
          expect(roundTrip(timestamps, [{ member: 0, values }])[0]?.timestamps).toEqual([...timestamps]);
        },
      ),
    );
  });

  test('an ordinary NaN is no staleness marker', () => {
    const values = Float64Array.of(1, Number.NaN, 3);
    const [back] = roundTrip(times(3), [{ member: 0, values, stale: Uint8Array.of(0, 0, 1) }]);
    expect(back).toMatchObject({ values: [1, Number.NaN, Number.NaN], staleAt: [2] });
  });

  test('120 samples of an idle counter cost a few bytes', () => {
    const values = new Float64Array(120).fill(123_456_789);
    expect(encodeBlock(times(120), [{ member: 0, values }]).length).toBeLessThan(60);
  });

  test('damage anywhere is told or decodes to something, and never hangs or reads outside', () => {
    const values = times(60).map((t, i) => (i % 7) * 1000 + (t % 13));
    const floats = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i));
    const whole = encodeBlock(times(60), [
      { member: 0, values },
      { member: 1, values: floats },
    ]);
    for (const damaged of turned(whole)) expect(decodeAll(damaged)).toBe('LW_STORE_DAMAGED');
    const body = unchecked(whole);
    expect(decodeAll(body)).toBe('decoded');
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(255), fc.nat(body.length), (at, byte, length) => {
        const damaged = body.slice(0, length);
        if (at < length) damaged[at] = byte;
        expect(['decoded', 'LW_STORE_DAMAGED']).toContain(decodeAll(damaged));
      }),
      { numRuns: 2000 },
    );
  });
});
