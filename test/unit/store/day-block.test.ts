import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BlockColumn, encodeBlock, openBlock } from '../../../electron/engine/store/metrics/codec/block.ts';
import { DayBlockEncoder } from '../../../electron/engine/store/metrics/codec/day-block.ts';
import { codeLengths, isPrefixCode } from '../../../electron/engine/store/metrics/codec/huffman.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { turned, unchecked } from './unchecked.ts';

const anyDouble = fc.oneof(
  fc.double(),
  fc.integer().map(Number),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53, -(2 ** 53), 0.1),
);

/** Long columns that look like what targets send, made from few random numbers. */
const longColumn = fc
  .record({
    count: fc.integer({ min: 1, max: 700 }),
    kind: fc.constantFrom('counter', 'gauge', 'flat', 'decimal', 'any', 'spikes', 'ramp', 'large'),
    seed: fc.integer(),
    odd: fc.array(fc.tuple(fc.nat(700), anyDouble), { maxLength: 4 }),
  })
  .map(({ count, kind, seed, odd }) => {
    const random = generator(seed);
    const scale = 2 ** Math.floor(random() * 33);
    let at = Math.floor(random() * 1e12);
    let burst = 1;
    const values = Float64Array.from({ length: count }, (_, i) => {
      if (random() < 0.02) burst = 0.1 + 3 * random();
      if (kind === 'flat') return random() < 0.01 ? 0 : 1;
      if (kind === 'decimal') return Math.round(random() * 1e4) / 1000;
      if (kind === 'any') return (random() - 0.5) * scale;
      if (kind === 'spikes') return random() < 0.02 ? Math.floor(random() * scale) : 3;
      if (kind === 'ramp') return at + i * 15_000 + Math.floor(random() * 40);
      if (kind === 'large') return 2 ** 52 + Math.floor(random() * 2 ** 49);
      if (kind === 'gauge') return (at += Math.floor((random() - 0.5) * scale));
      if (random() < 0.005) at = 0;
      return (at += Math.floor(scale * burst * (0.7 + 0.6 * random())));
    });
    for (const [row, value] of odd) if (row < count) values[row] = value;
    return values;
  });

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const grid = (count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 1_795_082_400_000 + i * 15_000);

function encode(timestamps: Float64Array, columns: readonly BlockColumn[]): Uint8Array {
  const encoder = new DayBlockEncoder();
  const times = encoder.addTimes(timestamps);
  for (const column of columns) encoder.add(column, times);
  return encoder.finish();
}

function decodeOne(body: Uint8Array, member: number): { timestamps: number[]; values: number[] } {
  const block = openBlock(body);
  const entry = block.entries.get(member)!;
  const timestamps = new Float64Array(entry.count + 2).fill(7);
  const values = new Float64Array(entry.count + 2).fill(7);
  block.decode(entry, timestamps, values, 1);
  expect([timestamps[0], timestamps.at(-1), values[0], values.at(-1)]).toEqual([7, 7, 7, 7]);
  return { timestamps: [...timestamps.subarray(1, -1)], values: [...values.subarray(1, -1)] };
}

const bytesOf = (values: Float64Array): number => encode(grid(5760), [{ member: 0, values }]).length;

