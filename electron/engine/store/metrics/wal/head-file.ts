// head.db: the series table and the wal. docs/store-format.md describes it.
import Database from 'better-sqlite3';
import { FORMAT_VERSION, writeFormat } from '../format.ts';
import { type FileShape, openForWriting } from '../open-file.ts';

const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY AUTOINCREMENT, hash INTEGER NOT NULL, labels TEXT NOT NULL);
  CREATE INDEX series_hash ON series (hash);
  CREATE TABLE wal (seq INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, body BLOB NOT NULL);
`;

const SHAPE: FileShape = { cacheKib: 2048, maxJournalBytes: 8_388_608, schema: SCHEMA };

/** A millisecond or two. */
const SERIES_AT_ONCE = 1000;

export type NewSeries = { readonly id: number; readonly labelsKey: string };
export type NewWalRow = { readonly seq: number; readonly timeMs: number; readonly body: Uint8Array };
export type StoredWalRow = { seq: number; time: number; body: Buffer };

export class HeadFile {
  readonly db: Database.Database;
  readonly #findSeries: Database.Statement<[number], { id: number; labels: string }>;
  readonly #labelsOf: Database.Statement<[number], string>;
  readonly #insertSeries: Database.Statement<[number, number, string]>;
  readonly #insertWal: Database.Statement<[number, number, Uint8Array]>;
  readonly #rowsAfter: Database.Statement<[number, number], StoredWalRow>;
  readonly #deleteWal: Database.Statement<[number]>;
  readonly #commit: (series: readonly NewSeries[], rows: readonly NewWalRow[]) => void;

  private constructor(db: Database.Database) {
    this.db = db;
    this.#findSeries = db.prepare('SELECT id, labels FROM series WHERE hash = ?');
    this.#labelsOf = db.prepare<[number], string>('SELECT labels FROM series WHERE id = ?').pluck();
    this.#insertSeries = db.prepare('INSERT INTO series (id, hash, labels) VALUES (?, ?, ?)');
    this.#insertWal = db.prepare('INSERT INTO wal (seq, time, body) VALUES (?, ?, ?)');
    this.#rowsAfter = db.prepare('SELECT seq, time, body FROM wal WHERE seq > ? AND seq <= ? ORDER BY seq');
    this.#deleteWal = db.prepare('DELETE FROM wal WHERE seq < ?');
    this.#commit = db.transaction((series: readonly NewSeries[], rows: readonly NewWalRow[]) => {
      for (const { id, labelsKey } of series) this.#insertSeries.run(id, hashOf(labelsKey), labelsKey);
      for (const row of rows) this.#insertWal.run(row.seq, row.timeMs, row.body);
    });
  }

  /** Throws a SqliteError, or LW_STORE_NEWER_FORMAT. */
  static open(path: string): HeadFile {
    return openForWriting(path, SHAPE, (db, format) => {
      // Nothing of format 1 is laid out differently here: an older program is to leave the week files alone, too.
      if (format < FORMAT_VERSION) writeFormat(db);
      return new HeadFile(db);
    });
  }

  findSeries(labelsKey: string): number | undefined {
    return this.#findSeries.all(hashOf(labelsKey)).find((row) => row.labels === labelsKey)?.id;
  }

  labelsOf(id: number): string | undefined {
    return this.#labelsOf.get(id);
  }

  /** One transaction: all of it is stored, or none. */
  commit(series: readonly NewSeries[], rows: readonly NewWalRow[]): void {
    this.#commit(series, rows);
  }

  /** By seq, ascending. */
  walRows(): IterableIterator<StoredWalRow> {
    return this.db.prepare<[], StoredWalRow>('SELECT seq, time, body FROM wal ORDER BY seq').iterate();
  }

  /** Rows after `afterSeq` up to `lastSeq`: one, and more while they have no more bytes than this. */
  walRowsAfter(afterSeq: number, lastSeq: number, maxBytes: number): StoredWalRow[] {
    const rows: StoredWalRow[] = [];
    let bytes = 0;
    for (const row of this.#rowsAfter.iterate(afterSeq, lastSeq)) {
      bytes += row.body.length;
      if (rows.length > 0 && bytes > maxBytes) break;
      rows.push(row);
    }
    return rows;
  }

  /** The wal's first and last seq; undefined when it is empty. */
  walBounds(): { first: number; last: number; rows: number } | undefined {
    const row = this.db
      .prepare<[], { first: number | null; last: number | null; rows: number }>(
        'SELECT min(seq) AS first, max(seq) AS last, count(*) AS rows FROM wal',
      )
      .get();
    return row?.first == null || row.last === null ? undefined : { first: row.first, last: row.last, rows: row.rows };
  }

  deleteWalBefore(seq: number): void {
    this.#deleteWal.run(seq);
  }

  /** The highest number ever given out by a table, even when its row is gone. */
  highest(table: 'series' | 'wal'): number {
    const row = this.db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(table);
    return typeof row === 'number' ? row : 0;
  }

  /** Takes over series that week files know and never gives out a wal number up to `seq` again. */
  adopt(series: readonly { id: number; labels: string }[], seq: number): void {
    const insert = this.db.prepare('INSERT OR IGNORE INTO series (id, hash, labels) VALUES (?, ?, ?)');
    this.db.transaction(() => {
      for (const { id, labels } of series) insert.run(id, hashOf(labels), labels);
      if (seq <= this.highest('wal')) return;
      // A row that comes and goes moves the table's counter.
      this.#insertWal.run(seq, 0, Buffer.alloc(0));
      this.db.prepare('DELETE FROM wal WHERE seq = ?').run(seq);
    })();
  }

  /** The next series by id, as many as a slice of background work looks at. */
  seriesAfter(id: number): { id: number; labels: string }[] {
    return this.db
      .prepare<[number, number], { id: number; labels: string }>(
        'SELECT id, labels FROM series WHERE id > ? ORDER BY id LIMIT ?',
      )
      .all(id, SERIES_AT_ONCE);
  }

  deleteSeries(ids: Iterable<number>): void {
    const remove = this.db.prepare('DELETE FROM series WHERE id = ?');
    this.db.transaction(() => {
      for (const id of ids) remove.run(id);
    })();
  }

  /** What was kept under a name of the writer's own; undefined when nothing was. */
  note(key: 'clock'): unknown {
    return this.db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
  }

  keepNote(key: 'clock', value: string): void {
    this.db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(key, value);
  }

  /** Writes a few pages and takes them back: throws when the disk refuses. */
  probe(): void {
    this.db
      .transaction(() => {
        this.db.prepare("INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob(65536))").run();
      })
      .immediate();
    this.db.prepare("DELETE FROM meta WHERE key = 'probe'").run();
  }

  /** Whether every page of the file can be read; SQLite finds damage in the middle only when it gets there. */
  isWhole(): boolean {
    return this.db.pragma('quick_check(1)', { simple: true }) === 'ok';
  }

  seriesCount(): number {
    return Number(this.db.prepare('SELECT count(*) FROM series').pluck().get());
  }

  close(): void {
    this.db.close();
  }
}

/** All series of a head.db that another thread has open. */
export function readSeries(path: string): { id: number; labels: string }[] {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return db.prepare<[], { id: number; labels: string }>('SELECT id, labels FROM series').all();
  } finally {
    db.close();
  }
}

/** FNV-1a over UTF-16 units with 52 bits kept: an index key only, equality is checked on the text. */
export function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5bd1e995) ^ (low >>> 15);
  }
  return (high & 0xfffff) * 0x1_0000_0000 + (low >>> 0);
}
