// What is stored of each resolution: bytes and times, for the status.
import path from 'node:path';
import { hasNoRoom } from '../format.ts';
import type { Head } from '../head/head.ts';
import { bytesOf } from '../seal/open-files.ts';
import { weekPath, type WeekFiles } from '../seal/week-files.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import type { Retention, TierStatus } from '../types.ts';
import { DAY_MS } from '../week.ts';

export type RawTimes = { readonly oldestMs: number | undefined; readonly newestMs: number | undefined };

/** Of what is stored and what is still in the head, not before a cutoff. */
export function rawTimes(weeks: WeekFiles, head: Head, cutoffMs: number): RawTimes {
  let oldest = unlessFull(() => weeks.oldestMs(cutoffMs)) ?? Infinity;
  let newest = unlessFull(() => weeks.newestMs()) ?? -Infinity;
  for (const { rows, table } of head.groups.values()) {
    for (let row = 0; row < rows; row++) {
      oldest = Math.min(oldest, table.timestamps[row]!);
      newest = Math.max(newest, table.timestamps[row]!);
    }
  }
  return oldest === Infinity ? { oldestMs: undefined, newestMs: undefined } : { oldestMs: oldest, newestMs: newest };
}

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
    const days = unlessFull(() => tiers.daysIn(name));
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

/** A file that is not open yet cannot be looked into while the disk is full: what else is known is told all the same. */
function unlessFull<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (hasNoRoom(error)) return undefined;
    throw error;
  }
}

const nothingOf = (resolutionMs: number): TierStatus => ({
  resolutionMs,
  bytes: 0,
  oldestMs: undefined,
  newestMs: undefined,
});
