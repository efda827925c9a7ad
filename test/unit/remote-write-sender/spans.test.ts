import { expect, test } from 'vitest';
import { joinSpans, lengthOf, spansOf, withoutFirst } from '../../../electron/engine/remote-write-sender/spans.ts';

test('spans a minute apart or less are one, others stay apart', () => {
  expect(
    joinSpans([
      [500_000, 600_000],
      [0, 1_000],
      [61_000, 70_000],
      [130_001, 140_000],
    ]),
  ).toEqual([
    [0, 70_000],
    [130_001, 140_000],
    [500_000, 600_000],
  ]);
  expect(joinSpans([])).toEqual([]);
});

test('too many spans are joined where the gaps are least, and nothing of them is lost', () => {
  const spans = Array.from({ length: 700 }, (_, i): [number, number] => [
    i * 1_000_000 + (i % 3) * 1_000,
    i * 1_000_000 + 5_000,
  ]);
  const joined = joinSpans(spans);
  expect(joined.length).toBeLessThanOrEqual(500);
  for (const [fromMs, toMs] of spans) {
    expect(joined.some(([from, to]) => from <= fromMs && toMs <= to)).toBe(true);
  }
});

test('a row of one time and a row of many', () => {
  expect(spansOf({ timeMs: 5_000, timestampsMs: undefined })).toEqual([[4_999, 5_000]]);
  expect(spansOf({ timeMs: 9e6, timestampsMs: Float64Array.of(7_000_000, 1_000, 2_000) })).toEqual([
    [999, 2_000],
    [6_999_999, 7_000_000],
  ]);
});

test('what is sent of the first span goes from it', () => {
  expect(
    withoutFirst(
      [
        [0, 10],
        [100, 110],
      ],
      4,
    ),
  ).toEqual([
    [4, 10],
    [100, 110],
  ]);
  expect(
    withoutFirst(
      [
        [0, 10],
        [100, 110],
      ],
      10,
    ),
  ).toEqual([[100, 110]]);
  expect(
    lengthOf([
      [0, 10],
      [100, 105],
    ]),
  ).toBe(15);
});