describe('a day chunk', () => {
  test('gives back every double that was put in', () => {
    fc.assert(
      fc.property(longColumn, (values) => {
        const decoded = decodeOne(encode(grid(values.length), [{ member: 0, values }]), 0);
        expect(decoded.values).toEqual([...values]);
        expect(decoded.timestamps).toEqual([...grid(values.length)]);
      }),
      { numRuns: 400 },
    );
  });

  test('keeps -0 apart from 0, and NaN among whole numbers', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => (i === 77 ? -0 : i === 300 ? Number.NaN : i % 9));
    const decoded = decodeOne(encode(grid(500), [{ member: 0, values }]), 0).values;
    expect(Object.is(decoded[77], -0)).toBe(true);
    expect(decoded[300]).toBeNaN();
    expect(Object.is(decoded[0], 0)).toBe(true);
  });

  test('has the same times back, with jitter, gaps and one row only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 14_980, max: 15_020 }), fc.integer({ min: 1, max: 3_600_000 })), {
          minLength: 1,
          maxLength: 800,
        }),
        fc.integer({ min: -1e12, max: 2e12 }),
        (steps, startMs) => {
          let at = startMs;
          const timestamps = Float64Array.from(steps, (step) => (at += step));
          const values = new Float64Array(steps.length).fill(1.5);
          expect(decodeOne(encode(timestamps, [{ member: 3, values }]), 3).timestamps).toEqual([...timestamps]);
        },
      ),
    );
  });

  test('knows in which rows a series has samples, and which of them are staleness markers', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom(0, 1, 1, 2), { minLength: 1, maxLength: 600 })
          .filter((cells) => cells.some((c) => c > 0)),
        fc.boolean(),
        (pattern, inRuns) => {
          // 0 absent, 1 a sample, 2 a staleness marker.
          const cells = inRuns ? pattern.flatMap((cell) => [cell, cell, cell, cell, cell, cell, cell]) : pattern;
          const present = Uint8Array.from(cells, (cell) => (cell > 0 ? 1 : 0));
          const kept = cells.filter((cell) => cell > 0);
          const stale = Uint8Array.from(kept, (cell) => (cell === 2 ? 1 : 0));
          const values = Float64Array.from(kept, (_, i) => i * 3);
          const block = openBlock(encode(grid(cells.length), [{ member: 9, present, values, stale }]));
          const entry = block.entries.get(9)!;
          const timestamps = new Float64Array(kept.length);
          const out = new Float64Array(kept.length);
          block.decode(entry, timestamps, out, 0);
          const rows = cells.flatMap((cell, row) => (cell > 0 ? [row] : []));
          expect([...timestamps]).toEqual(rows.map((row) => 1_795_082_400_000 + row * 15_000));
          expect([...entry.staleAt]).toEqual(kept.flatMap((cell, i) => (cell === 2 ? [i] : [])));
          expect([...out]).toEqual(kept.map((cell, i) => (cell === 2 ? Number.NaN : i * 3)));
        },
      ),
    );
  });

  test('a span is the slice of the whole that lies after its start and not after its end', () => {
    fc.assert(
      fc.property(longColumn, fc.nat(11_000), fc.nat(11_000), fc.boolean(), (values, a, b, everyThird) => {
        const rows = everyThird ? values.length * 3 : values.length;
        const timestamps = grid(rows);
        const present = everyThird ? Uint8Array.from({ length: rows }, (_, row) => (row % 3 === 1 ? 1 : 0)) : undefined;
        const minMs = timestamps[0]! + Math.min(a, b) * 1000;
        const maxMs = timestamps[0]! + Math.max(a, b) * 1000;
        for (const body of [
          encode(timestamps, [{ member: 0, present, values }]),
          encodeBlock(timestamps, [{ member: 0, present, values }]),
        ]) {
          const whole = decodeOne(body, 0);
          const block = openBlock(body);
          const entry = block.entries.get(0)!;
          const span = block.spanOf(entry, minMs, maxMs);
          const count = span.to - span.from;
          const times = new Float64Array(count + 1);
          const out = new Float64Array(count + 1);
          block.decodeSpan(entry, span, times, out, 0);
          const inside = whole.timestamps
            .map((at, i) => ({ at, value: whole.values[i] }))
            .filter(({ at }) => at > minMs && at <= maxMs);
          expect([...times.subarray(0, count)]).toEqual(inside.map(({ at }) => at));
          expect([...out.subarray(0, count)]).toEqual(inside.map(({ value }) => value));
        }
      }),
    );
  });

  test('holds series that share their times and series with times of their own', () => {
    const encoder = new DayBlockEncoder();
    const shared = encoder.addTimes(Float64Array.of(10, 20, 30));
    const own = encoder.addTimes(Float64Array.of(11, 29));
    encoder.add({ member: 5, values: Float64Array.of(1, 2, 4) }, shared);
    encoder.add({ member: 2, values: Float64Array.of(8, 9) }, own);
    encoder.add({ member: 40, values: Float64Array.of(0.5, 0.25, 0.125) }, shared);
    const body = encoder.finish();
    expect(decodeOne(body, 5)).toEqual({ timestamps: [10, 20, 30], values: [1, 2, 4] });
    expect(decodeOne(body, 2)).toEqual({ timestamps: [11, 29], values: [8, 9] });
    expect(decodeOne(body, 40)).toEqual({ timestamps: [10, 20, 30], values: [0.5, 0.25, 0.125] });
    const block = openBlock(body);
    expect([...block.entries.keys()]).toEqual([2, 5, 40]);
    expect([block.entries.size, block.entries.get(3)]).toEqual([3, undefined]);
    expect(block.timesOf(block.entries.get(5)!.times)).toBe(block.timesOf(block.entries.get(40)!.times));
  });

  test('a series costs two bytes an hour while it stands still', () => {
    const flat = Float64Array.from({ length: 5760 }, (_, i) => (i < 3000 ? 7 : 8));
    const without = encode(grid(5760), [{ member: 0, values: new Float64Array(5760).fill(7) }]).length;
    expect(encode(grid(5760), [{ member: 0, values: flat }]).length - without).toBeLessThan(120);
  });

  test('one counter reset does not make the rest of the day dearer', () => {
    const random = generator(5);
    let at = 4e12;
    const steady = Float64Array.from({ length: 5760 }, () => (at += Math.floor(random() * 1000)));
    const reset = steady.map((value, i) => (i < 2000 ? value : value - 4e12));
    expect(bytesOf(reset) - bytesOf(steady)).toBeLessThan(100);
  });
});

