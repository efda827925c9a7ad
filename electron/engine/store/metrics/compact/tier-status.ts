// What is stored of each resolution: bytes and times, for the status.
import path from 'node:path';
import { bytesOf } from '../seal/open-files.ts';
import { weekPath, type WeekFiles } from '../seal/week-files.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import type { Retention, TierStatus } from '../types.ts';
import { DAY_MS } from '../week.ts';

export type RawTimes = { readonly oldestMs: number | undefined; readonly newestMs: number | undefined };

/** The samples first, then the summaries, finest first. */
export function tierStatus(
  dir: string,
  weeks: WeekFiles,
  tiers: TierFiles,
  retention: Retention,
  raw: RawTimes,
): TierStatus[] {
  const rawBytes = weeks.weeks().reduce((sum, monday) => sum + bytesOf(weekPath(dir, monday)), 0);
  const byResolution = new Map<number, TierStatus>();
  for (const { resolutionMs } of retention.tiers) byResolution.set(resolutionMs, nothingOf(resolutionMs));
  for (const { name, resolutionMs } of tiers.stored()) {
    const before = byResolution.get(resolutionMs) ?? nothingOf(resolutionMs);
    const days = tiers.daysIn(name);
    byResolution.set(resolutionMs, {
      resolutionMs,
      bytes: before.bytes + bytesOf(path.join(dir, name)),
      oldestMs: before.oldestMs ?? days?.firstMs,
      newestMs: days === undefined ? before.newestMs : days.lastMs + DAY_MS,
    });
  }
  return [
    { resolutionMs: 0, bytes: rawBytes, ...raw },
    ...[...byResolution.values()].toSorted((a, b) => a.resolutionMs - b.resolutionMs),
  ];
}

const nothingOf = (resolutionMs: number): TierStatus => ({
  resolutionMs,
  bytes: 0,
  oldestMs: undefined,
  newestMs: undefined,
});
