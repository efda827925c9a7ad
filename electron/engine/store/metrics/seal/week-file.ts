// One week's file of sealed chunks: its schema and its statements. docs/store-format.md describes it.
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { TIER_RAW } from '../codec/block.ts';
import { FORMAT_VERSION, newerFormat } from '../format.ts';
import { Membership } from './membership.ts';

/** No chunk spans more, so a reader need not look further back for one that reaches into its range. */
export const MAX_CHUNK_SPAN_MS = 24 * 3_600_000;

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
    body BLOB NOT NULL
  );
  CREATE INDEX chunk_time ON chunk (grp, tier, start, "end", samples);
  CREATE INDEX chunk_seq ON chunk (wal_seq);
`;

export type ChunkPlace = { readonly id: number; readonly startMs: number; readonly endMs: number };

type ChunkRow = { id: number; start: number; end: number };

export class WeekFile {
  readonly path: string;
  readonly db: Database.Database;
  readonly membership: Membership;
  readonly #chunksIn: Database.Statement<[number, number, number, number], ChunkRow>;
  readonly #body: Database.Statement<[number], Buffer>;

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.db = db;
    this.membership = new Membership(db);
    this.#chunksIn = db.prepare<[number, number, number, number], ChunkRow>(
      `SELECT id, start, "end" FROM chunk
       WHERE grp = ? AND tier = ${TIER_RAW} AND start > ? AND start <= ? AND "end" > ? ORDER BY start, id`,
    );
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM chunk WHERE id = ?').pluck();
  }

  /** Opens or makes the file. Throws a SqliteError, or LW_STORE_NEWER_FORMAT. */
  static openForWriting(path: string): WeekFile {
    const db = new Database(path, { timeout: 1_000 });
    try {
      db.pragma('page_size = 4096');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('cache_size = -1024');
      db.pragma('journal_size_limit = 4194304');
      const made = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").pluck().get();
      if (made === undefined) {
        db.transaction(() => {
          db.exec(SCHEMA);
          db.prepare("INSERT INTO meta VALUES ('format', ?)").run(FORMAT_VERSION);
        })();
      }
      checkFormat(db, path);
      return new WeekFile(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Opens a file that another thread writes; undefined when it is not there. */
  static openForReading(path: string): WeekFile | undefined {
    if (!existsSync(path)) return undefined;
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      db.pragma('cache_size = -2048');
      db.pragma('mmap_size = 268435456');
      checkFormat(db, path);
      return new WeekFile(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** A group's raw chunks with a sample time in (minTimeMs, maxTimeMs], by start. */
  chunksIn(group: number, minTimeMs: number, maxTimeMs: number): ChunkPlace[] {
    return this.#chunksIn
      .all(group, minTimeMs - MAX_CHUNK_SPAN_MS - 1, maxTimeMs, minTimeMs)
      .map((row) => ({ id: row.id, startMs: row.start, endMs: row.end }));
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

  body(chunk: number): Buffer | undefined {
    return this.#body.get(chunk);
  }

  close(): void {
    this.db.close();
  }
}

function checkFormat(db: Database.Database, path: string): void {
  const format = Number(db.prepare("SELECT value FROM meta WHERE key = 'format'").pluck().get());
  if (format > FORMAT_VERSION) throw newerFormat(path, format);
}