/** What becomes of a body: 'decoded', or the code of what it fails with. */
const outcome = (body: Uint8Array): unknown => {
  try {
    const block = openBlock(body);
    let left = 50;
    for (const member of block.entries.keys()) {
      if (left-- === 0) break;
      const entry = block.entries.get(member);
      if (entry === undefined) continue;
      block.decode(entry, new Float64Array(entry.count), new Float64Array(entry.count), 0);
      block.spanOf(entry, 0, 1.8e12);
    }
    return 'decoded';
  } catch (error) {
    return error instanceof LinewardenError ? error.code : error;
  }
};

describe('a damaged day chunk', () => {
  const random = generator(1);
  const sealed = encode(grid(600), [
    { member: 0, values: Float64Array.from({ length: 600 }, (_, i) => i * 1e6 + Math.floor(random() * 1e6)) },
    { member: 1, values: Float64Array.from({ length: 600 }, () => random()) },
    {
      member: 2,
      values: Float64Array.from({ length: 600 }, () => Math.floor(random() * 9)),
      stale: new Uint8Array(600).fill(1, 9, 12),
    },
    { member: 3, values: new Float64Array(300).fill(2), present: Uint8Array.from({ length: 600 }, (_, i) => i % 2) },
  ]);

  const whole = unchecked(sealed);

  test('is refused by its checksum, whichever bit was turned', () => {
    expect(outcome(sealed)).toBe('decoded');
    for (const damaged of turned(sealed)) expect(outcome(damaged)).toBe('LW_STORE_DAMAGED');
  });

  test('is refused with a code or decodes to other numbers, and never anything else', () => {
    expect(outcome(whole)).toBe('decoded');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const body = whole.slice();
          for (const [at, byte] of changes) body[at] = byte;
          expect(['decoded', 'LW_STORE_DAMAGED']).toContain(outcome(body));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('is refused where its head is changed or it was cut', () => {
    for (let at = 0; at < 120; at++) {
      for (const bit of [1, 16, 128]) {
        const body = whole.slice();
        body[at]! ^= bit;
        expect(['decoded', 'LW_STORE_DAMAGED']).toContain(outcome(body));
      }
    }
    for (let length = 0; length < whole.length; length += 7) {
      expect(['decoded', 'LW_STORE_DAMAGED']).toContain(outcome(whole.subarray(0, length)));
    }
    expect(outcome(whole.subarray(0, 20))).toBe('LW_STORE_DAMAGED');
    expect(outcome(Uint8Array.of(2, 0, 2, 1, 0, 0))).toBe('LW_STORE_DAMAGED');
    expect(outcome(Uint8Array.of(2, 0, 2, 0, 1, 255, 255, 255, 127))).toBe('LW_STORE_DAMAGED');
  });
});

describe('codes', () => {
  test('are prefix codes of at most ten bits, shorter for what comes more often', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(3), fc.nat(1e9)), { minLength: 2, maxLength: 32 }), (counts) => {
        const lengths = codeLengths(counts);
        expect(isPrefixCode(lengths)).toBe(true);
        counts.forEach((count, symbol) => expect(lengths[symbol]! > 0).toBe(count > 0));
      }),
    );
    expect([...codeLengths([8, 4, 2, 1, 1])]).toEqual([1, 2, 3, 4, 4]);
    expect([...codeLengths([0, 5, 0])]).toEqual([0, 1, 0]);
  });
});
