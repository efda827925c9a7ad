// What goes when: files past their resolution's retention, and above the size cap the oldest samples, then the oldest summaries of
// the finest resolution, and so on.
import Database from 'better-sqlite3';
import { bytesIn, type WeekFiles } from '../seal/week-files.ts';
import type { WeekFile } from '../seal/week-file.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import type { Retention } from '../types.ts';
import { UnfaithfulBody } from './prove.ts';
import { DAY_MS, dayStartMs, WEEK_MS, weekName, weekStartMs } from '../week.ts';
import type { SamplesFrom } from './samples-from.ts';

/** Chunks that one transaction takes out. */
const TRIM_CHUNKS = 100;
/** A week whose days could not be merged in so long goes without having been summarised. */
const PATIENCE_MS = DAY_MS;
const VACUUM_PAGES = 200;

export type RetentionContext = {
  readonly dir: string;
  readonly weeks: WeekFiles;
  readonly tiers: TierFiles;
  readonly retention: Retention;
  readonly maxBytes: number | undefined;
  /** What is too old is told by it. */
  readonly nowMs: number;
  /** Times that may be the present: one, or two while the clock is in doubt. What the largest size costs is from before. */
  readonly presentMs: readonly number[];
  readonly samplesFrom: SamplesFrom;
  /** Whether all days that begin in [fromMs, toMs) are merged, and thereby summarised. */
  readonly isMerged: (fromMs: number, toMs: number) => boolean;
  /** Whether what the largest size costs of days that begin in [fromMs, toMs) is summarised, or cannot be. */
  readonly mayGo: (fromMs: number, toMs: number) => boolean;
  /** Puts into the summaries of a week's merged days that begin in [fromMs, toMs) what they leave to the samples. */
  readonly makeWhole: (fromMs: number, toMs: number) => Generator<void>;
  readonly onNote: (sentence: string) => void;
};

/** Stops between transactions; answers with whether files went. */
export function* applyRetention(context: RetentionContext): Generator<void, boolean> {
  const { weeks, tiers, retention, nowMs, samplesFrom, isMerged } = context;
  const rawCutoffMs = nowMs - retention.rawKeepMs;
  const anyTiers = retention.tiers.length > 0;
  let anyGone = false;
  for (const monday of weeks.weeks()) {
    const endMs = monday + WEEK_MS;
    if (endMs >= rawCutoffMs) break;
    if (anyTiers && !isMerged(monday, endMs) && endMs + PATIENCE_MS >= rawCutoffMs) continue;
    yield* completed(context, monday, endMs);
    samplesFrom.moveTo(endMs);
    anyGone = weeks.remove(monday) || anyGone;
    yield;
  }
  // A chunk may be a part of a day: the whole of a day is summarised before its first one goes.
  yield* completed(context, weekStartMs(rawCutoffMs), rawCutoffMs);
  while (weeks.trimBefore(rawCutoffMs, TRIM_CHUNKS, anyTiers, () => samplesFrom.moveTo(rawCutoffMs))) yield;
  yield;
  const keeps = new Map(retention.tiers.map(({ resolutionMs, keepMs }) => [resolutionMs, keepMs]));
  for (const { name, resolutionMs, endMs } of tiers.stored()) {
    const keepMs = keeps.get(resolutionMs);
    if (keepMs !== undefined && endMs >= nowMs - keepMs) continue;
    anyGone = tiers.remove(name) || anyGone;
    yield;
  }
  return (yield* applyCap(context)) || anyGone;
}

/**
 * The oldest of what is left goes until all fits; never this week's file or a file with today's summaries. What is oldest the
 * files tell themselves, so a clock in doubt does not hold it up: both weeks and both days that may be the present stay.
 */
