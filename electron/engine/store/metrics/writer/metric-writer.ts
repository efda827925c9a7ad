// The one writer of the metric files: group commits, sealing in slices, trimming the wal, retention, and what happens when the disk says no.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { FileCare } from '../compact/file-care.ts';
import { forgetDead } from '../compact/forget-dead.ts';
import type { HeadGroup } from '../head/group.ts';
import { Head } from '../head/head.ts';
import { WeekFiles } from '../seal/week-files.ts';
import type { IdPart, IdReport, RawRows, SeriesDefinition, Tombstone } from '../protocol.ts';
import type { AppendResult, DeletionResult, Retention, SampleBatch, StoreStatus } from '../types.ts';
import type { HeadFile, NewSeries } from '../wal/head-file.ts';
import { WalBook } from '../wal/wal-book.ts';
import { weekName } from '../week.ts';
import { BatchAppender } from './batch-appender.ts';
import { encodeRipe } from './encode-ripe.ts';
import { openHeadFile } from './open-head.ts';
import { replayWal } from './replay.ts';
import { type Moment, parseSavedClock, RetentionClock } from '../../retention-clock.ts';
import { ripenDue } from './ripen.ts';
import { SeriesRegistry } from './series-registry.ts';
import { WriteGate } from './write-gate.ts';

/** What comes in meanwhile is committed together. */
const COMMIT_DELAY_MS = 2;
const TICK_MS = 5_000;
const CLOCK_LEAPT =
  'The clock of this computer leapt ahead: nothing is removed as too old until it has been steady for six hours.';

export type WriterEvents = {
  /** New series and changed groups, before the append that made them is answered. */
  onCommitted(series: readonly NewSeries[], groups: readonly HeadGroup[]): void;
  onForgotten(ids: readonly number[]): void;
  /** The file of a week goes: readers must close it. */
  onRelease(mondayMs: number): void;
  /** The same for a file of summaries. */
  onReleaseTier(name: string): void;
  onTombstones(tombstones: readonly Tombstone[]): void;
  onRetention(retention: Retention): void;
  /** Samples up to here are about to go. */
  onSamplesFrom(fromMs: number): void;
  /** A sentence while something is wrong, undefined once it is right again; paused: nothing is stored meanwhile. */
  onProblem(problem: string | undefined, isPaused: boolean): void;
};

export type WriterOptions = {
  readonly dir: string;
  readonly maxSeries: number;
  readonly retention: Retention;
  readonly maxBytes: number | undefined;
  /** False: nothing is merged, removed or given back. */
  readonly upkeep: boolean;
  readonly keepRowsAfter?: number | undefined;
} & Moment;

type Waiting = {
  readonly result: AppendResult;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
};

export class MetricWriter {
  readonly #dir: string;
  readonly #limits: { maxSeries: number };
  readonly #events: WriterEvents;
  readonly #file: HeadFile;
  readonly #wal: WalBook;
  readonly #weeks: WeekFiles;
  readonly #head: Head;
  readonly #registry: SeriesRegistry;
  readonly #appender: BatchAppender;
  readonly #care: FileCare;
  readonly #gate: WriteGate;
  readonly #tick: NodeJS.Timeout;

  #waiting: Waiting[] = [];
  #commitTimer: NodeJS.Timeout | undefined;
  #sliceTimer: NodeJS.Immediate | undefined;
  #nowMs: number;
  /** Ages are told by this one: the other may leap. */
  #monotonicMs: number;
  readonly #clock: RetentionClock;
  #trimming = false;
  /** While dead series are looked for. */
  #sealedSince: Set<number> | undefined;
  #closed = false;
  readonly #totals = { appended: 0, outOfOrder: 0, overLimit: 0 };

