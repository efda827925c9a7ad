import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Beat } from '../../../renderer/app/data/beat.ts';
import { ChangePulls } from '../../../renderer/app/data/change-pulls.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_500 });
});
afterEach(() => {
  vi.useRealTimers();
});

function world() {
  const state = { hidden: false, frames: [] as (() => void)[], log: [] as string[] };
  const beat = new Beat({
    now: () => Date.now(),
    hidden: () => state.hidden,
    frame: (draw) => state.frames.push(draw),
  });
  const graph = (name: string, everyMs: () => number | null, pull = () => Promise.resolve()) => ({
    everyMs,
    pull: () => {
      state.log.push(`pull ${name}`);
      return pull();
    },
    draw: () => state.log.push(`draw ${name}`),
  });
  const frame = () => {
    for (const draw of state.frames.splice(0)) draw();
    return state.log.splice(0);
  };
  return { beat, state, graph, frame };
}

describe('the beat of the live graphs', () => {
  test('all that are due are pulled together and drawn in one frame', async () => {
    const { beat, state, graph, frame } = world();
    beat.join(graph('a', () => 1_000));
    beat.join(graph('b', () => 1_000));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.frames).toHaveLength(1);
    expect(frame()).toEqual(['pull a', 'pull b', 'draw a', 'draw b']);
  });

  test('a graph is pulled at its own pace, and not at all while it is out of sight', async () => {
    const { beat, graph, frame } = world();
    beat.join(graph('slow', () => 5_000));
    beat.join(graph('unseen', () => null));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(frame()).toEqual(['pull slow', 'draw slow']);
    // Its next beat is at :05, a little after the second.
    await vi.advanceTimersByTimeAsync(3_000);
    expect(frame()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(frame()).toEqual(['pull slow', 'draw slow']);
  });

  test('one that answers late holds up the others no longer than a quarter of a second, and is not asked twice', async () => {
    const { beat, graph, frame } = world();
    const late = Promise.withResolvers<void>();
    beat.join(graph('a', () => 1_000));
    beat.join(
      graph(
        'late',
        () => 1_000,
        () => late.promise,
      ),
    );
    await vi.advanceTimersByTimeAsync(900);
    expect(frame()).toEqual(['pull a', 'pull late', 'draw a']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(frame()).toEqual(['pull a', 'draw a']);
    late.resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect(frame()).toEqual(['draw late']);
  });

  test('a failed pull does not stop the beat', async () => {
    const { beat, graph, frame } = world();
    beat.join(
      graph(
        'a',
        () => 1_000,
        () => Promise.reject(new Error('no')),
      ),
    );
    await vi.advanceTimersByTimeAsync(2_000);
    expect(frame()).toEqual(['pull a', 'pull a', 'draw a']);
  });

  test('nothing is pulled while the page is hidden, and at once when it is back', async () => {
    const { beat, state, graph, frame } = world();
    beat.join(graph('a', () => 1_000));
    state.hidden = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(frame()).toEqual([]);
    state.hidden = false;
    beat.now();
    await vi.advanceTimersByTimeAsync(0);
    expect(frame()).toEqual(['pull a', 'draw a']);
  });

  test('without graphs it rests', async () => {
    const { beat, graph, frame } = world();
    beat.join(graph('a', () => 1_000))();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(frame()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what a tick names as changed', () => {
  test('is pulled at once, then every three seconds as long as it goes on', () => {
    const pulled: string[] = [];
    const pulls = new ChangePulls((changed) => pulled.push(changed.join(' ')));
    for (let second = 0; second < 7; second++) {
      pulls.note(['devices']);
      vi.advanceTimersByTime(1_000);
    }
    expect(pulled).toEqual(['devices', 'devices', 'devices']);
  });

  test('another topic does not wait for the first', () => {
    const pulled: string[] = [];
    const pulls = new ChangePulls((changed) => pulled.push(changed.join(' ')));
    pulls.note(['devices']);
    pulls.note(['devices', 'alerts']);
    expect(pulled).toEqual(['devices', 'alerts']);
  });
});
