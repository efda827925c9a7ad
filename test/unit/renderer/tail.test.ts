import { describe, expect, test } from 'vitest';
import { joinTail, tailOf } from '../../../renderer/panels/tail.ts';
import type { Graph } from '../../../shared/contract/index.ts';

const NOW = 1_800_000_000_000;
/** Five minutes at a second, up to `endMs`. */
const five = (endMs: number) => ({ startMs: endMs - 300_000, endMs, stepMs: 1_000 });
const day = (endMs: number) => ({ startMs: endMs - 86_400_000, endMs, stepMs: 300_000 });
const held = (endMs: number, fullAtMs: number) => ({ steps: five(endMs), graphs: [], fullAtMs });

const graph = (startMs: number, series: Record<string, (number | null)[]>): Graph => ({
  startMs,
  stepMs: 1_000,
  steps: Object.values(series)[0]?.length ?? 0,
  series: Object.entries(series).map(([name, values]) => ({ labels: { name }, values })),
  warnings: [],
  infos: [],
});

describe('what a sliding graph asks for', () => {
  test('the newest steps, and as far back as a slow poll may still change', () => {
    // 15 s for a poll that takes its time, and one interval of 5 s.
    expect(tailOf(held(NOW, NOW), five(NOW + 1_000), 5_000, NOW + 1_000)).toEqual({
      startMs: NOW - 20_000,
      endMs: NOW + 1_000,
      stepMs: 1_000,
    });
  });

  test('everything at first, when the step is another, and once a minute', () => {
    expect(tailOf(undefined, five(NOW), 5_000, NOW)).toBeNull();
    expect(
      tailOf(held(NOW, NOW), { startMs: NOW - 900_000, endMs: NOW, stepMs: 5_000 }, 5_000, NOW + 1_000),
    ).toBeNull();
    expect(tailOf(held(NOW + 59_000, NOW), five(NOW + 60_000), 5_000, NOW + 60_000)).toBeNull();
    expect(tailOf(held(NOW + 58_000, NOW), five(NOW + 59_000), 5_000, NOW + 59_000)).not.toBeNull();
  });

  test('everything after a sleep that was longer than the range, and when the clock was set back', () => {
    expect(tailOf(held(NOW - 400_000, NOW - 30_000), five(NOW), 5_000, NOW)).toBeNull();
    expect(tailOf(held(NOW, NOW), five(NOW - 10_000), 5_000, NOW - 10_000)).toBeNull();
  });

  test('slow graphs are asked for in full after twenty pulls', () => {
    const before = { steps: day(NOW), graphs: [], fullAtMs: NOW };
    expect(tailOf(before, day(NOW), 15_000, NOW + 599_000)).not.toBeNull();
    expect(tailOf(before, day(NOW), 15_000, NOW + 600_000)).toBeNull();
  });
});

describe('the held answer and its tail', () => {
  const wanted = { startMs: 1_000, endMs: 5_000, stepMs: 1_000 };

  test('slides on: what left the range is gone, and the tail counts where both know a step', () => {
    const joined = joinTail(
      graph(0, { a: [1, 2, 3, 4, null], b: [9, 9, 9, 9, 9] }),
      graph(4_000, { a: [5, 6], b: [8, 7] }),
      wanted,
    );
    expect(joined).toEqual(graph(1_000, { a: [2, 3, 4, 5, 6], b: [9, 9, 9, 8, 7] }));
  });

  test('a series that has ended goes on as a gap, and leaves when its last value does', () => {
    const joined = joinTail(
      graph(0, { gone: [1, null, null, null, null], ended: [1, 1, 1, 1, 1] }),
      { ...graph(4_000, { other: [1, 1] }), series: [] },
      wanted,
    );
    expect(joined).toEqual(graph(1_000, { ended: [1, 1, 1, null, null] }));
  });

  test('does not fit when a series is new or a step is missing between them', () => {
    expect(joinTail(graph(0, { a: [1, 1, 1, 1, 1] }), graph(4_000, { a: [1, 1], b: [1, 1] }), wanted)).toBeNull();
    expect(joinTail(graph(0, { a: [1, 1, 1] }), graph(4_000, { a: [1, 1] }), wanted)).toBeNull();
    expect(joinTail(graph(500, { a: [1, 1, 1, 1, 1] }), graph(4_000, { a: [1, 1] }), wanted)).toBeNull();
  });
});
