// Deletions that hide already and are not yet applied to the files: a table in head.db.
import type Database from 'better-sqlite3';
import type { Tombstone } from '../protocol.ts';
import { decodeIds, encodeIds } from '../wal/row.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tombstone (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL,
    count INTEGER NOT NULL,
    series BLOB NOT NULL
  );
`;

type Row = { id: number; from: number; to: number; count: number; series: Buffer };

export class Tombstones {
  readonly #db: Database.Database;
  #all: Tombstone[];

  constructor(db: Database.Database) {
    this.#db = db;
    db.exec(SCHEMA);
    this.#all = db
      .prepare<[], Row>('SELECT * FROM tombstone ORDER BY id')
      .all()
      .map(({ id, from, to, count, series }) => ({
        id,
        fromMs: from,
        toMs: to,
        seriesIds: decodeIds(series, count),
      }));
  }

  get all(): readonly Tombstone[] {
    return this.#all;
  }

  add(fromMs: number, toMs: number, seriesIds: Float64Array): void {
    const ids = seriesIds.toSorted();
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO tombstone ("from", "to", count, series) VALUES (?, ?, ?, ?)')
      .run(fromMs, toMs, ids.length, encodeIds(ids, ids.length));
    this.#all = [...this.#all, { id: Number(lastInsertRowid), fromMs, toMs, seriesIds: ids }];
  }

  remove(id: number): void {
    this.#db.prepare('DELETE FROM tombstone WHERE id = ?').run(id);
    this.#all = this.#all.filter((one) => one.id !== id);
  }
}
