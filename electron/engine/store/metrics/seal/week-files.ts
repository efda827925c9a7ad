// The writer's view of all week files: a few open at a time, chunks inserted, damaged files set aside, old ones removed.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Block, openBlock, TIER_RAW } from '../codec/block.ts';
import { isCorruption } from '../format.ts';
import type { SealedLookup, StoredSample } from '../head/head.ts';
import { WEEK_MS, weekName, weekOfName, weekStartMs } from '../week.ts';
import { encodeMembers } from './membership.ts';
import { WeekFile } from './week-file.ts';

const MAX_OPEN = 3;
const MAX_CACHED_BLOCKS = 64;
const SUFFIXES = ['', '-wal', '-shm'];

export type NewChunk = {
  readonly members: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly body: Uint8Array;
};

/** Mondays of the weeks that have a file, ascending. */
export function storedWeeks(dir: string): number[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.db'))
    .map((name) => weekOfName(name.slice(0, -3)))
    .filter((monday) => monday !== undefined)
    .toSorted((a, b) => a - b);
}

export const weekPath = (dir: string, mondayMs: number): string => path.join(dir, `${weekName(mondayMs)}.db`);

export type WeekFileEvents = {
  /** A damaged file has this new name. */
  onDamage(aside: string): void;
  /** Readers must close the file of this week. */
  onRelease(mondayMs: number): void;
};

export class WeekFiles implements SealedLookup {
  readonly #dir: string;
  readonly #events: WeekFileEvents;
  /** Least recently used first. */
  readonly #open = new Map<number, WeekFile>();
  readonly #blocks = new Map<string, Block>();
  /** Files with commits that may not have reached the disk. */
  readonly #unsynced = new Set<number>();

  constructor(dir: string, events: WeekFileEvents) {
    this.#dir = dir;
    this.#events = events;
  }

