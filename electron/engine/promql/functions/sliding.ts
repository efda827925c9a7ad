// Sums and extremes of windows that overlap much, in one pass over the samples instead of one over each window.
import type { StepEvaluator } from '../evaluate/range-functions.ts';
import type { Windows } from '../evaluate/windows.ts';

/** Whether the windows hold each sample so often that a pass beforehand pays. */
export function overlapMuch(windows: Windows, samples: number): boolean {
  return windows.work > 8 * samples;
}

/**
 * The lowest or highest value of each window, by a queue of the samples that may still become the best: each sample comes
 * and goes once. NaN only where there is nothing else; of equals the first.
 */
export function slidingExtreme(values: Float64Array, { low, high }: Windows, wantsHighest: boolean): StepEvaluator {
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  let next = 0;
  return (result, from, to) => {
    for (let step = from; step < to; step++) {
      const first = low[step]!;
      const end = high[step]!;
      if (first === end) continue;
      for (; next < end; next++) {
        const value = values[next]!;
        if (Number.isNaN(value)) continue;
        while (tail > head && isBetter(value, values[queue[tail - 1]!]!, wantsHighest)) tail--;
        queue[tail++] = next;
      }
      while (head < tail && queue[head]! < first) head++;
      result[step] = head < tail ? values[queue[head]!]! : Number.NaN;
    }
  };
}

function isBetter(a: number, b: number, wantsHighest: boolean): boolean {
  return wantsHighest ? a > b : a < b;
}

/** sums[i] is the sum of the first i values; undefined where that is not exact, whatever is subtracted from it. */
export function exactPrefixSums(values: Float64Array): Float64Array | undefined {
  const sums = new Float64Array(values.length + 1);
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isInteger(value)) return undefined;
    size += Math.abs(value);
    sums[i + 1] = sums[i]! + value;
  }
  return size <= Number.MAX_SAFE_INTEGER ? sums : undefined;
}
