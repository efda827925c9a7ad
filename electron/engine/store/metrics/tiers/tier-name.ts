// The names of summary files and the times that they speak for: a month of fine summaries, a year of coarse ones.
import { readdirSync } from 'node:fs';
import { formatDurationMs, parseDurationMs } from '../../../../../shared/model/duration.ts';
import { DAY_MS } from '../week.ts';

/** Summaries of this resolution and coarser ones are small: a file has a year of them. */
const BY_YEAR_FROM_MS = 3_600_000;

/** One file: the days that begin in [startMs, endMs), thus the times in (startMs, endMs]. */
export type TierPeriod = {
  /** Such as 2026-11.5m.db. */
  readonly name: string;
  readonly resolutionMs: number;
  readonly startMs: number;
  readonly endMs: number;
};

/** What a day can be divided into evenly. */
export const isTierResolution = (resolutionMs: number): boolean => resolutionMs > 0 && DAY_MS % resolutionMs === 0;

/** The file with a day's summaries of a resolution. */
export function tierPeriodOf(resolutionMs: number, dayStartMs: number): TierPeriod {
  const day = new Date(dayStartMs);
  return period(resolutionMs, day.getUTCFullYear(), resolutionMs < BY_YEAR_FROM_MS ? day.getUTCMonth() : undefined);
}

/** Undefined when the text is the name of no such file. */
export function tierPeriodOfName(name: string): TierPeriod | undefined {
  const match = /^(\d{4})(?:-(\d{2}))?\.([0-9a-z]+)\.db$/.exec(name);
  const resolutionMs = parseDurationMs(match?.[3] ?? '');
  if (match === null || resolutionMs === undefined || !isTierResolution(resolutionMs)) return undefined;
  const found = tierPeriodOf(resolutionMs, firstOf(Number(match[1]), Number(match[2] ?? 1) - 1));
  return found.name === name ? found : undefined;
}

function period(resolutionMs: number, year: number, month: number | undefined): TierPeriod {
  const digits = String(year).padStart(4, '0');
  const span = month === undefined ? digits : `${digits}-${String(month + 1).padStart(2, '0')}`;
  return {
    name: `${span}.${formatDurationMs(resolutionMs)}.db`,
    resolutionMs,
    startMs: firstOf(year, month ?? 0),
    endMs: month === undefined ? firstOf(year + 1, 0) : firstOf(year, month + 1),
  };
}

/** The first moment of a month; Date.UTC takes years below 100 for 19xx. */
const firstOf = (year: number, month: number): number => new Date(0).setUTCFullYear(year, month, 1);

/** The stored summary files of a folder, finest first, then by time. */
export const storedTiers = (dir: string): TierPeriod[] =>
  readdirSync(dir)
    .map(tierPeriodOfName)
    .filter((found) => found !== undefined)
    .toSorted((a, b) => a.resolutionMs - b.resolutionMs || a.startMs - b.startMs);
