// How long ago a graph's line ended, where it has ended.
import { newestMs } from './series.ts';
import type { Picture } from './source.ts';

const LATE_MS = 3_000;

/**
 * Ms since the newest sample; null while the line is live. A line goes on for as long as a step looks back: one that
 * ends within the picture ended so long before. One that reaches its end may only wait for the next picture.
 */
export function ageMsOf({ data, toMs }: Picture, lookbackMs: number, nowMs: number): number | null {
  const newest = newestMs(data);
  if (newest === null) return null;
  const slackMs = 2 * data.stepMs + LATE_MS;
  if (toMs - newest >= slackMs) return nowMs - newest + lookbackMs;
  return nowMs - newest < lookbackMs + slackMs ? null : nowMs - newest;
}
