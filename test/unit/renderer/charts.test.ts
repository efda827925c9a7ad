import { describe, expect, test } from 'vitest';
import { looksOf } from '../../../renderer/charts/palette.ts';
import { columnsOf, figuresOf, lonelySteps, newestMs, sameShape } from '../../../renderer/charts/series.ts';
import type { ChartData, ChartSeries } from '../../../renderer/charts/series.ts';
import { sparkPath } from '../../../renderer/charts/sparkline.tsx';
import { timeTexts } from '../../../renderer/charts/time-axis.ts';
import { yRange } from '../../../renderer/charts/y-range.ts';

const series = (name: string, values: (number | null)[], direction: ChartSeries['direction'] = null): ChartSeries => ({
  id: `${direction ?? ''}:${name}`,
  name,
  direction,
  other: false,
  values,
});
const data = (...list: ChartSeries[]): ChartData => ({
  startMs: 1_000,
  stepMs: 500,
  steps: list[0]?.values.length ?? 0,
  series: list,
  sides: { in: 'in', out: 'out' },
  notes: [],
});

describe('columns to plot', () => {
  test('a gap stays a gap, and out lies below the axis', () => {
    const { columns } = columnsOf(data(series('a', [1, null, 3], 'in'), series('a', [4, 0, null], 'out')), false);
    expect(columns).toEqual([
      [1_000, 1_500, 2_000],
      [1, null, 3],
      [-4, 0, null],
    ]);
  });

  test('stacked series stand on each other, each side by itself', () => {
    const { columns, floors } = columnsOf(
      data(
        series('a', [1, 2], 'in'),
        series('a', [5, 5], 'out'),
        series('b', [10, 20], 'in'),
        series('b', [1, 1], 'out'),
      ),
      true,
    );
    expect(columns.slice(1)).toEqual([
      [1, 2],
      [-5, -5],
      [11, 22],
      [-6, -6],
    ]);
    expect(floors).toEqual([null, null, 1, 2]);
  });

  test('in a stack a missing part counts as nothing; where all are missing there is a gap', () => {
    const { columns } = columnsOf(data(series('a', [1, null, null]), series('b', [2, 2, null])), true);
    expect(columns.slice(1)).toEqual([
      [1, 0, null],
      [3, 2, null],
    ]);
  });
});

test('values between two gaps are found, for no line shows them', () => {
  expect(lonelySteps([1, null, 2, null, 3, 4, null, 5])).toEqual([0, 2, 7]);
  expect(lonelySteps([1, 2, null])).toEqual([]);
});

test('the shape of a chart is the same object as long as its series are the same ones', () => {
  const shape = sameShape(null, [series('a', [1], 'in'), series('b', [1])]);
  expect(shape).toEqual([
    { id: 'in:a', name: 'a', direction: 'in', other: false },
    { id: ':b', name: 'b', direction: null, other: false },
  ]);
  expect(sameShape(shape, [series('a', [2], 'in'), series('b', [null])])).toBe(shape);
  expect(sameShape(shape, [series('b', [1]), series('a', [1], 'in')])).not.toBe(shape);
  expect(sameShape(shape, [series('a', [1], 'in')])).toHaveLength(1);
});

describe('the figures of a series', () => {
  test('now, average, highest, 95th percentile by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(figuresOf(values)).toEqual({ now: 100, avg: 50.5, max: 100, p95: 95 });
  });

  test('gaps do not count, and a series that has ended has no now', () => {
    expect(figuresOf([2, 4, null, null])).toEqual({ now: null, avg: 3, max: 4, p95: 4 });
    expect(figuresOf([2, 4, null])).toEqual({ now: 4, avg: 3, max: 4, p95: 4 });
    expect(figuresOf([null])).toEqual({ now: null, avg: null, max: null, p95: null });
  });
});

test('the newest value says how old a graph is', () => {
  expect(newestMs(data(series('a', [1, null, null]), series('b', [1, 2, null])))).toBe(1_500);
  expect(newestMs(data(series('a', [null])))).toBeNull();
});

describe('the looks of the series', () => {
  test('an in/out pair shares one, other is grey and takes none of the eight', () => {
    const looks = looksOf(
      [series('a', [], 'in'), { ...series('rest', []), other: true }, series('a', [], 'out'), series('b', [], 'in')],
      'light',
    );
    expect(looks.get('in:a')).toEqual({ colour: '#4c78a8', dash: [] });
    expect(looks.get('out:a')).toEqual(looks.get('in:a'));
    expect(looks.get('in:b')?.colour).toBe('#d4690a');
    expect(looks.get(':rest')?.colour).toBe('#5d6670');
  });

  test('the ninth repeats the first colour, dashed', () => {
    const looks = looksOf(
      Array.from({ length: 9 }, (_, i) => series(String(i), [])),
      'light',
    );
    expect(looks.get(':8')).toEqual({ colour: '#4c78a8', dash: [6, 3] });
  });
});

describe('the y range', () => {
  const counter = { max: undefined, fromZero: true, unit: 'bps' } as const;

  test('begins at zero for what counts, with a margin above', () => {
    expect(yRange(40, 100, counter)).toEqual([0, 106]);
  });

  test('leaves room on both sides where something lies below', () => {
    expect(yRange(-100, 0, counter)).toEqual([-106, 6]);
  });

  test('is never of no height', () => {
    expect(yRange(0, 0, counter)).toEqual([0, 1024]);
    expect(yRange(null, null, counter)).toEqual([0, 1024]);
    expect(yRange(5, 5, { ...counter, fromZero: false })).toEqual([4.5, 5.5]);
  });

  test('ends where the end is known, unless a value is beyond it', () => {
    const percent = { max: 100, fromZero: true, unit: 'percent' } as const;
    expect(yRange(0, 12, percent)).toEqual([0, 100]);
    expect(yRange(0, 200, percent)).toEqual([0, 212]);
  });
});

test('a sparkline breaks at gaps and shows a lone point', () => {
  expect(sparkPath([0, 10, null, 5], 30, 12, 10)).toBe('M0.0 11.0L10.0 1.0M30.0 6.0h-1');
  expect(sparkPath([null, null], 30, 12)).toBe('');
});

const at = (hours: number, minutes: number, seconds = 0) => new Date(2026, 10, 20, hours, minutes, seconds).getTime();

test('the time axis names the day where it begins and seconds where they matter', () => {
  expect(timeTexts([at(0, 0), at(6, 0)], 6 * 3_600_000)).toEqual(['20 Nov', '06:00']);
  expect(timeTexts([at(14, 2, 30)], 30_000)).toEqual(['14:02:30']);
  expect(timeTexts([at(12, 0)], 86_400_000)).toEqual(['20 Nov']);
});
