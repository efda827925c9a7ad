// rate, increase, delta with their extrapolation to the window's bounds; irate and idelta from the last two samples.
import type { RangeFunction, WindowFunction } from '../evaluate/range-functions.ts';
import type { RangeSeries, RangeSource } from '../evaluate/values.ts';

/** Where the counter was reset: indices i with values[i] < values[i - 1]. */
function resetIndices(values: Float64Array): number[] {
  const resets: number[] = [];
  for (let i = 1; i < values.length; i++) {
    if ((values[i] ?? 0) < (values[i - 1] ?? 0)) resets.push(i);
  }
  return resets;
}

function bindExtrapolated(series: RangeSeries, source: RangeSource, counter: boolean, rate: boolean): WindowFunction {
  const { timestamps, values } = series;
  const resets = counter ? resetIndices(values) : [];
  let firstReset = 0;
  return (low, high, endMs) => {
    const last = high - 1;
    const first = values[low] ?? 0;
    let result = (values[last] ?? 0) - first;
    // Windows only move forward, so resets before this one are never needed again.
    while (firstReset < resets.length && (resets[firstReset] ?? 0) <= low) firstReset++;
    for (let r = firstReset; r < resets.length && (resets[r] ?? 0) < high; r++) {
      result += values[(resets[r] ?? 0) - 1] ?? 0;
    }
    const firstMs = timestamps[low] ?? 0;
    const lastMs = timestamps[last] ?? 0;
    const sampled = (lastMs - firstMs) / 1_000;
    const spacing = sampled / (last - low);
    const threshold = spacing * 1.1;
    let toStart = (firstMs - (endMs - source.rangeMs)) / 1_000;
    let toEnd = (endMs - lastMs) / 1_000;
    if (toStart >= threshold) toStart = spacing / 2;
    if (counter && result > 0 && first >= 0) {
      // A counter cannot have been below zero: extrapolate at most to where it would have been 0.
      const toZero = sampled * (first / result);
      if (toZero < toStart) toStart = toZero;
    }
    if (toEnd >= threshold) toEnd = spacing / 2;
    let factor = (sampled + toStart + toEnd) / sampled;
    if (rate) factor /= source.rangeMs / 1_000;
    return result * factor;
  };
}

function bindInstant(series: RangeSeries, rate: boolean): WindowFunction {
  const { timestamps, values } = series;
  return (_low, high) => {
    const last = values[high - 1] ?? 0;
    const before = values[high - 2] ?? 0;
    if (!rate) return last - before;
    const change = last < before ? last : last - before;
    return change / (((timestamps[high - 1] ?? 0) - (timestamps[high - 2] ?? 0)) / 1_000);
  };
}

export const RATE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  rate: { minSamples: 2, bind: (series, source) => bindExtrapolated(series, source, true, true) },
  increase: { minSamples: 2, bind: (series, source) => bindExtrapolated(series, source, true, false) },
  delta: { minSamples: 2, bind: (series, source) => bindExtrapolated(series, source, false, false) },
  irate: { minSamples: 2, bind: (series) => bindInstant(series, true) },
  idelta: { minSamples: 2, bind: (series) => bindInstant(series, false) },
};
