// Buckets of samples: what rate() and the functions over time need of each, worked out once.
import { KahanSum } from './kahan-sum.ts';

/** One series' buckets, an entry each; what a bucket without samples (count 0) says besides means nothing. */
export type SummaryColumns = {
  /** Staleness markers are no samples. */
  readonly counts: Float64Array;
  /** Unix milliseconds. */
  readonly firstTimes: Float64Array;
  readonly firstValues: Float64Array;
  readonly lastTimes: Float64Array;
  readonly lastValues: Float64Array;
  /** Undefined where they were left out of a stored row: the samples are there to tell them. */
  readonly sums: Float64Array | undefined;
  /** NaN only where every sample is NaN. */
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
  /** The sum of the values before each drop inside the bucket. */
  readonly corrections: Float64Array;
  /** 1 where a staleness marker follows the bucket's last sample, or is alone in it; absent when nowhere. */
  readonly endsStale: Uint8Array | undefined;
};

/** Ascending in time; the value at a staleness marker means nothing. */
export type SummarisedSamples = {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly stale?: Uint8Array | undefined;
};

/** Columns of a summary that is being made. */
export type FullSummary = SummaryColumns & { readonly sums: Float64Array };

export function emptySummary(buckets: number): FullSummary {
  return {
    counts: new Float64Array(buckets),
    firstTimes: new Float64Array(buckets),
    firstValues: new Float64Array(buckets),
    lastTimes: new Float64Array(buckets),
    lastValues: new Float64Array(buckets),
    sums: new Float64Array(buckets),
    mins: new Float64Array(buckets),
    maxs: new Float64Array(buckets),
    corrections: new Float64Array(buckets),
    endsStale: undefined,
  };
}

/** Bounds of buckets of one width: (startMs, startMs + resolutionMs], and so on. */
export function evenBounds(startMs: number, resolutionMs: number, buckets: number): Float64Array {
  return Float64Array.from({ length: buckets + 1 }, (_, i) => startMs + i * resolutionMs);
}

/** Bucket i is (bounds[i], bounds[i + 1]]; samples outside all of them are not looked at. */
export function summarise({ timestamps, values, stale }: SummarisedSamples, bounds: Float64Array): FullSummary {
  const buckets = bounds.length - 1;
  const out = emptySummary(buckets);
  let endsStale: Uint8Array | undefined;
  let at = 0;
  while (at < timestamps.length && timestamps[at]! <= bounds[0]!) at++;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const endMs = bounds[bucket + 1]!;
    const from = at;
    while (at < timestamps.length && timestamps[at]! <= endMs) at++;
    if (at === from) continue;
    if (stale === undefined) {
      summariseBucket(timestamps, values, from, at, out, bucket);
      continue;
    }
    if (stale[at - 1] === 1) {
      endsStale ??= new Uint8Array(buckets);
      endsStale[bucket] = 1;
    }
    summariseWithStale(timestamps, values, stale, from, at, out, bucket);
  }
  return { ...out, endsStale };
}

/** Samples [from, to), at least one and none of them a marker. */
function summariseBucket(
  timestamps: Float64Array,
  values: Float64Array,
  from: number,
  to: number,
  out: FullSummary,
  bucket: number,
): void {
  const first = values[from]!;
  let min = first;
  let max = first;
  let before = first;
  let corrections = 0;
  let isWhole = Number.isSafeInteger(first);
  let plain = first;
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    // Of equals the first is kept, and any number is preferred to NaN.
    if (value < min || min !== min) min = value;
    if (value > max || max !== max) max = value;
    if (value < before) corrections += before;
    plain += value;
    isWhole &&= Number.isSafeInteger(value) && Number.isSafeInteger(plain);
    before = value;
  }
  out.counts[bucket] = to - from;
  out.firstTimes[bucket] = timestamps[from]!;
  out.firstValues[bucket] = first;
  out.lastTimes[bucket] = timestamps[to - 1]!;
  out.lastValues[bucket] = before;
  out.mins[bucket] = min;
  out.maxs[bucket] = max;
  out.corrections[bucket] = corrections;
  // Sums of whole numbers are exact without compensation. + 0: a sum begins at 0, which -0 does not change.
  out.sums[bucket] = isWhole ? plain + 0 : compensated(values, from, to);
}

function compensated(values: Float64Array, from: number, to: number): number {
  const sum = new KahanSum();
  for (let i = from; i < to; i++) sum.add(values[i]!);
  return sum.total;
}

function summariseWithStale(
  timestamps: Float64Array,
  values: Float64Array,
  stale: Uint8Array,
  from: number,
  to: number,
  out: FullSummary,
  bucket: number,
): void {
  const kept: number[] = [];
  for (let i = from; i < to; i++) if (stale[i] !== 1) kept.push(i);
  if (kept.length === 0) return;
  if (kept.length === to - from) {
    summariseBucket(timestamps, values, from, to, out, bucket);
    return;
  }
  const times = Float64Array.from(kept, (i) => timestamps[i]!);
  const own = Float64Array.from(kept, (i) => values[i]!);
  summariseBucket(times, own, 0, kept.length, out, bucket);
}
