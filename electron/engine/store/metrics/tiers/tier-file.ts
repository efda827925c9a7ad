// One file of summaries: its schema and the statements that the writer and the readers share. docs/store-format.md describes it.
import type Database from 'better-sqlite3';
import { type FileShape, openForReading, openForWriting } from '../open-file.ts';
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

/** Rows are a few kilobytes: the last page of each is half empty. */
const SHAPE: FileShape = { pageSize: 1024, givesBack: true, cacheKib: 512, maxJournalBytes: 1_048_576, schema: SCHEMA };

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
    return openForWriting(path, SHAPE, (db) => new TierFile(path, db));
  }

  /** Opens a file that another thread writes; undefined when it is not there. */
  static openForReading(path: string): TierFile | undefined {
    return openForReading(path, 1024, (db) => new TierFile(path, db));
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
