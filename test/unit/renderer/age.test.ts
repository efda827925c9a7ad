import { expect, test } from 'vitest';
import { ageMsOf } from '../../../renderer/charts/age.ts';

const SECOND = 1_000;
/** A minute at steps of a second, from 0 s on, with values up to and with `lastS`. */
const picture = (lastS: number) => ({
  data: {
    startMs: 0,
    stepMs: SECOND,
    steps: 61,
    series: [
      {
        id: 'a',
        name: 'a',
        direction: null,
        other: false,
        values: Array.from({ length: 61 }, (_, step) => (step <= lastS ? 1 : null)),
      },
    ],
    sides: { in: 'in', out: 'out' },
    notes: [],
  },
  fromMs: 0,
  toMs: 60 * SECOND,
});

const LOOKBACK_MS = 20 * SECOND;

test('a line that reaches the end of its picture is live', () => {
  expect(ageMsOf(picture(60), LOOKBACK_MS, 61 * SECOND)).toBeNull();
  expect(ageMsOf(picture(56), LOOKBACK_MS, 61 * SECOND)).toBeNull();
});

test('one that ends before has had no sample for as long, and for as long as a step looks back', () => {
  expect(ageMsOf(picture(50), LOOKBACK_MS, 61 * SECOND)).toBe(31 * SECOND);
});

test('a picture that is not renewed is old only after what a step looks back', () => {
  expect(ageMsOf(picture(60), LOOKBACK_MS, 80 * SECOND)).toBeNull();
  expect(ageMsOf(picture(60), LOOKBACK_MS, 90 * SECOND)).toBe(30 * SECOND);
});

test('a graph without a value has no age', () => {
  expect(ageMsOf(picture(-1), LOOKBACK_MS, 90 * SECOND)).toBeNull();
});
