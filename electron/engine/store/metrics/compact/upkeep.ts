// The writer's background work: days merged and summarised, deletions applied, free pages given back; one thing at a time.
import Database from 'better-sqlite3';
import type { WeekFiles } from '../seal/week-files.ts';
import type { LabelsOf } from '../seal/week-rows.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import type { UpkeepStatus } from '../types.ts';
import { DAY_MS, WEEK_MS, weekName, weekStartMs } from '../week.ts';
import { ChunkGone, DamagedChunk } from './chunk-reader.ts';
import { type Component, componentsOf } from './components.ts';
import { chunksToCut, cutChunk } from './cut-chunks.ts';
import { DueDays } from './due-days.ts';
import { type MergeContext, mergeComponent } from './merge-component.ts';
import { UnfaithfulBody } from './prove.ts';
import { purge } from './purge.ts';
import { finishInSlices, type Pace } from './slices.ts';
import { daysLacking, summariseDay } from './summarise-day.ts';
import type { Tombstones } from './tombstones.ts';

/** The start has enough to do. */
const CALM_START_MS = 60_000;
/** Pages that one slice of giving back moves. */
const VACUUM_PAGES = 100;
/** Each damaged chunk of a day costs one. */
const MAX_ATTEMPTS = 20;

export type UpkeepOptions = {
  readonly weeks: WeekFiles;
  readonly tiers: TierFiles;
  readonly tombstones: Tombstones;
  readonly labelsOf: LabelsOf;
  readonly now: () => number;
  /** Of the summaries that are kept, now. */
  readonly resolutionsMs: () => readonly number[];
  /** Samples up to here may be gone; absent: none are. */
  readonly samplesFromMs?: () => number;
  /** Whether samples of a day are still unsealed. */
  readonly hasUnsealed: (dayMs: number) => boolean;
  /** Whether no sample of these series in (fromMs, toMs] is unsealed; otherwise it is sealed soon. */
  readonly sealUpTo: (ids: Float64Array, fromMs: number, toMs: number) => boolean;
  /** A deletion is applied: tell the readers, and forget the series that have nothing left. */
  readonly onPurged: () => void;
  readonly mayWrite: () => boolean;
  /** The disk refuses. */
  readonly onRefused: (error: unknown) => void;
  readonly onNote: (sentence: string) => void;
};

type Job = { readonly name: string; readonly run: () => Generator<void>; readonly finish: () => void };

