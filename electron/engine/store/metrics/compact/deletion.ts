// Up to when a deletion reaches, series by series: it ends with what is stored now, and what comes later is none of its.
import { FUTURE_WINDOW_MS, type Head } from '../head/head.ts';
import type { Deleted } from './tombstones.ts';

/** Each end is a pass over the files; where clocks that are ahead make more, ends go up to the whole minute. */
const MAX_ENDS = 16;
const MINUTE_MS = 60_000;

/**
 * What is to be deleted of some series in (fromMs, endMs]. For most that ends now. A sample that is ahead of the clock moves the end
 * of its own series only; and one that is so far ahead that the clock must have been wrong is a deletion by itself, so that
 * the time until then stays open.
 */
export function deletedUntilNow(
  head: Head,
  seriesIds: Float64Array,
  fromMs: number,
  endMs: number,
  nowMs: number,
): Deleted[] {
  const untilMs = nowMs + FUTURE_WINDOW_MS;
  const near = head.lastStored(seriesIds, nowMs + 1, untilMs);
  const step = new Set(near.values()).size > MAX_ENDS ? MINUTE_MS : 1;
  const idsByEnd = new Map<number, number[]>();
  for (const id of seriesIds) {
    const lastMs = near.get(id);
    const toMs = Math.min(endMs, lastMs === undefined ? nowMs : Math.ceil(lastMs / step) * step);
    const ids = idsByEnd.get(toMs);
    if (ids === undefined) idsByEnd.set(toMs, [id]);
    else ids.push(id);
  }
  const deleted: Deleted[] = [...idsByEnd].map(([toMs, ids]) => ({ fromMs, toMs, seriesIds: ids }));
  const far = head.lastStored(seriesIds, Math.max(untilMs, fromMs) + 1, endMs);
  if (far.size > 0) {
    let toMs = -Infinity;
    for (const lastMs of far.values()) toMs = Math.max(toMs, lastMs);
    deleted.push({ fromMs: Math.max(untilMs, fromMs), toMs, seriesIds: [...far.keys()] });
  }
  return deleted.filter((one) => one.toMs > one.fromMs);
}