function* applyCap(context: RetentionContext): Generator<void, boolean> {
  const { dir, weeks, tiers, maxBytes, presentMs, samplesFrom, mayGo, onNote } = context;
  if (maxBytes === undefined) return false;
  const current = [...new Set(presentMs.map(weekStartMs))].toSorted((a, b) => a - b);
  const newest = Math.max(...current);
  const today = Math.max(...presentMs.map(dayStartMs));
  let anyGone = false;
  let anyWaits = false;
  const isOver = (): boolean => bytesIn(dir) > maxBytes;
  for (const monday of weeks.weeks()) {
    if (!isOver() || monday >= newest) break;
    if (current.includes(monday)) continue;
    if (!mayGo(monday, monday + WEEK_MS)) {
      anyWaits = true;
      continue;
    }
    yield* completed(context, monday, monday + WEEK_MS);
    samplesFrom.moveTo(monday + WEEK_MS);
    if (!weeks.remove(monday)) continue;
    anyGone = true;
    onNote(
      `The stored metrics reached their largest size: the samples of ${weekName(monday)} were removed before their time.`,
    );
    yield;
  }
  for (const { name, startMs, endMs } of tiers.stored()) {
    if (!isOver()) break;
    const hasToday = presentMs.some((timeMs) => startMs <= dayStartMs(timeMs) && dayStartMs(timeMs) < endMs);
    if (endMs > today || hasToday || !tiers.remove(name)) continue;
    anyGone = true;
    onNote(`The stored metrics reached their largest size: the summaries in ${name} were removed before their time.`);
    yield;
  }
  // What SQLite has beside the file is no reason to remove anything.
  if (isOver()) for (const monday of current) weeks.look(monday, undefined, truncateWal);
  for (const day of [...new Set(presentMs.flatMap(daysBefore))].toSorted((a, b) => a - b)) {
    if (!isOver()) break;
    if (presentMs.some((timeMs) => dayStartMs(timeMs) === day)) continue;
    if (!mayGo(day, day + DAY_MS)) {
      anyWaits = true;
      continue;
    }
    yield* completed(context, day, day + DAY_MS);
    if (!(yield* removeDay(context, weekStartMs(day + 1), day))) continue;
    anyGone = true;
    const name = new Date(day).toISOString().slice(0, 10);
    onNote(`The stored metrics reached their largest size: the samples of ${name} were removed before their time.`);
  }
  if (isOver() && !anyWaits) {
    onNote(
      'What is stored of today alone is above the largest size that is configured: raise storage.max_size, or store fewer series.',
    );
  }
  return anyGone;
}

/** On a full disk the samples go nevertheless: they are what is to make room. */
function* completed({ makeWhole, onNote }: RetentionContext, fromMs: number, toMs: number): Generator<void> {
  try {
    yield* makeWhole(fromMs, toMs);
  } catch (error) {
    if (error instanceof UnfaithfulBody) {
      onNote(`The sums of counters over time are not all kept for the samples that go: ${error.message}.`);
      return;
    }
    if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_FULL') throw error;
    onNote('The disk is full: the sums of counters over time are not kept for the samples that go.');
  }
}

/** The days of a time's week that are over then. */
function daysBefore(timeMs: number): number[] {
  const days: number[] = [];
  for (let day = weekStartMs(timeMs); day < dayStartMs(timeMs); day += DAY_MS) days.push(day);
  return days;
}

const truncateWal = ({ db }: WeekFile): void => void db.pragma('wal_checkpoint(TRUNCATE)');

/** Takes a day of the current week out, and gives its pages back to the disk; false when there was nothing. */
function* removeDay(
  { weeks, samplesFrom }: RetentionContext,
  mondayMs: number,
  dayMs: number,
): Generator<void, boolean> {
  let isAny = false;
  for (;;) {
    const ids = weeks.look<number[]>(mondayMs, [], ({ db }) =>
      db
        .prepare<[number, number], number>(`SELECT id FROM chunk WHERE start > ? AND "end" <= ? LIMIT ${TRIM_CHUNKS}`)
        .pluck()
        .all(dayMs, dayMs + DAY_MS),
    );
    if (ids.length === 0) break;
    isAny = true;
    samplesFrom.moveTo(dayMs + DAY_MS);
    weeks.amend(mondayMs, (rows) => rows.remove(ids));
    yield;
  }
  if (!isAny) return false;
  let free = Infinity;
  for (;;) {
    const left = weeks.look(mondayMs, 0, ({ db }) => {
      db.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
      return Number(db.pragma('freelist_count', { simple: true }));
    });
    if (left === 0 || left >= free) break;
    free = left;
    yield;
  }
  weeks.look(mondayMs, undefined, truncateWal);
  return true;
}
