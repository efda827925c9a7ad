// Summarises merged days again: for a resolution that is kept since lately, or whose file was set aside; and whole, before their
// samples go.
import type { WeekFiles } from '../seal/week-files.ts';
import { DAY_MS, WEEK_MS, weekStartMs } from '../week.ts';
import type { MemberSamples } from './chunk-codec.ts';
import { ChunkReader, DamagedChunk } from './chunk-reader.ts';
import type { MergeContext } from './merge-component.ts';
import { UnfaithfulBody } from './prove.ts';
import { joinSamples, type Samples } from './samples.ts';
import { StoredBuckets } from './stored-buckets.ts';
import { type RowContent, summariseGroup } from './summarise.ts';

/** Days with merged chunks that are not known to be summarised, by their midnights. */
export function daysLacking({ weeks, tiers }: MergeContext, resolutionMs: number): number[] {
  return weeks
    .weeks()
    .flatMap((monday) =>
      weeks
        .look<number[]>(monday, [], (file) => file.mergedDays(monday, monday + WEEK_MS))
        .filter((day) => !tiers.isComplete(resolutionMs, day)),
    );
}

/** Throws what SQLite throws when the disk refuses; done over again it gives the same. */
export function* summariseDay(
  context: MergeContext,
  dayMs: number,
  resolutionMs: number,
  content: RowContent = 'beside samples',
): Generator<void> {
  const { weeks, tiers, labelsOf } = context;
  const stored = new StoredBuckets(tiers, resolutionMs, dayMs, context.samplesFromMs());
  const monday = weekStartMs(dayMs + 1);
  const upToRow = tiers.newestRow(resolutionMs, dayMs);
  for (const { members, chunks } of mergedGroups(weeks, monday, dayMs)) {
    const columns = yield* readGroup(new ChunkReader(weeks, monday), chunks);
    // Of some series the samples are gone, and the row that has them goes.
    const known = new Set(columns.map(({ member }) => member));
    for (const [member, id] of members.entries()) {
      if (!known.has(member) && stored.of(id) !== undefined) columns.push({ member, samples: joinSamples([]) });
    }
    if (columns.length === 0) continue;
    columns.sort((a, b) => a.member - b.member);
    const day = { members, columns, dayMs, resolutionMs };
    const body = yield* summariseGroup(day, stored.count > 0 ? 'whole' : content, stored);
    tiers.put(resolutionMs, dayMs, [{ members, body }], { groups: [members], upToRow }, labelsOf);
    yield;
  }
  tiers.markComplete(resolutionMs, dayMs, content === 'whole');
}

/**
 * What summaries of the merged days that begin in [fromMs, toMs), all of one week, leave to the samples goes into them. Throws
 * UnfaithfulBody when all are done but those that stay as they were.
 */
export function* makeWhole(context: MergeContext, fromMs: number, toMs: number): Generator<void> {
  const { weeks, tiers, resolutionsMs } = context;
  const days = weeks.look<number[]>(weekStartMs(fromMs + 1), [], (file) => file.mergedDays(fromMs, toMs));
  let unfaithful: UnfaithfulBody | undefined;
  for (const day of days) {
    for (const resolutionMs of resolutionsMs) {
      try {
        if (!tiers.isWhole(resolutionMs, day)) yield* summariseDay(context, day, resolutionMs, 'whole');
      } catch (error) {
        if (!(error instanceof UnfaithfulBody)) throw error;
        unfaithful = error;
        // Nothing more is to be had: it is not tried again.
        tiers.markComplete(resolutionMs, day, true);
      }
      yield;
    }
  }
  if (unfaithful !== undefined) throw unfaithful;
}

type MergedGroup = { readonly members: Float64Array; readonly chunks: readonly number[] };

const mergedGroups = (weeks: WeekFiles, mondayMs: number, dayMs: number): MergedGroup[] =>
  weeks.look<MergedGroup[]>(mondayMs, [], (file) =>
    file.groupsIn(dayMs, dayMs + DAY_MS).flatMap((group) => {
      const chunks = file.chunksIn(group, dayMs, dayMs + DAY_MS).filter(({ merged }) => merged);
      const ids = chunks.map(({ id }) => id);
      return ids.length === 0 ? [] : [{ members: file.membership.membersOf(group), chunks: ids }];
    }),
  );

function* readGroup(reader: ChunkReader, chunks: readonly number[]): Generator<void, MemberSamples[]> {
  const parts = new Map<number, Samples[]>();
  for (const chunk of chunks) {
    try {
      for (const [member] of reader.counts(chunk)) {
        const samples = reader.read(chunk, member);
        if (samples !== undefined) parts.set(member, [...(parts.get(member) ?? []), samples]);
        yield;
      }
    } catch (error) {
      // Readers tell of it when somebody asks for it.
      if (!(error instanceof DamagedChunk)) throw error;
    }
  }
  return [...parts].toSorted((a, b) => a[0] - b[0]).map(([member, own]) => ({ member, samples: joinSamples(own) }));
}