  /** Opens the files and replays the wal. Throws a SqliteError, or LW_STORE_NEWER_FORMAT. */
  constructor(options: WriterOptions, events: WriterEvents) {
    this.#dir = path.join(options.dir, 'metrics');
    this.#events = events;
    this.#nowMs = options.nowMs;
    this.#monotonicMs = options.monotonicMs;
    this.#gate = new WriteGate(
      (problem, isPaused) => events.onProblem(problem, isPaused),
      () => this.#resume(),
    );
    mkdirSync(this.#dir, { recursive: true });
    this.#weeks = new WeekFiles(this.#dir, {
      onDamage: (aside) => this.#noteDamage(aside),
      onRelease: (mondayMs) => events.onRelease(mondayMs),
    });
    this.#file = openHeadFile(this.#dir, (aside) => this.#noteDamage(aside));
    this.#limits = { maxSeries: options.maxSeries };
    this.#head = new Head(this.#weeks, this.#limits);
    const damagedRows = replayWal(this.#file, this.#head, this.#weeks, options.monotonicMs);
    if (damagedRows > 0)
      this.#gate.note(`${damagedRows} rows of the write-ahead log could not be read and were skipped.`);
    this.#registry = new SeriesRegistry(this.#file, this.#head, this.#limits);
    this.#wal = new WalBook(this.#file);
    this.#wal.keepAfter(options.keepRowsAfter);
    this.#care = new FileCare({
      dir: this.#dir,
      db: this.#file.db,
      weeks: this.#weeks,
      head: this.#head,
      labelsOf: this.#labelsOf,
      retention: options.retention,
      maxBytes: options.maxBytes,
      isActive: options.upkeep,
      now: () => this.#nowMs,
      mayWrite: () => this.#gate.isOpen,
      onRefused: (error) => this.#gate.shut(error),
      onNote: (sentence) => this.#gate.note(sentence),
      onDamage: (aside) => this.#noteDamage(aside),
      onReleaseTier: (name) => events.onReleaseTier(name),
      onTombstones: (tombstones) => events.onTombstones(tombstones),
      onSamplesFrom: (fromMs) => events.onSamplesFrom(fromMs),
      forgetDead: () => this.#forgetDeadSeries(),
      onRipe: () => this.#scheduleSlice(),
    });
    this.#appender = new BatchAppender(this.#head, this.#registry, this.#care.deletions);
    this.#clock = new RetentionClock(parseSavedClock(this.#file.note('clock')), options);
    this.#tick = setInterval(() => this.maintain(), TICK_MS);
    if (this.#head.ripe.length > 0) this.#scheduleSlice();
  }

  get retention(): Retention {
    return this.#care.retention;
  }

  get tombstones(): readonly Tombstone[] {
    return this.#care.tombstones;
  }

  get samplesFromMs(): number {
    return this.#care.samplesFromMs;
  }

  get groups(): Iterable<HeadGroup> {
    return this.#head.groups.values();
  }

  seriesIdsOf(group: HeadGroup): Float64Array {
    return Float64Array.from(group.slots, (slot) => this.#head.slots.ids[slot]!);
  }

  define(series: readonly SeriesDefinition[]): void {
    for (const one of series) this.#registry.define(one);
  }

  /** 0 where nothing was ever stored. */
  idsOf(refs: Uint32Array): Float64Array<ArrayBuffer> {
    return Float64Array.from(refs, (ref) => this.#registry.idOfRef(ref));
  }

  rowsAfter(afterSeq: number, maxBytes: number): RawRows {
    const { firstSeq, committedSeq: lastSeq } = this.#wal;
    const rows = this.#file.walRowsAfter(afterSeq, lastSeq, maxBytes);
    return {
      rows: rows.map(({ seq, time, body }) => ({ seq, timeMs: time, body: ownBytes(body) })),
      firstSeq,
      lastSeq,
    };
  }

  keepRowsAfter(seq: number | undefined): void {
    this.#wal.keepAfter(seq);
  }

  /** '' for a series that is gone. */
  labels(ids: Float64Array): string[] {
    return Array.from(ids, (id) => this.#labelsOf(id) ?? '');
  }

  /** Resolves once committed; rejects with LW_STORE_WRITE_FAILED. */
  append(batch: SampleBatch, now: Moment): Promise<AppendResult> {
    this.#note(now);
    if (!this.#gate.isOpen) return Promise.reject(this.#gate.refusal());
    const oldestMs = now.nowMs - this.#care.retention.rawKeepMs;
    const { result, walBody, failure } = this.#appender.append(batch, this.#wal.nextSeq, now, oldestMs);
    if (walBody !== undefined) this.#wal.add(Math.round(batch.timestampMs), walBody);
    if (failure !== undefined) {
      // What came before it is in the head: a later try calls it a duplicate, so it must be in the wal too.
      this.#commitTimer ??= setTimeout(() => this.commit(), COMMIT_DELAY_MS);
      return Promise.reject(failure.error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ result, resolve, reject });
      this.#commitTimer ??= setTimeout(() => this.commit(), COMMIT_DELAY_MS);
    });
  }

  /** Commits what is pending; false when the disk refused. */
  commit(): boolean {
    clearTimeout(this.#commitTimer);
    this.#commitTimer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    const fresh = this.#registry.fresh;
    try {
      this.#wal.commit(fresh);
    } catch (error) {
      // The rows stay: they are in the head already, and go first once the disk takes them.
      this.#gate.shut(error);
      for (const { reject } of waiting) reject(this.#gate.refusal());
      return false;
    }
    this.#registry.committed();
    const changed = [...this.#head.changed];
    this.#head.changed.clear();
    if (fresh.length > 0 || changed.length > 0) this.#events.onCommitted(fresh, changed);
    for (const { result, resolve } of waiting) {
      this.#totals.appended += result.appended;
      this.#totals.outOfOrder += result.outOfOrder;
      this.#totals.overLimit += result.overLimit;
      resolve(result);
    }
    if (this.#head.ripe.length > 0) this.#scheduleSlice();
    return true;
  }

  /** Queues for sealing what is old or too much, and frees idle groups. */
  maintain(): void {
    if (!this.#gate.isOpen) return;
    ripenDue(this.#head, this.#monotonicMs);
    if (this.#head.changed.size > 0) this.commit();
    this.#care.tick();
    if (this.#care.isCapDue()) void this.#applyCap();
    // Trimming waits for the disk, so it comes with the tick and not after every slice.
    this.#trimming = true;
    this.#scheduleSlice();
  }

  /** Seals every group now and trims the wal. */
  sealAll(): void {
    for (const group of this.#head.groups.values()) this.#head.ripen(group);
    while (this.#head.ripe.length > 0 && this.#gate.isOpen) this.#sealSlice();
    while (this.#gate.isOpen && this.#trimWal());
  }

  async applyRetention(now: Moment): Promise<void> {
    this.#note(now);
    await this.#orRefused(() => this.#care.applyRetention(this.#retentionMs()));
  }

  /** The size passed the largest one between two rounds of retention, or while the program was not running. */
  async #applyCap(): Promise<void> {
    try {
      await this.applyRetention({ nowMs: this.#nowMs, monotonicMs: this.#monotonicMs });
    } catch (error) {
      // A disk that refuses has reported itself.
      if (error instanceof LinewardenError) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#gate.note(`The largest size of the stored metrics could not be applied: ${reason}.`, 'cap');
    }
  }

  /** What is kept by the clock is not removed because the clock leapt; what it was is kept for the next start. */
  #retentionMs(): number {
    const now = { nowMs: this.#nowMs, monotonicMs: this.#monotonicMs };
    const trustedMs = this.#clock.at(now, this.#care.retention.rawKeepMs);
    this.#file.keepNote('clock', JSON.stringify(this.#clock.saved));
    this.#gate.note(this.#clock.isInDoubt ? CLOCK_LEAPT : undefined, 'clock');
    return trustedMs;
  }

  #note({ nowMs, monotonicMs }: Moment): void {
    this.#nowMs = nowMs;
    this.#monotonicMs = monotonicMs;
  }

  async setRetention(retention: Retention, maxBytes: number | undefined, now: Moment): Promise<void> {
    this.#care.setRetention(retention, maxBytes);
    this.#events.onRetention(retention);
    await this.applyRetention(now);
  }

  /** Hidden when it answers; the files follow in the background. */
  deleteSeries(seriesIds: Float64Array, startMs: number, endMs: number, nowMs: number): Promise<DeletionResult> {
    this.#nowMs = nowMs;
    return this.#orRefused(() => {
      if (!this.#gate.isOpen || !this.commit()) throw this.#gate.refusal();
      return this.#care.deleteSeries(seriesIds, startMs, endMs, this.#nowMs);
    });
  }

  report(parts: readonly IdPart[]): Promise<IdReport> {
    return this.#care.report(parts);
  }

  async runUpkeep(now: Moment): Promise<void> {
    this.#note(now);
    await this.#orRefused(() => this.#care.runAll(this.#retentionMs()));
  }

  readerFoundTierDamage(name: string, wholeFile: boolean): void {
    this.#care.readerFoundDamage(name, wholeFile);
  }

  /** For series that come from now on: those that are active stay so. */
  setMaxSeries(maxSeries: number): void {
    this.#limits.maxSeries = maxSeries;
  }

  status(): StoreStatus {
    return {
      ...this.#care.status(),
      series: this.#head.activeSeries,
      headSamples: this.#head.samples,
      walRows: this.#wal.rows,
      appendedSamples: this.#totals.appended,
      outOfOrderSamples: this.#totals.outOfOrder,
      overLimitSamples: this.#totals.overLimit,
      problem: this.#gate.problem,
    };
  }

  /** A reader could not read a week's file, or one chunk in it. */
  readerFoundDamage(mondayMs: number, wholeFile: boolean): void {
    if (wholeFile) this.#weeks.setAside(mondayMs);
    else this.#gate.note(`A chunk of ${weekName(mondayMs)}.db is damaged; its samples are left out.`);
  }

  readerFoundDamagedLabels(series: number): void {
    const which = series === 1 ? 'one series are damaged; it is' : `${series} series are damaged; they are`;
    this.#gate.note(`The stored labels of ${which} left out of all answers.`, 'labels');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#tick);
    this.#gate.end();
    clearImmediate(this.#sliceTimer);
    this.commit();
    this.#care.close();
    this.#weeks.close();
    this.#file.close();
  }

  /** The registry answers with no labels for a series that is forgotten. */
  readonly #labelsOf = (id: number): string | undefined => {
    const labels = this.#registry.labelsOf(id);
    return labels === '[]' ? undefined : labels;
  };

  /** A disk that refuses shuts the gate, and the caller is told so. */
  async #orRefused<T>(run: () => T | Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      this.#gate.shut(error);
      throw this.#gate.refusal();
    }
  }

  #scheduleSlice(): void {
    if (this.#closed || !this.#gate.isOpen) return;
    this.#sliceTimer ??= setImmediate(() => {
      this.#sliceTimer = undefined;
      if (this.#head.ripe.length > 0) this.#sealSlice();
      else this.#trimming = this.#trimWal();
      if (this.#head.ripe.length > 0 || this.#trimming) this.#scheduleSlice();
    });
  }

  #sealSlice(): void {
    // Only committed samples are sealed: a chunk's wal_seq speaks for whole rows.
    if (!this.commit()) return;
    const { chunks, groups } = encodeRipe(this.#head, this.#wal.committedSeq, (group) => this.seriesIdsOf(group));
    try {
      if (this.#sealedSince !== undefined) {
        for (const ofWeek of chunks.values())
          for (const { members } of ofWeek) for (let i = 0; i < members.length; i++) this.#sealedSince.add(members[i]!);
      }
      for (const [monday, ofWeek] of chunks) this.#weeks.insert(monday, ofWeek, this.#labelsOf);
    } catch (error) {
      this.#head.ripe.unshift(...groups.map(({ group }) => group));
      this.#gate.shut(error);
      return;
    }
    for (const ofWeek of chunks.values()) for (const { startMs } of ofWeek) this.#care.sealed(startMs);
    for (const { group, seenColumns, sparse } of groups) this.#head.clear(group, seenColumns, sparse);
    if (this.#head.changed.size > 0) this.commit();
  }

  /** Deletes some wal rows that no unsealed sample needs; true when there are more. */
  #trimWal(): boolean {
    let needed = Infinity;
    for (const { firstSeq } of this.#head.groups.values()) {
      if (firstSeq !== 0 && firstSeq < needed) needed = firstSeq;
    }
    try {
      return this.#wal.trim(needed, () => this.#weeks.sync());
    } catch (error) {
      this.#gate.shut(error);
      return false;
    }
  }

  /** False when a series without any stored sample is still in the head. */
  *#forgetDeadSeries(): Generator<void, boolean> {
    this.#sealedSince = new Set();
    try {
      return yield* forgetDead({
        weeks: this.#weeks,
        tiers: this.#care.tiers,
        file: this.#file,
        isInHead: (id) => {
          const slot = this.#head.slots.find(id);
          return slot !== undefined && this.#head.groupOf(slot) !== undefined;
        },
        sealedSince: this.#sealedSince,
        onGone: (gone) => {
          this.#registry.forget(gone);
          this.#events.onForgotten([...gone.keys()]);
        },
      });
    } finally {
      this.#sealedSince = undefined;
    }
  }

  /** Writes something small first, then what waits. Throws while the disk refuses. */
  #resume(): void {
    this.#file.probe();
    if (!this.commit()) return;
    if (this.#head.ripe.length > 0) this.#sealSlice();
    this.#scheduleSlice();
  }

  #noteDamage(aside: string): void {
    this.#gate.note(
      `${path.basename(aside, '.corrupt')} was damaged and set aside as ${aside}; its samples are missing.`,
    );
  }
}

/** To be handed over to another thread. */
function ownBytes(body: Buffer): Uint8Array<ArrayBuffer> {
  const own = new Uint8Array(body.length);
  own.set(body);
  return own;
}
