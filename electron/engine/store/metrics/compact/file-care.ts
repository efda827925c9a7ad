// Everything that happens to stored files besides sealing: merging, retention and the size cap, deletion, measuring, reporting.
import { statfsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Head } from '../head/head.ts';
import type { IdPart, IdReport, Tombstone } from '../protocol.ts';
import { bytesIn, type WeekFiles } from '../seal/week-files.ts';
import type { LabelsOf } from '../seal/week-rows.ts';
import { TierFiles } from '../tiers/tier-files.ts';
import { isTierResolution, tierPeriodOfName } from '../tiers/tier-name.ts';
import type { DeletionResult, Retention, StoreStatus } from '../types.ts';
import { DAY_MS, dayStartMs, MIN_TIME_MS, WEEK_MS } from '../week.ts';
import { deletedUntilNow } from './deletion.ts';
import { reportOn } from './report.ts';
import { applyRetention } from './retention.ts';
import { fullAt, growthPerDay, SizeHistory } from './size-history.ts';
import { SamplesFrom } from './samples-from.ts';
import { finishInSlices } from './slices.ts';
import { makeWhole } from './summarise-day.ts';
import { rawTimes, tierStatus } from './tier-status.ts';
import { Tombstones } from './tombstones.ts';
import { Upkeep } from './upkeep.ts';

export type FileCareOptions = {
  readonly dir: string;
  /** head.db. */
  readonly db: Database.Database;
  readonly weeks: WeekFiles;
  readonly head: Head;
  readonly labelsOf: LabelsOf;
  readonly retention: Retention;
  readonly maxBytes: number | undefined;
  /** False: nothing is merged, removed or given back. */
  readonly isActive: boolean;
  readonly now: () => number;
  readonly mayWrite: () => boolean;
  readonly onRefused: (error: unknown) => void;
  readonly onNote: (sentence: string) => void;
  readonly onDamage: (aside: string) => void;
  readonly onReleaseTier: (name: string) => void;
  readonly onTombstones: (tombstones: readonly Tombstone[]) => void;
  readonly onSamplesFrom: (fromMs: number) => void;
  /** Files or samples went: forgets the series that have nothing left; false while one of them is still in the head. */
  readonly forgetDead: () => Generator<void, boolean>;
  /** Groups were queued for sealing. */
  readonly onRipe: () => void;
};

/** Ticks between two looks whether the largest size is passed: half a minute. */
const CAP_TICKS = 6;
/** The same while it is passed and nothing more may go: ten minutes. */
const CAP_RETRY_TICKS = 120;

/** The part of the status that is about files. */
type FileStatus = Pick<
  StoreStatus,
  'diskBytes' | 'oldestSampleMs' | 'tiers' | 'maxBytes' | 'growthBytesPerDay' | 'fullAtMs' | 'upkeep'
>;

export class FileCare {
  readonly tiers: TierFiles;
  readonly #options: FileCareOptions;
  readonly #tombstones: Tombstones;
  readonly #samplesFrom: SamplesFrom;
  readonly #sizes: SizeHistory;
  readonly #upkeep: Upkeep;
  #retention: Retention;
  #maxBytes: number | undefined;
  #forgetting: Promise<void> | undefined;
  /** Until the size is looked at. */
  #capTicks = CAP_TICKS;
  #retaining: Promise<void> | undefined;
  /** Since the last look for dead series began. */
  #isDeadAnew = false;
  #isClosed = false;