  weeks(): number[] {
    return storedWeeks(this.#dir);
  }

  /** Inserts chunks into one week's file in one transaction. A damaged file is set aside and a new one begun. */
  insert(mondayMs: number, chunks: readonly NewChunk[], walSeq: number, labelsOf: (id: number) => string): void {
    try {
      this.#insert(mondayMs, chunks, walSeq, labelsOf);
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.setAside(mondayMs);
      this.#insert(mondayMs, chunks, walSeq, labelsOf);
    }
  }

  #insert(mondayMs: number, chunks: readonly NewChunk[], walSeq: number, labelsOf: (id: number) => string): void {
    const { db } = this.#file(mondayMs);
    const findGroup = db.prepare<[Uint8Array], number>('SELECT id FROM grp WHERE members = ?').pluck();
    const insertGroup = db.prepare('INSERT INTO grp (members) VALUES (?)');
    const insertSeries = db.prepare('INSERT OR IGNORE INTO series VALUES (?, ?)');
    const insertChunk = db.prepare(
      'INSERT INTO chunk (grp, tier, start, "end", samples, wal_seq, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    db.transaction(() => {
      for (const chunk of chunks) {
        const members = encodeMembers(chunk.members);
        let group = findGroup.get(members);
        if (group === undefined) {
          group = Number(insertGroup.run(members).lastInsertRowid);
          for (const id of chunk.members) insertSeries.run(id, labelsOf(id));
        }
        insertChunk.run(group, TIER_RAW, chunk.startMs, chunk.endMs, chunk.samples, walSeq, chunk.body);
      }
    })();
    this.#unsynced.add(mondayMs);
  }

  /** Brings every commit to the disk, so that the wal rows behind them may go. */
  sync(): void {
    for (const monday of this.#unsynced) {
      this.#file(monday).db.pragma('wal_checkpoint(PASSIVE)');
      this.#unsynced.delete(monday);
    }
  }

  /** For each series id the newest wal row that this week's chunks hold, of those from `firstSeq`. */
  sealedSeqs(mondayMs: number, firstSeq: number): Map<number, number> {
    const sealed = new Map<number, number>();
    this.#guard(mondayMs, undefined, (file) => {
      file.membership.refresh();
      const rows = file.db
        .prepare<[number], { grp: number; seq: number }>(
          'SELECT grp, max(wal_seq) AS seq FROM chunk WHERE wal_seq >= ? GROUP BY grp',
        )
        .all(firstSeq);
      for (const { grp, seq } of rows) {
        for (const id of file.membership.membersOf(grp)) sealed.set(id, Math.max(seq, sealed.get(id) ?? 0));
      }
      return undefined;
    });
    return sealed;
  }

  lastTimeMs(id: number): number {
    for (const monday of this.weeks().toReversed()) {
      const last = this.#guard(monday, -Infinity, (file) => this.#lastIn(monday, file, id));
      if (last > -Infinity) return last;
    }
    return -Infinity;
  }

  #lastIn(mondayMs: number, file: WeekFile, id: number): number {
    let last = -Infinity;
    file.membership.refresh();
    for (const group of file.membership.groupsOf(id)) {
      const member = file.membership.membersOf(group).indexOf(id);
      for (const place of file.chunksIn(group, mondayMs - 1, mondayMs + WEEK_MS).toReversed()) {
        if (place.endMs <= last) continue;
        const block = this.#block(mondayMs, file, place.id);
        const entry = block.entries.get(member);
        if (entry === undefined) continue;
        const times = new Float64Array(entry.count);
        block.decode(entry, times, new Float64Array(entry.count), 0);
        last = Math.max(last, times.at(-1) ?? last);
        if (last > -Infinity) break;
      }
    }
    return last;
  }

  sampleAt(id: number, timeMs: number): StoredSample | undefined {
    const monday = weekStartMs(timeMs);
    return this.#guard<StoredSample | undefined>(monday, undefined, (file) => {
      file.membership.refresh();
      for (const group of file.membership.groupsOf(id)) {
        const member = file.membership.membersOf(group).indexOf(id);
        for (const place of file.chunksIn(group, timeMs - 1, timeMs)) {
          const block = this.#block(monday, file, place.id);
          const entry = block.entries.get(member);
          if (entry === undefined) continue;
          const times = new Float64Array(entry.count);
          const values = new Float64Array(entry.count);
          block.decode(entry, times, values, 0);
          const at = times.indexOf(timeMs);
          if (at >= 0) return { value: values[at]!, stale: entry.staleAt.includes(at) };
        }
      }
      return undefined;
    });
  }

  /** Runs `use` on a stored week's file; a damaged one is set aside. */
  #guard<T>(mondayMs: number, otherwise: T, use: (file: WeekFile) => T): T {
    if (!this.#open.has(mondayMs) && !existsSync(weekPath(this.#dir, mondayMs))) return otherwise;
    try {
      return use(this.#file(mondayMs));
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.setAside(mondayMs);
      return otherwise;
    }
  }

  #block(mondayMs: number, file: WeekFile, chunk: number): Block {
    const key = `${mondayMs}/${chunk}`;
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = openBlock(file.body(chunk) ?? new Uint8Array());
      if (this.#blocks.size >= MAX_CACHED_BLOCKS) this.#blocks.clear();
      this.#blocks.set(key, block);
    }
    return block;
  }

  #file(mondayMs: number): WeekFile {
    let file = this.#open.get(mondayMs);
    if (file === undefined) {
      const at = weekPath(this.#dir, mondayMs);
      try {
        file = WeekFile.openForWriting(at);
      } catch (error) {
        if (!isCorruption(error)) throw error;
        this.setAside(mondayMs);
        file = WeekFile.openForWriting(at);
      }
    }
    this.#open.delete(mondayMs);
    this.#open.set(mondayMs, file);
    for (const [oldest] of this.#open) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#close(oldest);
    }
    return file;
  }

  #close(mondayMs: number): void {
    const file = this.#open.get(mondayMs);
    this.#open.delete(mondayMs);
    this.#blocks.clear();
    file?.close();
  }

  /** Renames a damaged file to *.corrupt; the rest goes on without it. */
  setAside(mondayMs: number): void {
    try {
      this.#close(mondayMs);
    } catch {
      // What is damaged may not even close; its name matters only.
    }
    this.#unsynced.delete(mondayMs);
    this.#events.onRelease(mondayMs);
    const file = weekPath(this.#dir, mondayMs);
    if (!existsSync(file)) return;
    let aside = `${file}.corrupt`;
    for (let n = 2; existsSync(aside); n++) aside = `${file}.corrupt-${n}`;
    for (const suffix of SUFFIXES) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    this.#events.onDamage(aside);
  }

  /** Removes the files of weeks that ended before a time; answers with their Mondays. */
  removeBefore(cutoffMs: number): number[] {
    const gone: number[] = [];
    for (const monday of this.weeks().filter((week) => week + WEEK_MS <= cutoffMs)) {
      this.#close(monday);
      this.#unsynced.delete(monday);
      this.#events.onRelease(monday);
      try {
        for (const suffix of SUFFIXES) rmSync(weekPath(this.#dir, monday) + suffix, { force: true });
        gone.push(monday);
      } catch (error) {
        // Windows removes no open file: the reader lets go of it soon, and the next hour removes it.
        if (!isInUse(error)) throw error;
      }
    }
    return gone;
  }

  /** Deletes at most `limit` chunks of the week that a time lies in and that ended before it; true when there may be more. */
  trimBefore(cutoffMs: number, limit: number): boolean {
    return this.#guard(weekStartMs(cutoffMs), false, ({ db }) => {
      const { changes } = db
        .prepare('DELETE FROM chunk WHERE id IN (SELECT id FROM chunk WHERE "end" < ? LIMIT ?)')
        .run(cutoffMs, limit);
      if (changes > 0) this.#blocks.clear();
      return changes === limit;
    });
  }

  /** Every series that a stored week knows. */
  knownSeries(): Set<number> {
    const known = new Set<number>();
    for (const monday of this.weeks()) {
      this.#guard(monday, undefined, ({ db }) => {
        for (const id of db.prepare<[], number>('SELECT id FROM series').pluck().iterate()) known.add(id);
        return undefined;
      });
    }
    return known;
  }

  /** The time of the oldest stored sample not before the cutoff. */
  oldestMs(cutoffMs: number): number | undefined {
    for (const monday of this.weeks()) {
      const start = this.#guard<number | null>(monday, null, ({ db }) =>
        Number(db.prepare('SELECT min(start) FROM chunk WHERE "end" >= ?').pluck().get(cutoffMs) ?? Number.NaN),
      );
      if (start !== null && !Number.isNaN(start)) return Math.max(start, cutoffMs);
    }
    return undefined;
  }

  close(): void {
    for (const monday of this.#open.keys()) this.#close(monday);
  }
}

const isInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'EPERM');

/** Bytes of all files in a folder. */
export function bytesIn(dir: string): number {
  let total = 0;
  for (const name of readdirSync(dir)) total += statSync(path.join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
  return total;
}
