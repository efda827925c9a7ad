// Coarser buckets out of finer ones that lie next to each other, as if they had been made from the samples.
import { KahanSum } from './kahan-sum.ts';
import { emptySummary, type FullSummary, type SummaryColumns } from './summarise.ts';

/** Coarse bucket i is made of the fine buckets [starts[i], starts[i + 1]). */
export function combine(fine: FullSummary, starts: ArrayLike<number>): FullSummary {
  const buckets = starts.length - 1;
  const out = emptySummary(buckets);
  const endsStale = fine.endsStale === undefined ? undefined : new Uint8Array(buckets);
  for (let bucket = 0; bucket < buckets; bucket++) {
    combineBucket(fine, starts[bucket]!, starts[bucket + 1]!, out, bucket);
    if (endsStale !== undefined) endsStale[bucket] = endsStaleIn(fine, starts[bucket]!, starts[bucket + 1]!);
  }
  return { ...out, endsStale: endsStale?.includes(1) === true ? endsStale : undefined };
}

/** Every `factor` fine buckets make a coarse one. */
export function combineEvenly(fine: FullSummary, factor: number): FullSummary {
  return combine(
    fine,
    Uint32Array.from({ length: fine.counts.length / factor + 1 }, (_, i) => i * factor),
  );
}

function combineBucket(fine: FullSummary, from: number, to: number, out: FullSummary, bucket: number): void {
  let count = 0;
  let before = 0;
  let corrections = 0;
  const sum = new KahanSum();
  for (let i = from; i < to; i++) {
    if (fine.counts[i] === 0) continue;
    const first = fine.firstValues[i]!;
    const min = fine.mins[i]!;
    const max = fine.maxs[i]!;
    if (count === 0) {
      out.firstTimes[bucket] = fine.firstTimes[i]!;
      out.firstValues[bucket] = first;
      out.mins[bucket] = min;
      out.maxs[bucket] = max;
    } else {
      if (first < before) corrections += before;
      if (min < out.mins[bucket]! || Number.isNaN(out.mins[bucket])) out.mins[bucket] = min;
      if (max > out.maxs[bucket]! || Number.isNaN(out.maxs[bucket])) out.maxs[bucket] = max;
    }
    corrections += fine.corrections[i]!;
    sum.add(fine.sums[i]!);
    count += fine.counts[i]!;
    before = fine.lastValues[i]!;
    out.lastTimes[bucket] = fine.lastTimes[i]!;
    out.lastValues[bucket] = before;
  }
  out.counts[bucket] = count;
  out.corrections[bucket] = corrections;
  out.sums[bucket] = sum.total;
}

/** Whether the newest bucket with a sample or a marker ends with a marker. */
function endsStaleIn({ counts, endsStale }: SummaryColumns, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) {
    if (endsStale?.[i] === 1) return 1;
    if (counts[i] !== 0) return 0;
  }
  return 0;
}
