// Cuts chunks of the first format at the midnights within them, and gives a Monday's first moment back to the week that it ends.
import type { WeekFiles } from '../seal/week-files.ts';
import type { LabelsOf, NewChunk } from '../seal/week-rows.ts';
import type { SmallChunk } from '../seal/week-file.ts';
import { DAY_MS, dayStartMs, weekStartMs } from '../week.ts';
import { encodeSmall } from './chunk-codec.ts';
import { ChunkReader } from './chunk-reader.ts';
import { type Samples, samplesIn } from './samples.ts';

/** Chunks of a week's file that reach over a midnight or out of the week. */
export const chunksToCut = (weeks: WeekFiles, mondayMs: number): SmallChunk[] =>
  weeks.look<SmallChunk[]>(mondayMs, [], (file) =>
    file
      .smallChunks(-Infinity, Infinity)
      .filter(({ startMs, endMs }) => dayStartMs(startMs) !== dayStartMs(endMs) || weekStartMs(startMs) !== mondayMs),
  );

/** Throws DamagedChunk or ChunkGone. */
export function* cutChunk(weeks: WeekFiles, labelsOf: LabelsOf, mondayMs: number, chunk: SmallChunk): Generator<void> {
  const reader = new ChunkReader(weeks, mondayMs);
  const found = weeks.look<{ members: Float64Array; walSeq: number } | undefined>(mondayMs, undefined, (file) => ({
    members: file.membership.membersOf(chunk.group),
    walSeq: Number(file.db.prepare('SELECT wal_seq FROM chunk WHERE id = ?').pluck().get(chunk.id) ?? 0),
  }));
  if (found === undefined) return;
  const columns: { member: number; samples: Samples }[] = [];
  for (const [member] of reader.counts(chunk.id)) {
    const samples = reader.read(chunk.id, member);
    if (samples !== undefined) columns.push({ member, samples });
  }
  yield;
  const ofWeek = new Map<number, NewChunk[]>();
  for (let day = dayStartMs(chunk.startMs); day < chunk.endMs; day += DAY_MS) {
    const own = columns
      .map(({ member, samples }) => ({ member, samples: samplesIn(samples, day, day + DAY_MS) }))
      .filter(({ samples }) => samples.timestamps.length > 0);
    if (own.length === 0) continue;
    const monday = weekStartMs(day + 1);
    // The promise speaks for the file that it is made in.
    const walSeq = monday === mondayMs ? found.walSeq : 0;
    const piece: NewChunk = { members: found.members, ...encodeSmall(own), walSeq, merged: false };
    ofWeek.set(monday, [...(ofWeek.get(monday) ?? []), piece]);
  }
  // Out of the file last: between the two commits the samples are read twice, and count once.
  for (const [monday, pieces] of ofWeek) if (monday !== mondayMs) weeks.insert(monday, pieces, labelsOf);
  weeks.amend(mondayMs, (rows) => {
    rows.insert(ofWeek.get(mondayMs) ?? [], labelsOf);
    rows.remove([chunk.id]);
  });
}
