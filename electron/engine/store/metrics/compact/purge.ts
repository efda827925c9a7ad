// Takes deleted samples out of the files: chunks and summaries rewritten without them, series without any sample forgotten.
// What is done is done over again after a crash, with the same result.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { openSummaryBlock } from '../codec/summary-block.ts';
import type { Tombstone } from '../protocol.ts';
import type { WeekFiles } from '../seal/week-files.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import { type TierPeriod, tierPeriodOfName } from '../tiers/tier-name.ts';
import { DAY_MS, dayStartMs, WEEK_MS, weekStartMs } from '../week.ts';
import { type MemberSamples, encodeSmall } from './chunk-codec.ts';
import { ChunkGone, ChunkReader, DamagedChunk } from './chunk-reader.ts';
import { encodeDay } from './day-chunks.ts';
import type { MergeContext } from './merge-component.ts';
import { joinSamples, type Samples, samplesIn, samplesOutside } from './samples.ts';
import { withoutDeleted } from './summarise.ts';

type Found = { readonly id: number; readonly group: number; readonly merged: boolean };

/** All unsealed samples that the tombstone hides must have been sealed before. */
export function* purge(context: MergeContext, tombstone: Tombstone): Generator<void> {
  const deleted = new Set(tombstone.seriesIds);
  for (const monday of context.weeks.weeks()) {
    // A week of the first format may have the moment before its own.
    if (monday > tombstone.toMs || monday + WEEK_MS <= tombstone.fromMs) continue;
    yield* purgeWeek(context, monday, tombstone, deleted);
  }
  for (const period of context.tiers.stored()) {
    if (period.startMs >= tombstone.toMs || period.endMs <= tombstone.fromMs) continue;
    yield* purgeTier(context, period, tombstone, deleted);
  }
}

const groupsWith = (
  file: { readonly membership: { groupsOf(id: number): readonly number[] } },
  deleted: ReadonlySet<number>,
): number[] => {
  const groups = new Set<number>();
  for (const id of deleted) for (const group of file.membership.groupsOf(id)) groups.add(group);
  return [...groups];
};

function* purgeWeek(
  context: MergeContext,
  mondayMs: number,
  { fromMs, toMs }: Tombstone,
  deleted: ReadonlySet<number>,
): Generator<void> {
  const { weeks } = context;
  const found = weeks.look<Found[]>(mondayMs, [], (file) =>
    groupsWith(file, deleted).flatMap((group) =>
      file.chunksIn(group, fromMs, toMs).map(({ id, merged }) => ({ id, group, merged })),
    ),
  );
  yield;
  for (const chunk of found) {
    try {
      yield* purgeChunk(context, mondayMs, chunk, (id, samples) =>
        deleted.has(id) ? samplesOutside(samples, fromMs, toMs) : samples,
      );
    } catch (error) {
      // Nothing can be read of it, so nothing of it is shown.
      if (error instanceof DamagedChunk) weeks.amend(mondayMs, (rows) => rows.putAside(error.chunk));
      else if (!(error instanceof ChunkGone)) throw error;
    }
    yield;
  }
  yield* forgetAbsent(weeks, mondayMs, deleted);
}

function* purgeChunk(
  { weeks, labelsOf }: MergeContext,
  mondayMs: number,
  chunk: Found,
  keep: (id: number, samples: Samples) => Samples,
): Generator<void> {
  const reader = new ChunkReader(weeks, mondayMs);
  const members = weeks.look(mondayMs, new Float64Array(), (file) => file.membership.membersOf(chunk.group));
  const columns: MemberSamples[] = [];
  let removed = 0;
  for (const [member] of reader.counts(chunk.id)) {
    const samples = reader.read(chunk.id, member);
    if (samples === undefined) continue;
    const kept = keep(members[member] ?? -1, samples);
    removed += samples.timestamps.length - kept.timestamps.length;
    if (kept.timestamps.length > 0) columns.push({ member, samples: kept });
    if (chunk.merged) yield;
  }
  if (removed === 0) return;
  const encoded = columns.length === 0 ? [] : chunk.merged ? yield* encodeDay(columns) : [encodeSmall(columns)];
  weeks.amend(mondayMs, (rows) => {
    if (!rows.has([chunk.id])) throw new ChunkGone();
    rows.insert(
      encoded.map((one) => ({ members, ...one, walSeq: 0, merged: chunk.merged })),
      labelsOf,
    );
    // The promise of the chunk that goes stays with its group.
    rows.remove([chunk.id]);
  });
}

