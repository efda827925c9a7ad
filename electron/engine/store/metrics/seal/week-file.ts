// One week's file of raw chunks: its schema and the statements that the writer and the readers share. docs/store-format.md
// describes it.
import type Database from 'better-sqlite3';
import { TIER_RAW } from '../codec/block.ts';
import { FORMAT_VERSION, writeFormat } from '../format.ts';
import { type FileShape, openForReading, openForWriting } from '../open-file.ts';
import { dayStartMs } from '../week.ts';
import { Membership } from './membership.ts';

/** No chunk spans more, so a reader need not look further back for one that reaches into its range. */
export const MAX_CHUNK_SPAN_MS = 24 * 3_600_000;

/** `merged` stands before the body, so that it is read without it; in files of format 1 it comes last, and the indexes have it. */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
  CREATE TABLE grp (id INTEGER PRIMARY KEY, members BLOB NOT NULL UNIQUE);
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY,
    grp INTEGER NOT NULL,
    tier INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    wal_seq INTEGER NOT NULL,
    merged INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL
  );
  CREATE INDEX chunk_seq ON chunk (wal_seq) WHERE wal_seq > 0;
`;

const SINCE_FORMAT_2 = `
  CREATE TABLE sealed (grp INTEGER PRIMARY KEY, wal_seq INTEGER NOT NULL);
  CREATE INDEX chunk_time ON chunk (grp, tier, start, "end", samples, merged);
  CREATE INDEX chunk_small ON chunk (start, "end", grp) WHERE merged = 0 AND tier = 0;
`;

const FORMAT_1_TO_2 = `
  ALTER TABLE chunk ADD COLUMN merged INTEGER NOT NULL DEFAULT 0;
  DROP INDEX chunk_time;
  ${SINCE_FORMAT_2}
`;

/** A week that is merged gives its free pages back. */
const SHAPE: FileShape = {
  pageSize: 4096,
  givesBack: true,
  cacheKib: 1024,
  maxJournalBytes: 4_194_304,
  schema: SCHEMA + SINCE_FORMAT_2,
};

export type ChunkPlace = {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number;
  /** All that is stored of its series in its day, but for what came later and is in other chunks; summarised. */
  readonly merged: boolean;
};

export type SmallChunk = {
  readonly id: number;
  readonly group: number;
  readonly startMs: number;
  readonly endMs: number;
};

type ChunkRow = { id: number; start: number; end: number; merged: number };

export class WeekFile {
  readonly path: string;
  readonly db: Database.Database;
  readonly membership: Membership;
  readonly #format: number;
  readonly #chunksIn: Database.Statement<[number, number, number, number], ChunkRow>;
  readonly #body: Database.Statement<[number], Buffer>;

  private constructor(path: string, db: Database.Database, format: number) {
    this.path = path;
    this.#format = format;
    this.db = db;
    this.membership = new Membership(db);
    this.#chunksIn = db.prepare<[number, number, number, number], ChunkRow>(
      `SELECT id, start, "end", ${format === 1 ? '0 AS merged' : 'merged'} FROM chunk
       WHERE grp = ? AND tier = ${TIER_RAW} AND start > ? AND start <= ? AND "end" > ? ORDER BY start, id`,
    );
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM chunk WHERE id = ?').pluck();
  }

  /**
   * Opens or makes the file, and brings one of an older format up to date: `onUpgraded` comes then. Throws a SqliteError,
   * or LW_STORE_NEWER_FORMAT.
   */
  static openForWriting(path: string, onUpgraded: () => void = () => {}): WeekFile {
    return openForWriting(path, SHAPE, (db, format) => {
      if (format < FORMAT_VERSION) {
        db.transaction(() => {
          db.exec(FORMAT_1_TO_2);
          writeFormat(db);
        })();
        onUpgraded();
      }
      return new WeekFile(path, db, FORMAT_VERSION);
    });
  }

  /** Opens a file that another thread writes; undefined when it is not there. */
  static openForReading(path: string): WeekFile | undefined {
    return openForReading(path, 2048, (db, format) => new WeekFile(path, db, format));
  }

  /**
   * A group's raw chunks with a sample time in (minTimeMs, maxTimeMs], by start. Merging replaces chunks: whoever reads their
   * bodies later keeps one read transaction open over both.
   */
  chunksIn(group: number, minTimeMs: number, maxTimeMs: number): ChunkPlace[] {
    return this.#chunksIn
      .all(group, minTimeMs - MAX_CHUNK_SPAN_MS - 1, maxTimeMs, minTimeMs)
      .map((row) => ({ id: row.id, startMs: row.start, endMs: row.end, merged: row.merged === 1 }));
  }

  /** Groups with a raw chunk that reaches into (minTimeMs, maxTimeMs]. */
  groupsIn(minTimeMs: number, maxTimeMs: number): number[] {
    return this.db
      .prepare<[number, number, number], number>(
        `SELECT DISTINCT grp FROM chunk WHERE tier = ${TIER_RAW} AND start > ? AND start <= ? AND "end" > ?`,
      )
      .pluck()
      .all(minTimeMs - MAX_CHUNK_SPAN_MS - 1, maxTimeMs, minTimeMs);
  }

  /** Chunks that are not merged yet and begin in (minTimeMs, maxTimeMs], by start. */
  smallChunks(minTimeMs: number, maxTimeMs: number): SmallChunk[] {
    return this.db
      .prepare<[number, number], { id: number; grp: number; start: number; end: number }>(
        `SELECT id, grp, start, "end" FROM chunk
         WHERE merged = 0 AND tier = 0 AND start > ? AND start <= ? ORDER BY start, "end", id`,
      )
      .all(minTimeMs, maxTimeMs)
      .map((row) => ({ id: row.id, group: row.grp, startMs: row.start, endMs: row.end }));
  }

  /** Days that begin in [fromMs, toMs) and have a merged chunk, by their midnights. */
  mergedDays(fromMs: number, toMs: number): number[] {
    const starts = this.db
      .prepare<[number, number], number>(
        `SELECT DISTINCT start FROM chunk WHERE merged = 1 AND tier = ${TIER_RAW} AND start > ? AND start <= ?`,
      )
      .pluck()
      .all(fromMs, toMs);
    return [...new Set(starts.map(dayStartMs))].toSorted((a, b) => a - b);
  }

  /** Undefined when the chunk was merged, or went with the retention. An id is never given out twice. */
  body(chunk: number): Buffer | undefined {
    return this.#body.get(chunk);
  }

  /** The highest number of a wal row that this file speaks of. */
  highestSeq(): number {
    const ofChunks = Number(this.db.prepare('SELECT max(wal_seq) FROM chunk').pluck().get() ?? 0);
    if (this.#format === 1) return ofChunks;
    return Math.max(ofChunks, Number(this.db.prepare('SELECT max(wal_seq) FROM sealed').pluck().get() ?? 0));
  }

  close(): void {
    this.db.close();
  }
}
