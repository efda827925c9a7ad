// histogram_quantile and histogram_fraction over classic histograms: series that differ in their `le` label only.
import type { Labels } from '../../../../shared/model/labels.ts';
import { badBucketLabel, forcedMonotonicity, invalidQuantile } from '../annotations.ts';
import { executionError } from '../errors.ts';
import { removeLabels } from '../evaluate/label-sets.ts';
import { mergeSameLabels, withoutName } from '../evaluate/results.ts';
import type { StepSeries } from '../evaluate/values.ts';
import { parseFloatText } from '../numbers.ts';
import { bucketFraction, bucketQuantile, type Buckets } from './buckets.ts';
import { argStart, type Invocation, type VectorFunction } from './invocation.ts';

type Histogram = { readonly labels: Labels; readonly buckets: { bound: number; series: StepSeries }[] };

const WITHOUT_LE = new Set(['le']);

/** What a bucket's labels say: its bound, undefined where `le` is no number, and the histogram that it is of. */
type BucketLabels = { readonly bound: number | undefined; readonly rest: Labels };

const bucketLabels = new WeakMap<Labels, BucketLabels>();

function readLabels(labels: Labels): BucketLabels {
  let read = bucketLabels.get(labels);
  if (read === undefined) {
    read = { bound: parseFloatText(labels.get('le')), rest: removeLabels(labels, WITHOUT_LE) };
    bucketLabels.set(labels, read);
  }
  return read;
}

/** Gathers the buckets of each histogram, by ascending bound. */
function gather(invocation: Invocation, argument: number): Histogram[] {
  const histograms = new Map<string, Histogram>();
  for (const series of invocation.vector(argument)) {
    const { bound, rest } = readLabels(series.labels);
    if (bound === undefined) {
      const { labels } = series;
      invocation.context.warn(badBucketLabel(labels.name, labels.get('le')), argStart(invocation, argument));
      continue;
    }
    let histogram = histograms.get(rest.key);
    if (histogram === undefined) {
      histogram = { labels: rest, buckets: [] };
      histograms.set(rest.key, histogram);
    }
    histogram.buckets.push({ bound, series });
  }
  for (const { buckets } of histograms.values()) {
    buckets.sort((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound));
  }
  return [...histograms.values()];
}

function evaluateHistograms(
  invocation: Invocation,
  argument: number,
  compute: (buckets: Buckets, step: number, labels: Labels) => number,
): readonly StepSeries[] {
  const { context, grid } = invocation;
  const result = gather(invocation, argument).map(({ labels, buckets }): StepSeries => {
    const values = context.column(grid.steps);
    const present = new Uint8Array(grid.steps);
    const scratch: Buckets = {
      bounds: new Float64Array(buckets.length),
      counts: new Float64Array(buckets.length),
      length: 0,
    };
    for (let step = 0; step < grid.steps; step++) {
      scratch.length = 0;
      for (const { bound, series } of buckets) {
        if (series.present[step] !== 1) continue;
        scratch.bounds[scratch.length] = bound;
        scratch.counts[scratch.length] = series.values[step] ?? 0;
        scratch.length++;
      }
      if (scratch.length === 0) continue;
      values[step] = compute(scratch, step, labels);
      present[step] = 1;
      context.work(buckets.length);
    }
    return { ...withoutName(context, labels), values, present };
  });
  return mergeSameLabels(result);
}

function histogramQuantile(invocation: Invocation): readonly StepSeries[] {
  const { context } = invocation;
  const quantiles = invocation.scalar(0);
  for (const q of quantiles) if (!(q >= 0 && q <= 1)) context.warn(invalidQuantile(q), argStart(invocation, 0));
  return evaluateHistograms(invocation, 1, (buckets, step, labels) => {
    const { value, forced } = bucketQuantile(quantiles[step] ?? 0, buckets);
    if (forced) context.info(forcedMonotonicity(labels.name), argStart(invocation, 1));
    return value;
  });
}

function histogramFraction(invocation: Invocation): readonly StepSeries[] {
  const lower = invocation.scalar(0);
  const upper = invocation.scalar(1);
  return evaluateHistograms(invocation, 2, (buckets, step) =>
    bucketFraction(lower[step] ?? 0, upper[step] ?? 0, buckets),
  );
}

/** These read native histograms only, which are not stored: say so rather than answer with nothing. */
function refuseNative(name: string): VectorFunction {
  return () => {
    throw executionError(`${name}() needs native histograms, which are not supported`);
  };
}

const NATIVE_ONLY = ['histogram_avg', 'histogram_count', 'histogram_sum', 'histogram_stddev', 'histogram_stdvar'];

export const HISTOGRAM_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  histogram_quantile: histogramQuantile,
  histogram_fraction: histogramFraction,
  ...Object.fromEntries(NATIVE_ONLY.map((name) => [name, refuseNative(name)])),
};