  constructor(options: FileCareOptions) {
    this.#options = options;
    this.#retention = options.retention;
    this.#maxBytes = options.maxBytes;
    this.tiers = new TierFiles(options.dir, {
      onDamage: (aside) => {
        options.onDamage(aside);
        this.#upkeep.resolutionsChanged();
      },
      onRelease: (name) => options.onReleaseTier(name),
    });
    this.#tombstones = new Tombstones(options.db);
    this.#samplesFrom = new SamplesFrom(options.db, options.onSamplesFrom);
    this.#sizes = new SizeHistory(options.db);
    this.#upkeep = new Upkeep({
      weeks: options.weeks,
      tiers: this.tiers,
      tombstones: this.#tombstones,
      labelsOf: options.labelsOf,
      now: options.now,
      resolutionsMs: () => this.#resolutionsMs(),
      samplesFromMs: () => this.#samplesFrom.fromMs,
      hasUnsealed: (dayMs) => this.#hasUnsealed(dayMs, dayMs + DAY_MS),
      sealUpTo: (ids, fromMs, toMs) => this.#sealUpTo(ids, fromMs, toMs),
      onPurged: () => {
        options.onTombstones(this.#tombstones.all);
        this.#mayHaveDead(true);
        this.#forgetDead().catch(options.onRefused);
      },
      mayWrite: options.mayWrite,
      onRefused: options.onRefused,
      onNote: options.onNote,
    });
  }

  get retention(): Retention {
    return this.#retention;
  }

  get tombstones(): readonly Tombstone[] {
    return this.#tombstones.all;
  }

  /** Whether a deletion that is still to be applied would take a sample with it. */
  get deletions(): Pick<Tombstones, 'touches' | 'hides'> {
    return this.#tombstones;
  }

  get samplesFromMs(): number {
    return this.#samplesFrom.fromMs;
  }

  sealed(startMs: number): void {
    this.#upkeep.sealed(startMs);
  }

  tick(): void {
    if (!this.#options.isActive || !this.#options.mayWrite()) return;
    try {
      this.#sizes.note(this.#options.now(), () => bytesIn(this.#options.dir));
    } catch (error) {
      this.#options.onRefused(error);
      return;
    }
    this.#upkeep.tick();
  }

  setRetention(retention: Retention, maxBytes: number | undefined): void {
    this.#retention = retention;
    this.#maxBytes = maxBytes;
    this.#upkeep.resolutionsChanged();
  }

  /** To be asked at each tick: whether it is time to look at the size, and that is above the largest. */
  isCapDue(): boolean {
    if (!this.#options.isActive || !this.#options.mayWrite() || this.#retaining !== undefined) return false;
    if (--this.#capTicks > 0) return false;
    this.#capTicks = CAP_TICKS;
    return this.#isOverCap;
  }

  get #isOverCap(): boolean {
    return this.#maxBytes !== undefined && bytesIn(this.#options.dir) > this.#maxBytes;
  }

  /** `nowMs` is the time that is believed; the clock's may be ahead of it. One at a time. */
  async applyRetention(nowMs: number): Promise<void> {
    if (!this.#options.isActive) return;
    while (this.#retaining !== undefined) await this.#retaining.catch(() => {});
    this.#retaining = this.#applyRetention(nowMs).finally(() => {
      this.#retaining = undefined;
    });
    await this.#retaining;
    if (!this.#isClosed && this.#isOverCap) this.#capTicks = CAP_RETRY_TICKS;
  }

  async #applyRetention(nowMs: number): Promise<void> {
    const { dir, weeks, labelsOf, onNote, now } = this.#options;
    const presentMs = [nowMs, now()];
    // What the largest size costs is summarised first.
    if (this.#isOverCap) await this.#upkeep.mergeBefore(Math.max(...presentMs.map(dayStartMs)));
    if (this.#isClosed) return;
    const samplesFromMs = (): number => this.#samplesFrom.fromMs;
    const work = applyRetention({
      dir,
      weeks,
      tiers: this.tiers,
      retention: this.#retention,
      maxBytes: this.#maxBytes,
      nowMs,
      presentMs,
      samplesFrom: this.#samplesFrom,
      isMerged: (fromMs, toMs) => this.#upkeep.isMerged(fromMs, toMs),
      mayGo: (fromMs, toMs) => this.#upkeep.mayGo(fromMs, toMs),
      makeWhole: (fromMs, toMs) =>
        makeWhole(
          { weeks, tiers: this.tiers, labelsOf, resolutionsMs: this.#resolutionsMs(), samplesFromMs },
          fromMs,
          toMs,
        ),
      onNote,
    });
    const isAnyGone = await finishInSlices(work, () => !this.#isClosed);
    if (this.#isClosed) return;
    if (isAnyGone === true) this.#mayHaveDead(true);
    await this.#forgetDead();
  }

  /** Everything that is due, now. */
  async runAll(nowMs: number): Promise<void> {
    if (!this.#options.isActive) return;
    await this.#upkeep.runAll();
    await this.applyRetention(nowMs);
    await this.#upkeep.runAll();
  }

  /** Throws a SqliteError when the disk refuses: then nothing is hidden. */
  deleteSeries(seriesIds: Float64Array, startMs: number, endMs: number, nowMs: number): DeletionResult {
    const fromMs = Math.max(Math.ceil(startMs) - 1, MIN_TIME_MS - 1);
    const deleted = deletedUntilNow(this.#options.head, seriesIds, fromMs, Math.floor(endMs), nowMs);
    if (deleted.length === 0) return { series: 0 };
    this.#tombstones.add(deleted);
    this.#options.onTombstones(this.#tombstones.all);
    return { series: new Set(deleted.flatMap((one) => [...one.seriesIds])).size };
  }

  async report(parts: readonly IdPart[]): Promise<IdReport> {
    const { weeks, labelsOf } = this.#options;
    const report = await finishInSlices(reportOn({ weeks, tiers: this.tiers, labelsOf }, parts), () => !this.#isClosed);
    return report ?? { total: { series: 0, samples: 0, bytes: 0 }, metrics: [], parts: [] };
  }

  status(): FileStatus {
    const { dir, weeks, head, now } = this.#options;
    const nowMs = now();
    const raw = rawTimes(weeks, head, nowMs - this.#retention.rawKeepMs);
    const bytes = bytesIn(dir);
    const growthBytesPerDay = growthPerDay(this.#sizes.points());
    const disk = statfsSync(dir);
    return {
      diskBytes: bytes,
      oldestSampleMs: raw.oldestMs,
      tiers: tierStatus(dir, weeks, this.tiers, this.#retention, raw),
      maxBytes: this.#maxBytes,
      growthBytesPerDay,
      fullAtMs: fullAt({
        nowMs,
        bytes,
        growthBytesPerDay,
        maxBytes: this.#maxBytes,
        freeBytes: disk.bavail * disk.bsize,
        levelMs: (raw.oldestMs ?? nowMs) + this.#retention.rawKeepMs + WEEK_MS,
      }),
      upkeep: this.#upkeep.status,
    };
  }

  readerFoundDamage(name: string, wholeFile: boolean): void {
    if (tierPeriodOfName(name) === undefined) return;
    if (wholeFile) this.tiers.setAside(name);
    else this.#options.onNote(`A row of ${name} is damaged; its summaries are left out.`);
  }

  close(): void {
    this.#isClosed = true;
    this.#upkeep.close();
    this.tiers.close();
  }

  /** Across restarts: a series that is still in the head goes later. */
  #mayHaveDead(mayHave: boolean): void {
    const { db } = this.#options;
    if (mayHave) this.#isDeadAnew = true;
    if (mayHave) db.prepare("INSERT OR REPLACE INTO meta VALUES ('dead', 1)").run();
    else db.prepare("DELETE FROM meta WHERE key = 'dead'").run();
  }

  /** Joins what is at work already, which begins again when more went meanwhile. */
  #forgetDead(): Promise<void> {
    this.#forgetting ??= this.#forgetAllDead().finally(() => {
      this.#forgetting = undefined;
    });
    return this.#forgetting;
  }

  async #forgetAllDead(): Promise<void> {
    const { db, forgetDead } = this.#options;
    if (db.prepare("SELECT 1 FROM meta WHERE key = 'dead'").get() === undefined) return;
    do {
      this.#isDeadAnew = false;
      const isAll = await finishInSlices(forgetDead(), () => !this.#isClosed && this.#options.mayWrite());
      if (isAll === undefined) return;
      if (isAll && !this.#isDeadAnew) this.#mayHaveDead(false);
    } while (this.#isDeadAnew);
  }

  #resolutionsMs(): number[] {
    return this.#retention.tiers
      .map(({ resolutionMs }) => resolutionMs)
      .filter(isTierResolution)
      .toSorted((a, b) => a - b);
  }

  #hasUnsealed(fromMs: number, toMs: number): boolean {
    for (const { table, rows } of this.#options.head.groups.values()) {
      for (let row = 0; row < rows; row++) {
        const timeMs = table.timestamps[row]!;
        if (timeMs > fromMs && timeMs <= toMs) return true;
      }
    }
    return false;
  }

  /** True when no sample of these series in (fromMs, toMs] is unsealed. */
  #sealUpTo(ids: Float64Array, fromMs: number, toMs: number): boolean {
    const { head } = this.#options;
    let isSealed = true;
    for (const id of ids) {
      const slot = head.slots.find(id);
      const group = slot === undefined ? undefined : head.groupOf(slot);
      const times = group?.table.timestamps.subarray(0, group.rows);
      if (group === undefined || times?.some((timeMs) => timeMs > fromMs && timeMs <= toMs) !== true) continue;
      head.ripen(group);
      isSealed = false;
    }
    if (!isSealed) this.#options.onRipe();
    return isSealed;
  }
}
