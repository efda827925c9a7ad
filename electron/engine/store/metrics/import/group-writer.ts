// Writes groups of imported series as merged day chunks and their summaries, many to a transaction.
import { SummaryBlockEncoder } from '../codec/summary-block.ts';
import type { MemberSamples } from '../compact/chunk-codec.ts';
import { encodeDay } from '../compact/day-chunks.ts';
import { proveSummaries } from '../compact/prove.ts';
import { type Samples, samplesIn } from '../compact/samples.ts';
import { StoredBuckets } from '../compact/stored-buckets.ts';
import type { WeekFiles } from '../seal/week-files.ts';
import type { LabelsOf, NewChunk } from '../seal/week-rows.ts';
import { combineEvenly, evenBounds, type FullSummary, summarise } from '../summary/index.ts';
import type { NewSummary, TierFiles } from '../tiers/tier-files.ts';
import { DAY_MS, dayStartMs, weekStartMs } from '../week.ts';

/** Encoded bytes that wait for their transactions. */
const MAX_PENDING_BYTES = 8 * 1024 ** 2;

/** One series of a group. */
export type GroupMember = { readonly id: number; readonly samples: Samples };

export type GroupWriterOptions = {
  readonly weeks: WeekFiles;
  readonly tiers: TierFiles;
  readonly labelsOf: LabelsOf;
  /** Of the summaries that are kept, ascending. */
  readonly resolutionsMs: readonly number[];
  /** Samples up to here may be gone. */
  readonly samplesFromMs: number;
  /** Ids above were given out by this import: the files have nothing of them. */
  readonly lastOldId: number;
  /** Makes the labels of all series durable; called before samples of theirs are. */
  readonly commitSeries: () => void;
};

type PendingDay = { readonly chunks: NewChunk[]; readonly summaries: Map<number, NewSummary[]> };

export class GroupWriter {
  readonly #options: GroupWriterOptions;
  readonly #pending = new Map<number, PendingDay>();
  #pendingBytes = 0;
  /** Days, by midnight, whose summaries were all there before the import, or that had nothing merged; and the series written. */
  readonly #days = new Map<number, { readonly complete: readonly number[]; readonly written: Set<number> }>();
  /** Days with chunks that are to be merged with others. */
  readonly unmerged = new Set<number>();

  constructor(options: GroupWriterOptions) {
    this.#options = options;
  }

