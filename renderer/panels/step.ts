// Steps and rate windows on whole multiples, so that most graphs are answered from the store's exact summaries.
import { formatDurationMs } from '../../shared/model/duration.ts';
import { durationOf } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
export const SUMMARY_MS = 5 * MINUTE;

const STEPS_MS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
] as const;

/** The smallest step of the ladder that needs no more than `maxPoints` points; days beyond it. */
export function stepFor(rangeMs: number, maxPoints = 360): number {
  const wanted = rangeMs / maxPoints;
  return STEPS_MS.find((step) => step >= wanted) ?? Math.ceil(wanted / (24 * HOUR)) * 24 * HOUR;
}

export type Steps = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** Start and end on multiples of the step, covering the range; a range that slides ends at the last whole step. */
export const stepsOf = (range: TimeRange, nowMs: number, maxPoints?: number): Steps =>
  stepsAt(range, nowMs, stepFor(durationOf(range), maxPoints));

/** The same with a step that was chosen. */
export function stepsAt(range: TimeRange, nowMs: number, stepMs: number): Steps {
  const down = (ms: number): number => Math.floor(ms / stepMs) * stepMs;
  const up = (ms: number): number => Math.ceil(ms / stepMs) * stepMs;
  if (range.kind === 'between') return { startMs: down(range.fromMs), endMs: up(range.toMs), stepMs };
  const endMs = down(nowMs);
  return { startMs: endMs - up(range.durationMs), endMs, stepMs };
}

/**
 * The window of rate(): at least four polls, so that one lost poll leaves no hole, and at least a step, so that
 * nothing between two points is skipped; a multiple of five minutes where the step is one.
 */
export function rateWindowMs(stepMs: number, intervalMs: number): number {
  const least = Math.max(4 * intervalMs, stepMs);
  const unit = stepMs % SUMMARY_MS === 0 ? SUMMARY_MS : SECOND;
  return Math.ceil(least / unit) * unit;
}

export type RateContext = {
  readonly stepMs: number;
  readonly intervalMs: number;
  /** The interval in force while a page watches the device; absent where it is not watched. */
  readonly watchedMs?: number | undefined;
};

/** The window of the rate that `rateOf` asks for, as PromQL writes it. */
export function rateWindow({ stepMs, intervalMs }: RateContext): string {
  return formatDurationMs(stepMs <= SECOND ? Math.max(3 * SECOND, 3 * intervalMs) : rateWindowMs(stepMs, intervalMs));
}

/** More samples than this within four and a half ordinary intervals: the device was watched and polled faster. */
const ORDINARY_SAMPLES = 6;

/**
 * `rate(...)` of a counter selector; `irate(...)` at steps of a second, where a watched host is polled as fast and
 * an average over four ordinary polls would lag a minute behind. Of a watched device the last rate is held for three of
 * its fast polls; what was polled at the ordinary pace, before somebody looked, is held for ordinary polls.
 */
export function rateOf(selector: string, rate: RateContext): string {
  const { stepMs, intervalMs, watchedMs = intervalMs } = rate;
  const window = rateWindow(rate);
  if (stepMs > SECOND) return `rate(${selector}[${window}])`;
  if (3 * watchedMs >= intervalMs) return `irate(${selector}[${window}])`;
  const alive = `present_over_time(${selector}[${formatDurationMs(3 * watchedMs)}])`;
  const ordinary = `count_over_time(${selector}[${formatDurationMs(4.5 * intervalMs)}]) <= ${ORDINARY_SAMPLES}`;
  return `(irate(${selector}[${window}]) and (${alive} or ${ordinary}))`;
}

const MOST_LOOKBACK_MS = HOUR;

/**
 * How far back a step looks for a sample: over one lost poll and a late one, and at least over a step, so that nothing
 * between two points is skipped; no further, or the time after an unclean stop would be drawn as if it were known.
 */
export const lookbackMsFor = (stepMs: number, intervalMs: number): number =>
  Math.min(MOST_LOOKBACK_MS, Math.max(Math.ceil(2.5 * intervalMs) + 2 * SECOND, stepMs));

/** How often a sliding graph is pulled again: at its step, no faster than 1 s and no slower than 30 s. */
export const refreshMsFor = (stepMs: number): number => Math.min(Math.max(stepMs, SECOND), 30 * SECOND);
