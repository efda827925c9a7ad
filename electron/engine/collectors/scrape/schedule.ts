// When a target is scraped: each at its own place within the interval, told by its identity, so that they spread out.
import { createHash } from 'node:crypto';

/** A place within the interval, ms, that stays the same over restarts. */
export function scrapeOffsetMs(identity: string, intervalMs: number): number {
  const hash = createHash('sha256').update(identity).digest();
  return hash.readUIntBE(0, 6) % intervalMs;
}

/** The first time after `afterMs` (Unix ms) that is the offset plus a whole number of intervals. */
export function nextScrapeMs(afterMs: number, intervalMs: number, offsetMs: number): number {
  return Math.floor((afterMs - offsetMs) / intervalMs + 1) * intervalMs + offsetMs;
}

const MAX_LATE_MS = 20;

/**
 * The time that a scrape's samples carry: the scheduled one when the timer was no later than 1 % of the interval (at
 * most 20 ms), so that timestamps are evenly spaced and compress to nothing; else the real one.
 */
export function scrapeTimestampMs(scheduledMs: number, nowMs: number, intervalMs: number): number {
  return Math.abs(nowMs - scheduledMs) <= Math.min(intervalMs / 100, MAX_LATE_MS) ? scheduledMs : nowMs;
}
