// The points in time of a query's graph: on multiples of the step, so that most are answered from summaries.
import { durationOf } from '../../app/time-range/range.ts';
import type { TimeRange } from '../../app/time-range/range.ts';
import { stepFor } from '../../panels/step.ts';
import type { Steps } from '../../panels/step.ts';
import { stepMsOf } from './search.ts';
import type { ExploreQuery, ExploreSearch } from './search.ts';

/** Points of a graph, about; more than there are pixels are of no use. */
export const POINTS = { low: 120, auto: 360, high: 1_000 } as const;

export function stepOf(range: TimeRange, search: Pick<ExploreSearch, 'resolution'>, query: Pick<ExploreQuery, 'step'>) {
  const least = query.step === undefined ? undefined : stepMsOf(query.step);
  return Math.max(stepFor(durationOf(range), POINTS[search.resolution ?? 'auto']), least ?? 0);
}

/** Covers the range; one that slides ends at the last whole step, and at the range's end otherwise. */
export function gridOf(range: TimeRange, nowMs: number, stepMs: number): Steps {
  const down = (ms: number): number => Math.floor(ms / stepMs) * stepMs;
  const up = (ms: number): number => Math.ceil(ms / stepMs) * stepMs;
  if (range.kind === 'between')
    return { startMs: down(range.fromMs), endMs: Math.max(up(range.toMs), up(range.fromMs)), stepMs };
  const endMs = down(nowMs);
  return { startMs: endMs - up(range.durationMs), endMs, stepMs };
}

const LIVE_LEAST_MS = 5_000;
const LIVE_MOST_MS = 60_000;
/** The engine works on a query no more than a tenth of the time. */
const REST_FACTOR = 10;

/** How often a sliding query is asked again: with its steps, and the more rarely the longer it takes. */
export const liveEveryMs = (stepMs: number, tookMs: number): number =>
  Math.max(Math.min(Math.max(stepMs, LIVE_LEAST_MS), LIVE_MOST_MS), REST_FACTOR * tookMs);
