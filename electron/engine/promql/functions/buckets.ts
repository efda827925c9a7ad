// Quantiles and fractions of a classic histogram's cumulative buckets.
import { almostEqual } from '../numbers.ts';

/** One histogram at one time. `bounds` ascend; `counts` are cumulative. Both are scratch space and may be changed. */
export type Buckets = { bounds: Float64Array; counts: Float64Array; length: number };

/** Differences this small come from floating point and are repaired in silence. */
const TOLERANCE = 1e-12;

/** Adds up the counts of equal bounds, such as le="1" and le="1.0". */
function coalesce(buckets: Buckets): void {
  const { bounds, counts } = buckets;
  let kept = 0;
  for (let i = 1; i < buckets.length; i++) {
    if (bounds[i] === bounds[kept]) {
      counts[kept] = (counts[kept] ?? 0) + (counts[i] ?? 0);
    } else {
      kept++;
      bounds[kept] = bounds[i] ?? 0;
      counts[kept] = counts[i] ?? 0;
    }
  }
  buckets.length = kept + 1;
}

/** Cumulative counts must not fall. Says whether a fall too large for floating point was repaired. */
function makeMonotonic({ counts, length }: Buckets): boolean {
  let forced = false;
  let before = counts[0] ?? 0;
  for (let i = 1; i < length; i++) {
    const count = counts[i] ?? 0;
    if (count === before) continue;
    const small = almostEqual(before, count, TOLERANCE);
    if (small || count < before) {
      counts[i] = before;
      forced ||= !small;
    } else {
      before = count;
    }
  }
  return forced;
}

function plain(value: number): { value: number; forced: boolean } {
  return { value, forced: false };
}

export function bucketQuantile(q: number, buckets: Buckets): { value: number; forced: boolean } {
  if (Number.isNaN(q)) return plain(Number.NaN);
  if (q < 0) return plain(-Infinity);
  if (q > 1) return plain(Infinity);
  const { bounds, counts } = buckets;
  if (buckets.length === 0 || bounds[buckets.length - 1] !== Infinity) return plain(Number.NaN);
  coalesce(buckets);
  const forced = makeMonotonic(buckets);
  const last = buckets.length - 1;
  const observations = counts[last] ?? 0;
  if (last < 1 || observations === 0 || Number.isNaN(observations)) return { value: Number.NaN, forced };
  let rank = q * observations;
  let b = 0;
  while (b < last && !((counts[b] ?? 0) >= rank)) b++;
  // There is no upper bound to interpolate to.
  if (b === last) return { value: bounds[last - 1] ?? 0, forced };
  const end = bounds[b] ?? 0;
  if (b === 0 && end <= 0) return { value: end, forced };
  let start = 0;
  let count = counts[b] ?? 0;
  if (b > 0) {
    start = bounds[b - 1] ?? 0;
    count -= counts[b - 1] ?? 0;
    rank -= counts[b - 1] ?? 0;
  }
  return { value: start + (end - start) * (rank / count), forced };
}

/** The share of observations between two bounds, interpolated within buckets that have finite width. */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  const { bounds, counts } = buckets;
  if (buckets.length === 0 || bounds[buckets.length - 1] !== Infinity) return Number.NaN;
  coalesce(buckets);
  const total = counts[buckets.length - 1] ?? 0;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const below = (limit: number): number => Math.min(observationsBelow(limit, buckets), total);
  return (below(upper) - below(lower)) / total;
}

function observationsBelow(limit: number, { bounds, counts, length }: Buckets): number {
  let rank = 0;
  for (let i = 0; i < length; i++) {
    const end = bounds[i] ?? 0;
    const start = i > 0 ? (bounds[i - 1] ?? 0) : end > 0 ? 0 : -Infinity;
    const count = counts[i] ?? 0;
    if (start >= limit) return rank;
    if (end > limit) {
      // A bucket of infinite width has nothing to interpolate with.
      return start === -Infinity ? count : rank + ((count - rank) * (limit - start)) / (end - start);
    }
    rank = count;
  }
  return rank;
}