export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #days = new DueDays();
  readonly #startedMs = performance.now();
  /** Merged days that lack summaries, by resolution. */
  #lacking = new Map<number, Set<number>>();
  /** Weeks whose free pages may go back. */
  readonly #loose = new Set<number>();
  /** What a fault of the program's ended; it is not begun again before the next start. */
  readonly #failed = new Set<string>();
  /** Groups, by day, that stay as they are until the next start: what they would be merged into reads otherwise. */
  readonly #unmerged = new Map<number, Set<number>>();
  /** Days that were to be merged before their samples go, and are not. */
  readonly #triedInVain = new Set<number>();
  #isSurveyed = false;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  get status(): UpkeepStatus {
    const lacking = new Set([...this.#lacking.values()].flatMap((days) => [...days]));
    return {
      daysToMerge: this.#days.due(this.#options.now()).length,
      daysToSummarise: lacking.size,
      deletions: this.#options.tombstones.all.length,
    };
  }

  /** Whether no day that begins in [fromMs, toMs) waits to be merged; false until all files were looked at. */
  isMerged(fromMs: number, toMs: number): boolean {
    if (!this.#isSurveyed || this.#days.anyIn(fromMs, toMs)) return false;
    return ![...this.#unmerged.keys()].some((day) => day >= fromMs && day < toMs);
  }

  /**
   * Whether samples of days that begin in [fromMs, toMs) may go before their time: none waits to be sealed, and they are merged and
   * thereby summarised - or cannot be.
   */
  mayGo(fromMs: number, toMs: number): boolean {
    const { resolutionsMs, hasUnsealed } = this.#options;
    if (resolutionsMs().length === 0) return true;
    for (let day = fromMs; day < toMs; day += DAY_MS) if (hasUnsealed(day)) return false;
    if (!this.#isSurveyed) return this.#failed.has('survey');
    return this.#days.in(fromMs, toMs).every((day) => this.#triedInVain.has(day));
  }

  /** Merges the days that begin before a time, also those that late samples are waited for. */
  async mergeBefore(timeMs: number): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#triedInVain.clear();
    const { hasUnsealed, mayWrite } = this.#options;
    const days = (): number[] => this.#days.in(-Infinity, timeMs).filter((day) => !hasUnsealed(day));
    // A fault of the program's ends a round, and what it was about is left out of the next.
    for (let failed = -1; failed < this.#failed.size;) {
      failed = this.#failed.size;
      await this.#begin('urgent', () => days().map((day) => this.#mergeJob(day)));
    }
    // While the disk refuses, what is not merged waits.
    for (const day of mayWrite() ? days() : []) this.#triedInVain.add(day);
  }

  /** A small chunk was stored. */
  sealed(startMs: number): void {
    this.#days.add(startMs);
  }

  /** Other summaries are kept from now on: what lacks is looked for again. */
  resolutionsChanged(): void {
    this.#isSurveyed = false;
  }

  /** Begins what is due, unless it is at work or the start is not over. */
  tick(): void {
    if (this.#running !== undefined || performance.now() - this.#startedMs < CALM_START_MS) return;
    void this.#begin('calm');
  }

  /** Does all that is due without rests; resolves when nothing is. */
  async runAll(): Promise<void> {
    await this.#running;
    await this.#begin('urgent');
  }

  /** What is at work stops with its slice. */
  close(): void {
    this.#isClosed = true;
  }

  #begin(pace: Pace, jobs = (): Iterable<Job> => this.#jobs()): Promise<void> {
    this.#running ??= this.#work(pace, jobs).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(pace: Pace, jobs: () => Iterable<Job>): Promise<void> {
    const mayGoOn = (): boolean => !this.#isClosed && this.#options.mayWrite();
    const tried = new Set<string>();
    let current = 'survey';
    try {
      if (!this.#isSurveyed && this.#failed.has(current)) return;
      if (!this.#isSurveyed && (await finishInSlices(done(this.#survey()), mayGoOn, pace)) === undefined) return;
      for (let job = this.#next(jobs(), tried); job !== undefined; job = this.#next(jobs(), tried)) {
        current = job.name;
        tried.add(current);
        if ((await finishInSlices(done(job.run()), mayGoOn, pace)) === undefined) return;
        job.finish();
      }
    } catch (error) {
      if (error instanceof Database.SqliteError) this.#options.onRefused(error);
      // What another job took is looked at anew with the next tick.
      else if (!(error instanceof ChunkGone)) this.#fail(current, error);
    }
  }

  /** A fault of the program's: what it was about stays as it is, and the rest goes on with the next tick. */
  #fail(job: string, error: unknown): void {
    this.#failed.add(job);
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.onNote(`The upkeep of the stored metrics failed (${job}: ${reason}); what is stored stays as it is.`);
  }

  #next(jobs: Iterable<Job>, tried: ReadonlySet<string>): Job | undefined {
    for (const job of jobs) if (!tried.has(job.name) && !this.#failed.has(job.name)) return job;
    return undefined;
  }

  *#jobs(): Generator<Job> {
    const { tombstones, now } = this.#options;
    for (const tombstone of tombstones.all) {
      if (!this.#options.sealUpTo(tombstone.seriesIds, tombstone.fromMs, tombstone.toMs)) continue;
      yield {
        name: `purge ${tombstone.id}`,
        run: () => purge(this.#context(), tombstone),
        finish: () => {
          // A power cut must not bring back what nothing hides any more.
          this.#options.weeks.sync();
          this.#options.tiers.sync();
          tombstones.remove(tombstone.id);
          this.#loosen(tombstone.fromMs, tombstone.toMs);
          this.#options.onPurged();
        },
      };
    }
    for (const day of this.#days.due(now())) {
      if (this.#options.hasUnsealed(day)) continue;
      yield this.#mergeJob(day);
    }
    for (const [resolutionMs, days] of this.#lacking) {
      for (const day of days) {
        yield {
          name: `summarise ${resolutionMs} ${day}`,
          run: () => summariseDay(this.#context(), day, resolutionMs),
          finish: () => days.delete(day),
        };
      }
    }
    for (const monday of this.#loose) {
      // A week that is written goes on to use its free pages.
      if (monday + WEEK_MS + DAY_MS > now() || this.#days.anyIn(monday, monday + WEEK_MS)) continue;
      yield {
        name: `vacuum ${monday}`,
        run: () => vacuum(this.#options.weeks, monday),
        finish: () => this.#loose.delete(monday),
      };
    }
  }

  #mergeJob(day: number): Job {
    return { name: `merge ${day}`, run: () => this.#mergeDay(day), finish: () => this.#loosen(day, day + DAY_MS) };
  }

  #context(): MergeContext {
    const { weeks, tiers, labelsOf, resolutionsMs, samplesFromMs = () => -Infinity } = this.#options;
    return { weeks, tiers, labelsOf, resolutionsMs: resolutionsMs(), samplesFromMs };
  }

  #loosen(fromMs: number, toMs: number): void {
    for (const monday of this.#options.weeks.weeks()) {
      if (monday < toMs && monday + WEEK_MS > fromMs) this.#loose.add(monday);
    }
  }

  /** Looks into every file once: what is to be merged, cut or summarised. */
  *#survey(): Generator<void> {
    const { weeks } = this.#options;
    for (const monday of weeks.weeks()) {
      for (const chunk of chunksToCut(weeks, monday)) {
        yield;
        yield* this.#sparing(monday, () => cutChunk(weeks, this.#options.labelsOf, monday, chunk));
        this.#days.add(chunk.startMs);
      }
      yield;
    }
    for (const monday of weeks.weeks()) {
      weeks.look(monday, undefined, (file) => this.#days.addAll(file));
      this.#loose.add(monday);
      yield;
    }
    const lacking = new Map<number, Set<number>>();
    for (const resolutionMs of this.#options.resolutionsMs()) {
      lacking.set(resolutionMs, new Set(daysLacking(this.#context(), resolutionMs)));
      yield;
    }
    this.#lacking = lacking;
    this.#isSurveyed = true;
  }

  *#mergeDay(dayMs: number): Generator<void> {
    const { weeks, tiers } = this.#options;
    const monday = weekStartMs(dayMs + 1);
    const context = this.#context();
    const wereComplete = context.resolutionsMs.filter(
      (resolutionMs) => tiers.isComplete(resolutionMs, dayMs) || !hasMerged(weeks, monday, dayMs),
    );
    // From here on rows come that leave sums to the samples.
    for (const resolutionMs of context.resolutionsMs) {
      if (tiers.isWhole(resolutionMs, dayMs)) tiers.markComplete(resolutionMs, dayMs);
    }
    yield;
    this.#days.done(dayMs);
    let isDone = false;
    try {
      for (let attempt = 0; attempt < MAX_ATTEMPTS && !isDone; attempt++) {
        let isWhole = true;
        for (const component of weeks.look<Component[]>(monday, [], (file) => componentsOf(file, dayMs))) {
          yield;
          isWhole = (yield* this.#sparing(monday, () => this.#mergeFaithfully(context, dayMs, component))) && isWhole;
        }
        isDone = isWhole;
      }
      // Not a day whose samples went before they were merged: nothing of it is summarised.
      const toMark = hasMerged(weeks, monday, dayMs) ? wereComplete : [];
      for (const resolutionMs of toMark) tiers.markComplete(resolutionMs, dayMs);
    } finally {
      // Also when it was told to stop.
      if (!isDone) this.#days.add(dayMs + 1);
    }
  }

  /** A component that would read otherwise once it is merged stays as it is, without another attempt before the next start. */
  *#mergeFaithfully(context: MergeContext, dayMs: number, component: Component): Generator<void> {
    const spared = this.#unmerged.get(dayMs);
    if (component.sources.some(({ group }) => spared?.has(group))) return;
    try {
      yield* mergeComponent(context, weekStartMs(dayMs + 1), dayMs, component);
    } catch (error) {
      if (!(error instanceof UnfaithfulBody)) throw error;
      const groups = component.sources.map(({ group }) => group);
      this.#unmerged.set(dayMs, new Set([...(spared ?? []), ...groups]));
      // One sentence a day, however many groups it is about.
      if (spared === undefined) this.#options.onNote(unfaithfulNote(dayMs, error));
    }
  }

  /** True when it was done; false when something is to be tried again: a damaged chunk was put aside, or chunks went meanwhile. */
  *#sparing(mondayMs: number, run: () => Generator<void>): Generator<void, boolean> {
    try {
      yield* run();
      return true;
    } catch (error) {
      if (error instanceof ChunkGone) return false;
      if (!(error instanceof DamagedChunk)) throw error;
      this.#options.weeks.amend(mondayMs, (rows) => rows.putAside(error.chunk));
      this.#options.onNote(`A chunk of ${weekName(mondayMs)}.db is damaged; its samples are left out.`);
      return false;
    }
  }
}

const unfaithfulNote = (dayMs: number, { message }: UnfaithfulBody): string =>
  `Samples of ${new Date(dayMs).toISOString().slice(0, 10)} were not merged, because they would read otherwise afterwards ` +
  `(${message}): they stay as they are and take more room. This is a fault of the program's; please report it.`;

function* done(work: Generator<void>): Generator<void, true> {
  yield* work;
  return true;
}

const hasMerged = (weeks: WeekFiles, mondayMs: number, dayMs: number): boolean =>
  weeks.look(mondayMs, false, (file) => file.mergedDays(dayMs, dayMs + DAY_MS).length > 0);

function* vacuum(weeks: WeekFiles, mondayMs: number): Generator<void> {
  for (;;) {
    const isMore = weeks.look(mondayMs, false, ({ db }) => {
      // Files of the first format were not made for it.
      if (db.pragma('auto_vacuum', { simple: true }) !== 2) return false;
      db.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
      return Number(db.pragma('freelist_count', { simple: true })) > 0;
    });
    if (!isMore) return;
    yield;
  }
}
