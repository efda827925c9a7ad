// What is coming of the store's size, in words: how it grows, and when it is full.
import type { StorageStatus } from '../../../../shared/contract/index.ts';
import { formatDay, formatValue, plural } from '../../../../shared/units/index.ts';

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30.4375;

type Outlook = {
  readonly state: 'online' | 'degraded' | 'unknown';
  /** "It grows by 3.70 MiB a day." */
  readonly growth: string;
  readonly full: string;
};

/** "a day", "12 days", "7 weeks", "8 months", "3 years": as precise as a forecast is. */
export function aboutSpan(spanMs: number): string {
  const days = spanMs / DAY_MS;
  if (days < 1.5) return 'a day';
  if (days < 21) return plural(Math.round(days), 'day');
  if (days < 75) return plural(Math.round(days / 7), 'week');
  if (days < 700) return plural(Math.round(days / MONTH_DAYS), 'month');
  return plural(Math.round(days / 365.25), 'year');
}

const FAR_MS = 20 * 365.25 * DAY_MS;
const SOON_MS = 7 * DAY_MS;

type Facts = Pick<StorageStatus, 'growthBytesPerDay' | 'fullAtMs' | 'totalBytes' | 'maxBytes' | 'freeBytes'>;

/** @param expected what comes in takes a day, while nothing is measured; null when even that is not known */
export function outlookOf(status: Facts, nowMs: number, expected: number | null = null): Outlook {
  const { growthBytesPerDay, fullAtMs, totalBytes, maxBytes, freeBytes } = status;
  if (growthBytesPerDay === null) {
    return {
      state: 'unknown',
      growth:
        expected === null
          ? 'How it grows is not known yet.'
          : `It will grow by about ${formatValue(expected, 'bytes')} a day, as the samples come now.`,
      full: 'A forecast follows once a day is stored.',
    };
  }
  const size = formatValue(Math.abs(growthBytesPerDay), 'bytes');
  const growth = growthBytesPerDay >= 0 ? `It grows by ${size} a day.` : `It shrinks by ${size} a day.`;
  if (fullAtMs === null || fullAtMs - nowMs > FAR_MS) {
    return { state: 'online', growth, full: 'It will not fill its limit with this retention.' };
  }
  const leftMs = Math.max(0, fullAtMs - nowMs);
  const diskFirst = freeBytes !== null && freeBytes < maxBytes - totalBytes;
  const what = diskFirst ? 'The disk is full' : 'It reaches its limit';
  const full =
    totalBytes >= maxBytes
      ? 'It is at its limit: the oldest goes as new comes.'
      : `${what} in about ${aboutSpan(leftMs)}, on ${formatDay(fullAtMs, nowMs)}.`;
  return { state: leftMs < SOON_MS ? 'degraded' : 'online', growth, full };
}
