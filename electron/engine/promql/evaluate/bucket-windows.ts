// Which buckets each step's window holds, by the bounds that all series of a summary share.
import { withChunks, type Windows } from './windows.ts';

type Frame = Pick<Windows, 'steps' | 'firstEndMs' | 'endStepMs' | 'rangeMs'>;

/** Undefined where a window begins or ends inside a bucket. */
export function exactWindows(bounds: Float64Array, frame: Frame): Windows | undefined {
  const windows = widenedWindows(bounds, frame);
  const { low, high } = windows;
  for (let step = 0; step < frame.steps; step++) {
    const endMs = frame.firstEndMs + step * frame.endStepMs;
    if (bounds[high[step]!] !== endMs || bounds[low[step]!] !== endMs - frame.rangeMs) return undefined;
  }
  return windows;
}

/** Windows of whole buckets, at least one: the end goes back to a bound, the start back to the next bound before. */
export function widenedWindows(bounds: Float64Array, frame: Frame): Windows {
  const { steps, firstEndMs, endStepMs, rangeMs } = frame;
  const low = new Int32Array(steps);
  const high = new Int32Array(steps);
  const last = bounds.length - 1;
  let from = 0;
  let to = 0;
  for (let step = 0; step < steps; step++) {
    const endMs = firstEndMs + step * endStepMs;
    while (to < last && bounds[to + 1]! <= endMs) to++;
    const afterMs = (bounds[to] ?? 0) - rangeMs;
    while (from < to && bounds[from + 1]! <= afterMs) from++;
    low[step] = from === to ? Math.max(0, to - 1) : from;
    high[step] = to;
  }
  return withChunks(frame, low, high);
}
