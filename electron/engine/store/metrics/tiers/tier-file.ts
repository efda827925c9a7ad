// One file of summaries: its schema and the statements that the writer and the readers share. docs/store-format.md describes it.
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { isMade, readFormat, writeFormat } from '../format.ts';
import { Membership } from '../seal/membership.ts';
import { DAY_MS } from '../week.ts';

/** `day` counts from 1 January 1970: 1 is (2 January 00:00, 3 January 00:00]. */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
  CREATE TABLE grp (id INTEGER PRIMARY KEY, members BLOB NOT NULL UNIQUE);
  CREATE TABLE summary (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    grp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    body BLOB NOT NULL
  );
  CREATE INDEX summary_day ON summary (grp, day);
  CREATE TABLE day (day INTEGER PRIMARY KEY, whole INTEGER NOT NULL DEFAULT 0);
`;

/** A group's summaries of one day. Of several that have the same series, the one with the highest id counts. */
export type SummaryRow = { readonly id: number; readonly grp: number; readonly day: number; readonly body: Buffer };

export const dayNumber = (dayStartMs: number): number => Math.round(dayStartMs / DAY_MS);

export class TierFile {
  readonly path: string;
  readonly db: Database.Database;
  /** Refresh it before a look: other series come with new rows. */
  readonly membership: Membership;
  readonly #rows: Database.Statement<[number, number, number], SummaryRow>;

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.db = db;
    this.membership = new Membership(db);
    this.#rows = db.prepare<[number, number, number], SummaryRow>(
      'SELECT id, grp, day, body FROM summary WHERE grp = ? AND day >= ? AND day <= ? ORDER BY day, id DESC',
    );
  }

  /** Opens or makes the file. Throws a SqliteError, or LW_STORE_NEWER_FORMAT. */
  static openForWriting(path: string): TierFile {
    const db = new Database(path, { timeout: 1_000 });
    try {
      // Rows are a few kilobytes: the last page of each is half empty.
      db.pragma('page_size = 1024');
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('cache_size = -512');
      db.pragma('journal_size_limit = 1048576');
      const made = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").pluck().get();
      if (made === undefined) {
        db.transaction(() => {
          db.exec(SCHEMA);
          writeFormat(db);
        })();
      }
      readFormat(db, path);
      return new TierFile(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Opens a file that another thread writes; undefined when it is not there. */
  static openForReading(path: string): TierFile | undefined {
    if (!existsSync(path)) return undefined;
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      if (!isMade(db)) {
        db.close();
        return undefined;
      }
      db.pragma('cache_size = -1024');
      db.pragma('mmap_size = 268435456');
      readFormat(db, path);
      return new TierFile(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** A group's rows of the days that begin from the one midnight to the other, by day, newest first within one. */
  rowsOf(group: number, firstDayMs: number, lastDayMs: number): SummaryRow[] {
    return this.#rows.all(group, dayNumber(firstDayMs), dayNumber(lastDayMs));
  }

  body(row: number): Buffer | undefined {
    return this.db.prepare<[number], Buffer>('SELECT body FROM summary WHERE id = ?').pluck().get(row);
  }

  /** Puts another body in a row's place; without one the row goes. Readers must reopen the file afterwards. */
  replace(row: number, body: Uint8Array | undefined): void {
    if (body === undefined) this.db.prepare('DELETE FROM summary WHERE id = ?').run(row);
    else this.db.prepare('UPDATE summary SET body = ? WHERE id = ?').run(body, row);
  }

  close(): void {
    this.db.close();
  }
}
