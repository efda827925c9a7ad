// The writer's view of all week files: chunks inserted, looked up, trimmed and removed.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Block, openBlock } from '../codec/block.ts';
import type { SealedLookup, StoredSample } from '../head/head.ts';
import { WEEK_MS, weekName, weekOfName, weekStartMs } from '../week.ts';
import { OpenFiles } from './open-files.ts';
import { addSeriesIds } from './series-ids.ts';
import { WeekFile } from './week-file.ts';
import { type LabelsOf, type NewChunk, WeekRows } from './week-rows.ts';

const MAX_OPEN = 3;
const MAX_CACHED_BLOCKS = 64;

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
  readonly #files: OpenFiles<number, WeekFile>;
  readonly #blocks = new Map<string, Block>();
  /** Asked for with every series that comes back; undefined once a file was made or may have gone. */
  #stored: readonly number[] | undefined;

  constructor(dir: string, events: WeekFileEvents) {
    this.#dir = dir;
    this.#files = new OpenFiles({
      maxOpen: MAX_OPEN,
      pathOf: (monday) => weekPath(dir, monday),
      // Readers then see the columns that the new format has.
      open: (at, monday) => {
        if (this.#stored?.includes(monday) !== true) this.#stored = undefined;
        return WeekFile.openForWriting(at, () => events.onRelease(monday));
      },
      onClosed: () => this.#blocks.clear(),
      onRelease: (monday) => {
        this.#stored = undefined;
        events.onRelease(monday);
      },
      onDamage: (aside) => events.onDamage(aside),
    });
  }

  weeks(): number[] {
    return storedWeeks(this.#dir);
  }

  /** Inserts chunks into one week's file in one transaction. A damaged file is set aside and a new one begun. */
  insert(mondayMs: number, chunks: readonly NewChunk[], labelsOf: LabelsOf): void {
    this.change(mondayMs, (rows) => rows.insert(chunks, labelsOf));
  }

  /** One transaction in a week's file, which is made when it is not there. */
  change(mondayMs: number, write: (rows: WeekRows, file: WeekFile) => void): void {
    this.#files.change(mondayMs, (file) => {
      const rows = new WeekRows(file.db);
      file.db.transaction(() => write(rows, file))();
      file.membership.refresh();
    });
    this.#blocks.clear();
  }

  /** The same in a file that is stored; false when it is not there (any more), or damaged. */
  amend(mondayMs: number, write: (rows: WeekRows, file: WeekFile) => void): boolean {
    const done = this.#files.amend(mondayMs, false, (file) => {
      const rows = new WeekRows(file.db);
      file.db.transaction(() => write(rows, file))();
      file.membership.refresh();
      return true;
    });
    this.#blocks.clear();
    return done;
  }

  /** Runs `use` on a stored week's file; a damaged one is set aside, and answers with `otherwise`. */
  look<T>(mondayMs: number, otherwise: T, use: (file: WeekFile) => T): T {
    return this.#files.guard(mondayMs, otherwise, (file) => {
      file.membership.refresh();
      return use(file);
    });
  }

  /** Brings every commit to the disk, so that the wal rows behind them may go. */
  sync(): void {
    this.#files.sync();
  }

  /** For each series id the newest wal row that this week's chunks hold, of those from `firstSeq`. */
  sealedSeqs(mondayMs: number, firstSeq: number): Map<number, number> {
    const sealed = new Map<number, number>();
    this.look(mondayMs, undefined, (file) => {
      const rows = file.db
        .prepare<[number, number], { grp: number; seq: number }>(
          `SELECT grp, max(wal_seq) AS seq FROM chunk WHERE wal_seq > 0 AND wal_seq >= ? GROUP BY grp
           UNION ALL SELECT grp, wal_seq FROM sealed WHERE wal_seq >= ?`,
        )
        .all(firstSeq, firstSeq);
      for (const { grp, seq } of rows) {
        for (const id of file.membership.membersOf(grp)) sealed.set(id, Math.max(seq, sealed.get(id) ?? 0));
      }
    });
    return sealed;
  }

  /** Each week's file that reaches into the times is opened once, newest first, and only while a series is looked for. */
  lastTimes(fromById: ReadonlyMap<number, number>, untilMs: number): Map<number, number> {
    const found = new Map<number, number>();
    const wanted = new Map(fromById);
    let oldestMs = Infinity;
    for (const fromMs of wanted.values()) oldestMs = Math.min(oldestMs, fromMs);
    this.#stored ??= this.weeks();
    for (const monday of this.#stored.toReversed()) {
      if (monday > untilMs) continue;
      if (wanted.size === 0 || monday < weekStartMs(oldestMs)) break;
      this.#files.guard(monday, undefined, (file) => {
        const known = file.db.prepare<[number], number>('SELECT 1 FROM series WHERE id = ?').pluck();
        let isFresh = false;
        for (const [id, fromMs] of wanted) {
          if (monday < weekStartMs(fromMs) || known.get(id) === undefined) continue;
          // Not before a series is here: to read who is in which group costs more than to open the file.
          if (!isFresh) file.membership.refresh();
          isFresh = true;
          const last = this.#lastIn(monday, file, id, fromMs, untilMs);
          if (last === -Infinity) continue;
          found.set(id, last);
          wanted.delete(id);
        }
      });
    }
    return found;
  }

  #lastIn(mondayMs: number, file: WeekFile, id: number, fromMs: number, untilMs: number): number {
    let last = -Infinity;
    const afterMs = Math.max(mondayMs, fromMs) - 1;
    for (const group of file.membership.groupsOf(id)) {
      const member = file.membership.membersOf(group).indexOf(id);
      for (const place of file.chunksIn(group, afterMs, Math.min(mondayMs + WEEK_MS, untilMs)).toReversed()) {
        if (place.endMs <= last) continue;
        const block = this.#block(mondayMs, file, place.id);
        const entry = block.entries.get(member);
        if (entry === undefined) continue;
        const times = new Float64Array(entry.count);
        block.decode(entry, times, new Float64Array(entry.count), 0);
        const at = times.findLast((time) => time <= untilMs) ?? -Infinity;
        if (at > afterMs && at > last) last = at;
      }
    }
    return last;
  }

  sampleAt(id: number, timeMs: number): StoredSample | undefined {
    const monday = weekStartMs(timeMs);
    // Format 1 put a Monday's first moment into the week that it begins.
    const neighbour = timeMs === monday + WEEK_MS ? this.#sampleIn(timeMs, id, timeMs) : undefined;
    return neighbour ?? this.#sampleIn(monday, id, timeMs);
  }

  #sampleIn(mondayMs: number, id: number, timeMs: number): StoredSample | undefined {
    return this.look<StoredSample | undefined>(mondayMs, undefined, (file) => {
      for (const group of file.membership.groupsOf(id)) {
        const member = file.membership.membersOf(group).indexOf(id);
        for (const place of file.chunksIn(group, timeMs - 1, timeMs)) {
          const block = this.#block(mondayMs, file, place.id);
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

  setAside(mondayMs: number): void {
    this.#files.setAside(mondayMs);
  }

  /** Removes a week's file; false while a reader still has it open. */
  remove(mondayMs: number): boolean {
    return this.#files.remove(mondayMs);
  }

  /** Removes the files of weeks that ended before a time; answers with their Mondays. */
  removeBefore(cutoffMs: number): number[] {
    return this.weeks().filter((monday) => monday + WEEK_MS < cutoffMs && this.remove(monday));
  }

  /**
   * Deletes at most `limit` chunks of the week that a time lies in and that ended before it, only merged ones on demand; true when
   * there may be more. `onFound` comes before they go.
   */
  trimBefore(cutoffMs: number, limit: number, mergedOnly: boolean, onFound: () => void): boolean {
    const monday = weekStartMs(cutoffMs);
    const ids = this.look<number[]>(monday, [], ({ db }) =>
      db
        .prepare<[number, number, number], number>(
          `SELECT id FROM chunk WHERE start < ? AND "end" < ? ${mergedOnly ? 'AND merged = 1' : ''} LIMIT ?`,
        )
        .pluck()
        .all(cutoffMs, cutoffMs, limit),
    );
    if (ids.length === 0) return false;
    onFound();
    this.amend(monday, (rows) => rows.remove(ids));
    return ids.length === limit;
  }

  /** Adds every series that a stored week knows, in slices. */
  *addKnownSeries(known: Set<number>): Generator<void> {
    for (const monday of this.weeks()) {
      yield* addSeriesIds(known, (read) => this.#files.guard<number[]>(monday, [], ({ db }) => read(db)));
    }
  }

  /** The time of the oldest stored sample not before the cutoff. */
  oldestMs(cutoffMs: number): number | undefined {
    for (const monday of this.weeks()) {
      const start = this.look<number | null>(monday, null, ({ db }) =>
        Number(db.prepare('SELECT min(start) FROM chunk WHERE "end" >= ?').pluck().get(cutoffMs) ?? Number.NaN),
      );
      if (start !== null && !Number.isNaN(start)) return Math.max(start, cutoffMs);
    }
    return undefined;
  }

  /** The time of the newest stored sample. */
  newestMs(): number | undefined {
    for (const monday of this.weeks().toReversed()) {
      const end = this.look<number | null>(
        monday,
        null,
        ({ db }) => db.prepare<[], number | null>('SELECT max("end") FROM chunk').pluck().get() ?? null,
      );
      if (end !== null) return end;
    }
    return undefined;
  }

  close(): void {
    this.#files.closeAll();
  }
}

/** Bytes of all files in a folder. */
export function bytesIn(dir: string): number {
  let total = 0;
  for (const name of readdirSync(dir)) total += statSync(path.join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
  return total;
}
