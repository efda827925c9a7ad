// rate, increase, delta with their extrapolation to the window's bounds; irate and idelta from the last two samples.
import { eachWindow, type RangeFunction } from '../evaluate/range-functions.ts';
import { extrapolationFactor, type WindowEnds } from './extrapolate.ts';

/** Where the counter was reset: indices i with values[i] < values[i - 1]. */
function resetIndices(values: Float64Array): number[] {
  const resets: number[] = [];
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) resets.push(i);
  return resets;
}

function extrapolated(counter: boolean, perSecond: boolean): RangeFunction {
  return {
    minSamples: 2,
    bind: ({ timestamps, values }, { low, high, firstEndMs, endStepMs, rangeMs }) => {
      const resets = counter ? resetIndices(values) : [];
      const seconds = perSecond ? rangeMs / 1_000 : 1;
      const ends: WindowEnds = { count: 0, firstMs: 0, firstValue: 0, lastMs: 0, startMs: 0, endMs: 0 };
      let firstReset = 0;
      return (result, from, to) => {
        for (let step = from; step < to; step++) {
          const first = low[step]!;
          const last = high[step]! - 1;
          if (last <= first) continue;
          ends.count = last - first + 1;
          ends.firstMs = timestamps[first]!;
          ends.lastMs = timestamps[last]!;
          ends.firstValue = values[first]!;
          ends.endMs = firstEndMs + step * endStepMs;
          ends.startMs = ends.endMs - rangeMs;
          let change = values[last]! - ends.firstValue;
          // Windows only move forward, so resets before this one are never needed again.
          while (firstReset < resets.length && resets[firstReset]! <= first) firstReset++;
          for (let r = firstReset; r < resets.length && resets[r]! <= last; r++) change += values[resets[r]! - 1]!;
          result[step] = change * (extrapolationFactor(ends, change, counter) / seconds);
        }
      };
    },
  };
}

const IRATE = eachWindow(2, ({ timestamps, values }) => (_low, high) => {
  const last = values[high - 1]!;
  const before = values[high - 2]!;
  const change = last < before ? last : last - before;
  return change / ((timestamps[high - 1]! - timestamps[high - 2]!) / 1_000);
});

export const RATE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  rate: extrapolated(true, true),
  increase: extrapolated(true, false),
  delta: extrapolated(false, false),
  irate: IRATE,
  idelta: eachWindow(
    2,
    ({ values }) =>
      (_low, high) =>
        values[high - 1]! - values[high - 2]!,
  ),
};
