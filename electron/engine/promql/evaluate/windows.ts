// Which entries of a column each step's window holds: worked out once for all series that share the column of times.
import type { QueryContext } from './context.ts';
import type { RangeSource } from './values.ts';

/** How much work may pass between two questions whether the query should stop. */
const CHUNK = 200_000;

/** Step i's window is entries low[i] <= k < high[i]; its bounds are (startMs, endMs]. */
export type Windows = {
  readonly steps: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly firstEndMs: number;
  readonly endStepMs: number;
  readonly rangeMs: number;
  /** Steps in chunks of bounded work: each entry is the step after a chunk's last. */
  readonly chunkEnds: readonly number[];
  /** Entries in all windows together, for the accounts. */
  readonly work: number;
};

type Frame = Pick<Windows, 'steps' | 'firstEndMs' | 'endStepMs' | 'rangeMs'>;

/** Both edges only move forward: one pass over the times serves all windows. */
export function sampleWindows(timestamps: Float64Array, frame: Frame): Windows {
  const { steps, firstEndMs, endStepMs, rangeMs } = frame;
  const low = new Int32Array(steps);
  const high = new Int32Array(steps);
  const count = timestamps.length;
  let from = 0;
  let to = 0;
  for (let step = 0; step < steps; step++) {
    const endMs = firstEndMs + step * endStepMs;
    const afterMs = endMs - rangeMs;
    while (to < count && timestamps[to]! <= endMs) to++;
    while (from < to && timestamps[from]! <= afterMs) from++;
    low[step] = from;
    high[step] = to;
  }
  return withChunks(frame, low, high);
}

export function withChunks(frame: Frame, low: Int32Array, high: Int32Array): Windows {
  const chunkEnds: number[] = [];
  let work = 0;
  let inChunk = 0;
  for (let step = 0; step < low.length; step++) {
    inChunk += high[step]! - low[step]! + 1;
    if (inChunk < CHUNK) continue;
    chunkEnds.push(step + 1);
    work += inChunk;
    inChunk = 0;
  }
  if (chunkEnds.at(-1) !== low.length) chunkEnds.push(low.length);
  return { ...frame, low, high, chunkEnds, work: work + inChunk };
}

/** 1 at each step whose window has at least so many entries. */
export function presenceOf({ low, high, steps }: Windows, least: number): Uint8Array {
  const present = new Uint8Array(steps);
  for (let step = 0; step < steps; step++) if (high[step]! - low[step]! >= least) present[step] = 1;
  return present;
}

/** Series scraped together share one column of times, and then also their windows. */
const KEPT = 64;

export function windowsFor(source: RangeSource, steps: number): (timestamps: Float64Array) => Windows {
  const { firstEndMs, endStepMs, rangeMs } = source;
  const known = new Map<Float64Array, Windows>();
  return (timestamps) => {
    let windows = known.get(timestamps);
    if (windows === undefined) {
      windows = sampleWindows(timestamps, { steps, firstEndMs, endStepMs, rangeMs });
      if (known.size >= KEPT) known.clear();
      known.set(timestamps, windows);
    }
    return windows;
  };
}

/** Runs a series' evaluation chunk by chunk, and lets the query be stopped in between. */
export function inChunks(context: QueryContext, windows: Windows, run: (from: number, to: number) => void): void {
  let from = 0;
  for (const to of windows.chunkEnds) {
    run(from, to);
    context.work(windows.chunkEnds.length === 1 ? windows.work : CHUNK);
    from = to;
  }
}
