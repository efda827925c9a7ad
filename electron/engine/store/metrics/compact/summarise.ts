// A group's summaries of one day: made from samples, and made anew where samples are deleted.
import { openSummaryBlock, SummaryBlockEncoder } from '../codec/summary-block.ts';
import { emptySummary, evenBounds, type FullSummary, summarise, type SummaryColumns } from '../summary/index.ts';
import { DAY_MS } from '../week.ts';
import type { MemberSamples } from './chunk-codec.ts';
import { proveSummaries } from './prove.ts';
import { type Samples, samplesIn } from './samples.ts';
import type { StoredBuckets } from './stored-buckets.ts';

/** Which columns a row has: while the samples are stored, counters' sums are left to them. */
export type RowContent = 'beside samples' | 'whole';

export type GroupDay = {
  /** Series ids by place. */
  readonly members: Float64Array;
  /** What is stored of the series that the row is to have; without samples where only summaries are. */
  readonly columns: readonly MemberSamples[];
  readonly dayMs: number;
  readonly resolutionMs: number;
};

/**
 * The body of a row of summaries. Buckets of which samples may be gone are taken from what is stored, except where that has none:
 * then all of the bucket's samples came later. Throws UnfaithfulBody. Stops between series.
 */
export function* summariseGroup(
  { members, columns, dayMs, resolutionMs }: GroupDay,
  content: RowContent,
  stored: StoredBuckets,
): Generator<void, Uint8Array> {
  const bounds = evenBounds(dayMs, resolutionMs, DAY_MS / resolutionMs);
  const encoder = new SummaryBlockEncoder(dayMs, { leaveOutCounterSums: content === 'beside samples' });
  const bucketsOf = ({ member, samples }: MemberSamples): SummaryColumns => {
    const made = summarise(samples, bounds);
    const before = stored.of(members[member]!);
    return before === undefined ? made : keeping(before, stored.count, made);
  };
  for (const one of columns) {
    encoder.add(one.member, bucketsOf(one));
    yield;
  }
  const body = encoder.finish();
  yield* proveSummaries(body, dayMs, columns, bucketsOf);
  return body;
}

/** `made` with those of the first stored buckets that are not empty. */
function keeping(stored: SummaryColumns, count: number, made: FullSummary): SummaryColumns {
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (stored.counts[i] !== 0 || stored.endsStale?.[i] === 1) kept.push(i);
  if (kept.length === 0) return made;
  const put = (into: Float64Array, from: Float64Array): Float64Array => {
    for (const i of kept) into[i] = from[i]!;
    return into;
  };
  const endsStale = made.endsStale ?? new Uint8Array(made.counts.length);
  for (const i of kept) endsStale[i] = stored.endsStale?.[i] ?? 0;
  return {
    counts: put(made.counts, stored.counts),
    firstTimes: put(made.firstTimes, stored.firstTimes),
    firstValues: put(made.firstValues, stored.firstValues),
    lastTimes: put(made.lastTimes, stored.lastTimes),
    lastValues: put(made.lastValues, stored.lastValues),
    // Left out where the disk was full as the samples went: nobody knows them any more.
    sums: stored.sums && put(made.sums, stored.sums),
    mins: put(made.mins, stored.mins),
    maxs: put(made.maxs, stored.maxs),
    corrections: put(made.corrections, stored.corrections),
    endsStale: endsStale.includes(1) ? endsStale : undefined,
  };
}

export type Deletion = {
  /** Places in the group of the series that lose samples. */
  readonly members: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  /** What is still stored of a series' day as samples; undefined when there is nothing. */
  readonly samplesOf: (member: number) => Samples | undefined;
};

/**
 * The body without what lies in (fromMs, toMs]: buckets that the range touches only in part are made of the samples that are left,
 * or go whole when there are none. 'same' when nothing was there; undefined when nothing is left. Throws LW_STORE_DAMAGED.
 */
export function withoutDeleted(
  body: Uint8Array,
  dayMs: number,
  resolutionMs: number,
  { members, fromMs, toMs, samplesOf }: Deletion,
): Uint8Array | 'same' | undefined {
  const block = openSummaryBlock(body, dayMs);
  const buckets = DAY_MS / resolutionMs;
  const first = Math.max(0, Math.floor((fromMs - dayMs) / resolutionMs));
  const last = Math.min(buckets - 1, Math.ceil((toMs - dayMs) / resolutionMs) - 1);
  if (!members.some((member) => block.has(member)) || first > last) return 'same';
  const bounds = evenBounds(dayMs + first * resolutionMs, resolutionMs, last - first + 1);
  const encoder = new SummaryBlockEncoder(dayMs);
  let anyLeft = false;
  for (const member of block.members()) {
    const stored = block.readAll(member);
    if (stored === undefined) continue;
    let columns = stored;
    if (members.includes(member)) {
      const samples = samplesOf(member);
      const left = samples === undefined ? undefined : samplesIn(samples, bounds[0]!, bounds.at(-1)!);
      const made = left === undefined ? emptySummary(last - first + 1) : summarise(left, bounds);
      columns = withBuckets(stored, first, made);
    }
    if (isEmpty(columns)) continue;
    anyLeft = true;
    encoder.add(member, columns);
  }
  return anyLeft ? encoder.finish() : undefined;
}

const isEmpty = ({ counts, endsStale }: SummaryColumns): boolean =>
  counts.every((count) => count === 0) && endsStale?.includes(1) !== true;

/** Other buckets in the place of some; the columns that come in stay as they are. */
function withBuckets(columns: SummaryColumns, at: number, made: FullSummary): SummaryColumns {
  const put = (into: Float64Array, from: Float64Array): Float64Array => {
    const copy = into.slice();
    copy.set(from, at);
    return copy;
  };
  const endsStale = columns.endsStale?.slice() ?? new Uint8Array(columns.counts.length);
  endsStale.fill(0, at, at + made.counts.length);
  if (made.endsStale !== undefined) endsStale.set(made.endsStale, at);
  return {
    counts: put(columns.counts, made.counts),
    firstTimes: put(columns.firstTimes, made.firstTimes),
    firstValues: put(columns.firstValues, made.firstValues),
    lastTimes: put(columns.lastTimes, made.lastTimes),
    lastValues: put(columns.lastValues, made.lastValues),
    // Left out before: so they stay.
    sums: columns.sums && put(columns.sums, made.sums),
    mins: put(columns.mins, made.mins),
    maxs: put(columns.maxs, made.maxs),
    corrections: put(columns.corrections, made.corrections),
    endsStale: endsStale.includes(1) ? endsStale : undefined,
  };
}
