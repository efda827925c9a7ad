// What each metric, and each of some parts of the series, takes in the files: sizes of groups shared out among their members.
import type { IdPart, IdReport } from '../protocol.ts';
import { metricNameOf } from './metric-name.ts';
import type { WeekFiles } from '../seal/week-files.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import type { ReportEntry } from '../types.ts';
import { ChunkGone, ChunkReader, DamagedChunk } from './chunk-reader.ts';

/** What SQLite spends on a row and its place in the indexes, about. */
const ROW_BYTES = 60;

type Share = { samples: number; bytes: number };

export type ReportContext = {
  readonly weeks: WeekFiles;
  readonly tiers: TierFiles;
  readonly labelsOf: (id: number) => string | undefined;
};

/** Stops between groups. */
export function* reportOn(
  { weeks, tiers, labelsOf }: ReportContext,
  parts: readonly IdPart[],
): Generator<void, IdReport> {
  const shares = new Map<number, Share>();
  for (const monday of weeks.weeks()) yield* addWeek(weeks, monday, shares);
  for (const { name } of tiers.stored()) yield* addTier(tiers, name, shares);
  const metrics = new Map<string, { series: number } & Share>();
  const total = { series: 0, samples: 0, bytes: 0 };
  for (const [id, share] of shares) {
    addTo(total, share);
    const name = metricNameOf(labelsOf(id));
    let metric = metrics.get(name);
    if (metric === undefined) metrics.set(name, (metric = { series: 0, samples: 0, bytes: 0 }));
    addTo(metric, share);
    if (total.series % 1_000 === 0) yield;
  }
  return {
    total: rounded(total),
    metrics: [...metrics]
      .map(([name, sum]): ReportEntry => ({ name, ...rounded(sum) }))
      .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
    parts: parts.map(({ name, ids }): ReportEntry => {
      const sum = { series: 0, samples: 0, bytes: 0 };
      for (const id of ids) {
        const share = shares.get(id);
        if (share !== undefined) addTo(sum, share);
      }
      return { name, ...rounded(sum) };
    }),
  };
}

type Sizes = { grp: number; bytes: number; samples: number; first: number; last: number };

function* addWeek(weeks: WeekFiles, mondayMs: number, shares: Map<number, Share>): Generator<void> {
  const groups = weeks.look<Sizes[]>(mondayMs, [], ({ db }) =>
    db
      .prepare<[], Sizes>(
        `SELECT grp, sum(length(body) + ${ROW_BYTES}) AS bytes, sum(samples) AS samples, min(id) AS first, max(id) AS last
         FROM chunk WHERE tier = 0 GROUP BY grp`,
      )
      .all(),
  );
  yield;
  const reader = new ChunkReader(weeks, mondayMs);
  for (const { grp, bytes, samples, first, last } of groups) {
    const members = weeks.look(mondayMs, new Float64Array(), (file) => file.membership.membersOf(grp));
    // Members of a group have about as many samples each: its oldest and newest chunk tell for all.
    const counts = new Map<number, number>();
    for (const chunk of new Set([first, last])) {
      for (const [member, count] of countsIn(reader, chunk)) counts.set(member, (counts.get(member) ?? 0) + count);
    }
    shareOut(shares, members, counts, { bytes, samples });
    yield;
  }
}

function countsIn(reader: ChunkReader, chunk: number): ReadonlyMap<number, number> {
  try {
    return reader.counts(chunk);
  } catch (error) {
    if (error instanceof DamagedChunk || error instanceof ChunkGone) return new Map();
    throw error;
  }
}

/** Summaries of a group's members are of about one size. */
function* addTier(tiers: TierFiles, name: string, shares: Map<number, Share>): Generator<void> {
  const groups = tiers.look<{ members: Float64Array; bytes: number }[]>(name, [], ({ db, membership }) =>
    db
      .prepare<[], { grp: number; bytes: number }>(
        `SELECT grp, sum(length(body) + ${ROW_BYTES}) AS bytes FROM summary GROUP BY grp`,
      )
      .all()
      .map(({ grp, bytes }) => ({ members: membership.membersOf(grp), bytes })),
  );
  for (const { members, bytes } of groups) {
    shareOut(shares, members, new Map([...members.keys()].map((place) => [place, 1])), { bytes, samples: 0 });
    yield;
  }
}

function shareOut(
  shares: Map<number, Share>,
  members: Float64Array,
  counts: ReadonlyMap<number, number>,
  sizes: { readonly bytes: number; readonly samples: number },
): void {
  let all = 0;
  for (const count of counts.values()) all += count;
  for (const [place, count] of counts) {
    const id = members[place];
    if (id === undefined) continue;
    let own = shares.get(id);
    if (own === undefined) shares.set(id, (own = { samples: 0, bytes: 0 }));
    own.bytes += (sizes.bytes * count) / all;
    own.samples += (sizes.samples * count) / all;
  }
}

function addTo(sum: { series: number } & Share, { samples, bytes }: Share): void {
  sum.series++;
  sum.samples += samples;
  sum.bytes += bytes;
}

const rounded = ({ series, samples, bytes }: { series: number } & Share): { series: number } & Share => ({
  series,
  samples: Math.round(samples),
  bytes: Math.round(bytes),
});
