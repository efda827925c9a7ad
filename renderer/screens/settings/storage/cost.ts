// What a retention will cost on disk, from what each resolution takes a day now.
import type { StorageStatus } from '../../../../shared/contract/index.ts';
import type { Retention } from '../../../../shared/model/retention.ts';

const DAY_MS = 86_400_000;
/** A shorter span says little: the newest samples are not yet packed as they will be. */
const MEASURED_MS = 2 * DAY_MS;
/** What is usual, until it is measured here: bytes of a stored sample, and of one series' summary of a bucket. */
const SAMPLE_BYTES = 1.7;
const BUCKET_BYTES = 8;

type Facts = Pick<StorageStatus, 'tiers' | 'samplesPerDay' | 'series'>;

export type Cost = {
  readonly bytesPerDay: number;
  /** Once everything is kept for as long as it is to be. */
  readonly fullBytes: number;
};

/** What there is at the least: where much more comes in now than on the days that were measured, those say too little. */
const LEAST_SAMPLE_BYTES = 1;
const LEAST_BUCKET_BYTES = 3;

/** Bytes that a resolution takes for one day; null while nothing tells. */
export function bytesPerDay({ tiers, samplesPerDay, series }: Facts, resolutionMs: number): number | null {
  const stored = tiers.find((tier) => tier.resolutionMs === resolutionMs);
  const spanMs = (stored?.newestMs ?? 0) - (stored?.oldestMs ?? 0);
  const values = resolutionMs > 0 ? series * (DAY_MS / resolutionMs) : samplesPerDay;
  if (stored !== undefined && spanMs >= MEASURED_MS) {
    const least = (values ?? 0) * (resolutionMs > 0 ? LEAST_BUCKET_BYTES : LEAST_SAMPLE_BYTES);
    return Math.max((stored.bytes / spanMs) * DAY_MS, least);
  }
  return values === null ? null : values * (resolutionMs > 0 ? BUCKET_BYTES : SAMPLE_BYTES);
}

export function costOf(facts: Facts, retention: Retention): Cost | null {
  let perDay = 0;
  let fullBytes = 0;
  for (const { resolutionMs, keepMs } of retention) {
    const bytes = bytesPerDay(facts, resolutionMs);
    if (bytes === null) return null;
    perDay += bytes;
    fullBytes += bytes * (keepMs / DAY_MS);
  }
  return { bytesPerDay: perDay, fullBytes };
}
