// Which times are still to be sent: a short list of spans, however many rows they stand for.
import type { CommittedRow } from '../store/metrics/index.ts';

/** (from, to] in Unix ms. */
export type Span = readonly [fromMs: number, toMs: number];

/** Spans that are closer are one: what is between them is sent again, which costs less than to tell them apart. */
const JOIN_MS = 60_000;
const MAX_SPANS = 500;

/** Ascending, apart from each other, at most 500: what is too many is joined where the gaps are least. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: [number, number][] = [];
  for (const [fromMs, toMs] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && fromMs - last[1] <= JOIN_MS) last[1] = Math.max(last[1], toMs);
    else joined.push([fromMs, toMs]);
  }
  if (joined.length <= MAX_SPANS) return joined;
  const gaps = joined.slice(1).map(([fromMs], i) => fromMs - joined[i]![1]);
  const least = gaps.toSorted((a, b) => a - b)[joined.length - MAX_SPANS - 1]!;
  const fewer: [number, number][] = [];
  for (const [i, span] of joined.entries()) {
    const last = fewer.at(-1);
    if (last !== undefined && gaps[i - 1]! <= least) last[1] = span[1];
    else fewer.push(span);
  }
  return fewer;
}

/** The times of a row's samples. */
export function spansOf({ timeMs, timestampsMs }: Pick<CommittedRow, 'timeMs' | 'timestampsMs'>): Span[] {
  if (timestampsMs === undefined) return [[timeMs - 1, timeMs]];
  return joinSpans(Array.from(timestampsMs, (atMs): Span => [atMs - 1, atMs]));
}

/** Without the times up to `untilMs` of the first span. */
export function withoutFirst([first, ...others]: readonly Span[], untilMs: number): Span[] {
  if (first === undefined) return [];
  return untilMs >= first[1] ? others : [[Math.max(first[0], untilMs), first[1]], ...others];
}

/** How much time they cover, ms. */
export const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, [fromMs, toMs]) => sum + (toMs - fromMs), 0);
