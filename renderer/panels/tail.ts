// A sliding graph asks for its newest steps alone and keeps the others: a second of news is not five minutes of history.
import type { Graph } from '../../shared/contract/index.ts';
import type { Steps } from './step.ts';
import { refreshMsFor } from './step.ts';

/** The answers that a graph is drawn from, and when all of them were last asked for in full (Unix ms). */
export type Held = { readonly steps: Steps; readonly graphs: readonly Graph[]; readonly fullAtMs: number };

/** A poll may take as long, and its samples carry the time at which it began. */
const LATE_MS = 15_000;
const FULL_EVERY_MS = 60_000;
const FULL_EVERY_PULLS = 20;

/**
 * The newest steps of `wanted`, reaching back over everything that may still change behind the held end; null where
 * all of it has to be asked for: nothing is held, the steps are others, or the last full answer is a minute old.
 */
export function tailOf(held: Held | undefined, wanted: Steps, intervalMs: number, nowMs: number): Steps | null {
  if (held === undefined || held.steps.stepMs !== wanted.stepMs || wanted.endMs < held.steps.endMs) return null;
  const { stepMs } = wanted;
  const fullEveryMs = Math.max(FULL_EVERY_MS, FULL_EVERY_PULLS * refreshMsFor(stepMs));
  if (nowMs - held.fullAtMs >= fullEveryMs || nowMs < held.fullAtMs) return null;
  const startMs = held.steps.endMs - Math.ceil((LATE_MS + intervalMs) / stepMs) * stepMs;
  return startMs <= wanted.startMs ? null : { startMs, endMs: wanted.endMs, stepMs };
}

/**
 * The held answer slid on to `wanted`, its end replaced by `tail`. Null where the two do not fit: a series is new in
 * the tail, or a step is missing between them.
 */
export function joinTail(held: Graph, tail: Graph, wanted: Steps): Graph | null {
  const { stepMs } = wanted;
  const dropped = (wanted.startMs - held.startMs) / stepMs;
  const kept = (tail.startMs - wanted.startMs) / stepMs;
  const steps = kept + tail.steps;
  if (tail.stepMs !== stepMs || held.stepMs !== stepMs || dropped < 0 || kept < 0) return null;
  if (!Number.isInteger(dropped) || !Number.isInteger(kept) || dropped + kept > held.steps) return null;
  const newest = new Map(tail.series.map((series) => [JSON.stringify(series.labels), series.values]));
  const series = held.series.flatMap(({ labels, values }) => {
    const key = JSON.stringify(labels);
    const end = newest.get(key) ?? Array.from({ length: tail.steps }, () => null);
    newest.delete(key);
    const joined = values.slice(dropped, dropped + kept).concat(end);
    // As in an answer: a series without a value within the range is not there.
    return joined.every((value) => value === null) ? [] : [{ labels, values: joined }];
  });
  if (newest.size > 0) return null;
  return { startMs: wanted.startMs, stepMs, steps, series, warnings: tail.warnings, infos: tail.infos };
}
