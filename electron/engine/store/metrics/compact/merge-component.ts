// Merges one component of a day: each series once, in the group that it was in last; summaries first, then the chunks change
// places. A generator that stops between series, so that appends go on.
import type { WeekFiles } from '../seal/week-files.ts';
import type { LabelsOf, NewChunk } from '../seal/week-rows.ts';
import type { NewSummary, TierFiles } from '../tiers/tier-files.ts';
import { ChunkGone, ChunkReader } from './chunk-reader.ts';
import { encodeDay } from './day-chunks.ts';
import type { Component, Source } from './components.ts';
import { joinSamples, type Samples } from './samples.ts';
import { StoredBuckets } from './stored-buckets.ts';
import { summariseGroup } from './summarise.ts';

/** Encoded bytes that wait for the commit; a component beyond is stored in parts, and read twice meanwhile. */
const MAX_PENDING_BYTES = 4 * 1024 ** 2;
/** Rows that one transaction takes out. */
const REMOVED_AT_ONCE = 400;

export type MergeContext = {
  readonly weeks: WeekFiles;
  readonly tiers: TierFiles;
  readonly labelsOf: LabelsOf;
  /** Of the summaries that are kept. */
  readonly resolutionsMs: readonly number[];
  /** Samples up to here may be gone; -Infinity when none are. */
  readonly samplesFromMs: () => number;
};

/** Where each series of an output group is found: chunks and its place in them. */
type Part = { readonly chunk: number; readonly member: number };

type Pending = { readonly chunks: NewChunk[]; readonly summaries: Map<number, NewSummary[]>; bytes: number };

const nothingPending = (): Pending => ({ chunks: [], summaries: new Map(), bytes: 0 });

/** Throws DamagedChunk, ChunkGone or UnfaithfulBody, and what SQLite throws when the disk refuses; all before anything was taken out. */
export function* mergeComponent(
  context: MergeContext,
  mondayMs: number,
  dayMs: number,
  { sources }: Component,
): Generator<void> {
  const { weeks, tiers, labelsOf, resolutionsMs } = context;
  const reader = new ChunkReader(weeks, mondayMs);
  const members = weeks.look<Map<number, Float64Array>>(
    mondayMs,
    new Map(),
    ({ membership }) => new Map(sources.map(({ group }) => [group, membership.membersOf(group)])),
  );
  const parts = new Map<number, Part[]>();
  const homes = new Map<number, number>();
  for (const source of sources) {
    for (const [member] of reader.counts(source.id)) {
      const id = members.get(source.group)?.[member];
      if (id === undefined) continue;
      const own = parts.get(id);
      if (own === undefined) parts.set(id, [{ chunk: source.id, member }]);
      else own.push({ chunk: source.id, member });
      homes.set(id, source.group);
    }
    yield;
  }

  const samplesFromMs = context.samplesFromMs();
  const stored = resolutionsMs.map((one) => new StoredBuckets(tiers, one, dayMs, samplesFromMs));
  // Of some series the samples are gone, and the rows that have them go.
  for (const { merged, group } of dayMs < samplesFromMs ? sources : []) {
    for (const id of merged ? (members.get(group) ?? []) : []) {
      if (!homes.has(id) && stored.some((one) => one.of(id) !== undefined)) homes.set(id, group);
    }
    yield;
  }

  let pending = nothingPending();
  /** Rows of summaries that merged chunks stood behind: all their series are in this component. */
  const replaced = [...new Set(sources.filter(({ merged }) => merged).map(({ group }) => group))].map(
    (group) => members.get(group) ?? new Float64Array(),
  );
  const isMarked = resolutionsMs.some((one) => tiers.isComplete(one, dayMs));
  const newestRows = new Map(resolutionsMs.map((one) => [one, tiers.newestRow(one, dayMs)]));
  const flush = function* flush(isLast: boolean): Generator<void> {
    for (const resolutionMs of resolutionsMs) {
      const rows = pending.summaries.get(resolutionMs) ?? [];
      const old = { groups: isLast ? replaced : [], upToRow: newestRows.get(resolutionMs) ?? 0 };
      tiers.put(resolutionMs, dayMs, rows, old, labelsOf);
      yield;
    }
    // Newer summaries must be on the disk before the chunks whose samples they count are no longer looked at, and those of a day
    // that is said to be summarised: nobody would miss them.
    if (replaced.length > 0 || isMarked) tiers.sync();
    const { chunks } = pending;
    const ids = sources.map(({ id }) => id);
    const done = weeks.amend(mondayMs, (rows) => {
      if (!rows.has(ids)) throw new ChunkGone();
      rows.insert(chunks, labelsOf);
      if (isLast && ids.length <= REMOVED_AT_ONCE) rows.remove(ids);
    });
    if (!done) throw new ChunkGone();
    pending = nothingPending();
  };

  for (const [group, ids] of byHome(homes, members)) {
    const columns: { member: number; samples: Samples }[] = [];
    for (const [member, id] of ids) {
      const read = (parts.get(id) ?? []).map((part) => reader.read(part.chunk, part.member));
      columns.push({ member, samples: joinSamples(read.filter((one) => one !== undefined)) });
      yield;
    }
    const own = members.get(group) ?? new Float64Array();
    for (const [i, resolutionMs] of resolutionsMs.entries()) {
      // What left its sums to samples that are gone would never have them again.
      const content = stored[i]!.count > 0 ? 'whole' : 'beside samples';
      const body = yield* summariseGroup({ members: own, columns, dayMs, resolutionMs }, content, stored[i]!);
      pending.summaries.set(resolutionMs, [...(pending.summaries.get(resolutionMs) ?? []), { members: own, body }]);
      pending.bytes += body.length;
    }
    for (const { startMs, endMs, samples, body } of yield* encodeDay(columns)) {
      pending.chunks.push({ members: own, startMs, endMs, samples, body, walSeq: 0, merged: true });
      pending.bytes += body.length;
    }
    if (pending.bytes > MAX_PENDING_BYTES) yield* flush(false);
    yield;
  }
  yield* flush(true);
  if (sources.length > REMOVED_AT_ONCE) yield* removeSlowly(weeks, mondayMs, sources);
}

/** Also a merged source goes last: samples are then read twice for a moment, never missed. */
function* removeSlowly(weeks: WeekFiles, mondayMs: number, sources: readonly Source[]): Generator<void> {
  for (let at = 0; at < sources.length; at += REMOVED_AT_ONCE) {
    const ids = sources.slice(at, at + REMOVED_AT_ONCE).map(({ id }) => id);
    weeks.amend(mondayMs, (rows) => rows.remove(ids));
    yield;
  }
}

/** Series by the group that they are in last, as [place, id], by place. */
function byHome(
  homes: ReadonlyMap<number, number>,
  members: ReadonlyMap<number, Float64Array>,
): Map<number, [member: number, id: number][]> {
  const groups = new Map<number, [number, number][]>();
  for (const [id, group] of homes) {
    const place = members.get(group)?.indexOf(id) ?? -1;
    const own = groups.get(group);
    if (own === undefined) groups.set(group, [[place, id]]);
    else own.push([place, id]);
  }
  for (const own of groups.values()) own.sort((a, b) => a[0] - b[0]);
  return groups;
}