/** Takes the series out of the file's list that no chunk of it has any more. */
function* forgetAbsent(weeks: WeekFiles, mondayMs: number, deleted: ReadonlySet<number>): Generator<void> {
  const reader = new ChunkReader(weeks, mondayMs);
  const absent: number[] = [];
  for (const id of deleted) {
    const chunks = weeks.look<[chunk: number, member: number][]>(mondayMs, [], (file) =>
      file.membership
        .groupsOf(id)
        .flatMap((group) =>
          file
            .chunksIn(group, -Infinity, Infinity)
            .map((place): [number, number] => [place.id, file.membership.membersOf(group).indexOf(id)]),
        ),
    );
    let isThere = false;
    for (const [chunk, member] of chunks) {
      try {
        isThere = reader.counts(chunk).has(member);
      } catch (error) {
        if (!(error instanceof DamagedChunk || error instanceof ChunkGone)) throw error;
      }
      if (isThere) break;
      yield;
    }
    if (!isThere) absent.push(id);
  }
  if (absent.length > 0) weeks.amend(mondayMs, (rows) => rows.forget(absent));
}

type SummaryPlace = { readonly id: number; readonly day: number; readonly members: Float64Array };

/** Summaries of touched days without what is deleted, in their old places: the newest of a day's rows stays the newest. */
function* purgeTier(
  context: MergeContext,
  { name, resolutionMs, startMs, endMs }: TierPeriod,
  { fromMs, toMs }: Tombstone,
  deleted: ReadonlySet<number>,
): Generator<void> {
  const { tiers } = context;
  const rows = summaryRows(tiers, name, deleted, Math.max(fromMs, startMs), Math.min(toMs, endMs));
  yield;
  for (const { id, day, members } of rows) {
    const dayMs = day * DAY_MS;
    const body = tiers.look<Buffer | undefined>(name, undefined, (file) => file.body(id));
    if (body === undefined) continue;
    const rest = orNothing(() =>
      withoutDeleted(body, dayMs, resolutionMs, {
        members: [...members.keys()].filter((place) => deleted.has(members[place]!)),
        fromMs,
        toMs,
        samplesOf: (member) => remaining(context, dayMs, members[member]!),
      }),
    );
    yield;
    if (rest !== 'same') tiers.change(name, (file) => file.replace(id, rest));
  }
  yield* forgetAbsentFrom(tiers, name, deleted);
  tiers.letReadersReopen(name);
}

/** The rows of the series' groups for the days that (fromMs, toMs] touches. */
const summaryRows = (
  tiers: TierFiles,
  name: string,
  ids: ReadonlySet<number>,
  fromMs: number,
  toMs: number,
): SummaryPlace[] =>
  tiers.look<SummaryPlace[]>(name, [], (file) =>
    groupsWith(file, ids).flatMap((group) =>
      file
        .rowsOf(group, dayStartMs(fromMs + 1), dayStartMs(toMs))
        .map(({ id, day }) => ({ id, day, members: file.membership.membersOf(group) })),
    ),
  );

/** A row that cannot be read is shown to nobody: it goes. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') return undefined;
    throw error;
  }
}

/** Takes the series out of the file's list that no row of it has any more. */
function* forgetAbsentFrom(tiers: TierFiles, name: string, deleted: ReadonlySet<number>): Generator<void> {
  const absent = new Set(deleted);
  const period = tierPeriodOfName(name);
  if (period === undefined) return;
  for (const { id, day, members } of summaryRows(tiers, name, deleted, period.startMs, period.endMs)) {
    const body = tiers.look<Buffer | undefined>(name, undefined, (file) => file.body(id));
    const block = body && orNothing(() => openSummaryBlock(body, day * DAY_MS));
    for (const member of block?.members() ?? []) absent.delete(members[member]!);
    if (absent.size === 0) return;
    yield;
  }
  tiers.forget(name, absent);
}

/** What is stored of a series' day as samples; undefined when the day's samples are gone with the retention. */
function remaining({ weeks }: MergeContext, dayMs: number, id: number): Samples | undefined {
  const monday = weekStartMs(dayMs + 1);
  const chunks = weeks.look<[chunk: number, member: number][]>(monday, [], (file) =>
    file.membership
      .groupsOf(id)
      .flatMap((group) =>
        file
          .chunksIn(group, dayMs, dayMs + DAY_MS)
          .map((place): [number, number] => [place.id, file.membership.membersOf(group).indexOf(id)]),
      ),
  );
  const reader = new ChunkReader(weeks, monday);
  const parts: Samples[] = [];
  for (const [chunk, member] of chunks) {
    try {
      const part = reader.read(chunk, member);
      if (part !== undefined) parts.push(part);
    } catch (error) {
      if (!(error instanceof DamagedChunk || error instanceof ChunkGone)) throw error;
    }
  }
  return parts.length === 0 ? undefined : samplesIn(joinSamples(parts), dayMs, dayMs + DAY_MS);
}