  /** Ascending samples, each time once; members come in any order. */
  write(group: readonly GroupMember[]): void {
    const members = group.filter(({ samples }) => samples.timestamps.length > 0);
    for (const dayMs of daysOf(members)) {
      const fresh: MemberSamples[] = [];
      const joining: MemberSamples[] = [];
      const ids = Float64Array.from(members, ({ id }) => id);
      members.forEach(({ id, samples }, member) => {
        const own = samplesIn(samples, dayMs, dayMs + DAY_MS);
        if (own.timestamps.length === 0) return;
        (this.#isStored(id, dayMs) ? joining : fresh).push({ member, samples: own });
      });
      if (fresh.length > 0) this.#writeDay(dayMs, ids, fresh, true);
      if (joining.length > 0) {
        this.#writeDay(dayMs, ids, joining, false);
        this.unmerged.add(dayMs);
      }
    }
    if (this.#pendingBytes > MAX_PENDING_BYTES) this.commit();
  }

  commit(): void {
    const { weeks, tiers, labelsOf, commitSeries } = this.#options;
    if (this.#pending.size === 0) return;
    commitSeries();
    const ofWeek = new Map<number, NewChunk[]>();
    for (const [dayMs, { chunks, summaries }] of this.#pending) {
      // Summaries first, as in a merge: a chunk that is merged has them.
      for (const [resolutionMs, rows] of summaries) {
        tiers.put(resolutionMs, dayMs, rows, { groups: [], upToRow: 0 }, labelsOf);
      }
      const monday = weekStartMs(dayMs + 1);
      const own = ofWeek.get(monday);
      if (own === undefined) ofWeek.set(monday, [...chunks]);
      else own.push(...chunks);
    }
    for (const [monday, chunks] of ofWeek) weeks.insert(monday, chunks, labelsOf);
    this.#pending.clear();
    this.#pendingBytes = 0;
  }

  /** Commits what waits and says of the days that are summarised whole that they are. */
  finish(): void {
    this.commit();
    for (const [dayMs, { complete }] of this.#days) {
      for (const resolutionMs of complete) this.#options.tiers.markComplete(resolutionMs, dayMs);
    }
  }

  #writeDay(dayMs: number, ids: Float64Array, columns: readonly MemberSamples[], merged: boolean): void {
    let day = this.#pending.get(dayMs);
    if (day === undefined) this.#pending.set(dayMs, (day = { chunks: [], summaries: new Map() }));
    for (const { startMs, endMs, samples, body } of finished(encodeDay(columns))) {
      day.chunks.push({ members: ids, startMs, endMs, samples, body, walSeq: 0, merged });
      this.#pendingBytes += body.length;
    }
    if (!merged) return;
    for (const [resolutionMs, body] of this.#summaries(dayMs, columns)) {
      const rows = day.summaries.get(resolutionMs);
      if (rows === undefined) day.summaries.set(resolutionMs, [{ members: ids, body }]);
      else rows.push({ members: ids, body });
      this.#pendingBytes += body.length;
    }
  }

  /** Of each resolution a row; coarse buckets out of finer ones where these divide them. */
  #summaries(dayMs: number, columns: readonly MemberSamples[]): [resolutionMs: number, body: Uint8Array][] {
    const encoders = this.#options.resolutionsMs.map((resolutionMs) => ({
      resolutionMs,
      encoder: new SummaryBlockEncoder(dayMs, { leaveOutCounterSums: true }),
      all: new Map<number, FullSummary>(),
    }));
    for (const { member, samples } of columns) {
      const made: { resolutionMs: number; summary: FullSummary }[] = [];
      for (const { resolutionMs, encoder, all } of encoders) {
        const finer = made.findLast((one) => resolutionMs % one.resolutionMs === 0);
        const summary =
          finer === undefined
            ? summarise(samples, evenBounds(dayMs, resolutionMs, DAY_MS / resolutionMs))
            : combineEvenly(finer.summary, resolutionMs / finer.resolutionMs);
        made.push({ resolutionMs, summary });
        encoder.add(member, summary);
        all.set(member, summary);
      }
    }
    return encoders.map(({ resolutionMs, encoder, all }) => {
      const body = encoder.finish();
      finished(proveSummaries(body, dayMs, columns, ({ member }) => all.get(member)!));
      return [resolutionMs, body];
    });
  }

  /** Whether the files have a series' day, of before or of this import; from now on they do. */
  #isStored(id: number, dayMs: number): boolean {
    const day = this.#day(dayMs);
    if (day.written.has(id)) return true;
    day.written.add(id);
    const { tiers, resolutionsMs, samplesFromMs, lastOldId } = this.#options;
    if (id > lastOldId) return false;
    // Summaries that outlived their samples: merging heeds them.
    const isSummarised = (one: number): boolean =>
      new StoredBuckets(tiers, one, dayMs, samplesFromMs).of(id) !== undefined;
    if (resolutionsMs.some(isSummarised)) return true;
    return this.#options.weeks.look(weekStartMs(dayMs + 1), false, (file) =>
      file.membership.groupsOf(id).some((group) => file.chunksIn(group, dayMs, dayMs + DAY_MS).length > 0),
    );
  }

  #day(dayMs: number): { readonly complete: readonly number[]; readonly written: Set<number> } {
    let day = this.#days.get(dayMs);
    if (day === undefined) {
      const { tiers, weeks, resolutionsMs } = this.#options;
      const hasMerged = weeks.look(
        weekStartMs(dayMs + 1),
        false,
        (file) => file.mergedDays(dayMs, dayMs + DAY_MS).length > 0,
      );
      const complete = resolutionsMs.filter((resolutionMs) => !hasMerged || tiers.isComplete(resolutionMs, dayMs));
      // From here on rows come that leave sums to the samples.
      for (const resolutionMs of complete) {
        if (tiers.isWhole(resolutionMs, dayMs)) tiers.markComplete(resolutionMs, dayMs);
      }
      day = { complete, written: new Set() };
      this.#days.set(dayMs, day);
    }
    return day;
  }
}

/** Midnights before the samples of some series, ascending. */
function daysOf(members: readonly GroupMember[]): number[] {
  const days = new Set<number>();
  for (const { samples } of members) {
    const { timestamps } = samples;
    for (let at = 0; at < timestamps.length;) {
      const dayMs = dayStartMs(timestamps[at]!);
      days.add(dayMs);
      let low = at;
      let high = timestamps.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (timestamps[middle]! > dayMs + DAY_MS) high = middle;
        else low = middle + 1;
      }
      at = low;
    }
  }
  return [...days].toSorted((a, b) => a - b);
}

/** What a generator answers, without its stops. */
function finished<T>(work: Generator<void, T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}
