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

/** (fromMs, toMs] */
export type Deleted = { readonly fromMs: number; readonly toMs: number; readonly seriesIds: Iterable<number> };

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

  /** All of them or, when the disk refuses, none. */
  add(deletions: readonly Deleted[]): void {
    const insert = this.#db.prepare('INSERT INTO tombstone ("from", "to", count, series) VALUES (?, ?, ?, ?)');
    const added = this.#db.transaction(() =>
      deletions.map(({ fromMs, toMs, seriesIds }) => {
        const ids = Float64Array.from(seriesIds).toSorted();
        const { lastInsertRowid } = insert.run(fromMs, toMs, ids.length, encodeIds(ids, ids.length));
        return { id: Number(lastInsertRowid), fromMs, toMs, seriesIds: ids };
      }),
    )();
    this.#all = [...this.#all, ...added];
  }

  /** Whether a sample of some series at a time would be hidden. */
  touches(timeMs: number): boolean {
    return this.#all.some(({ fromMs, toMs }) => timeMs > fromMs && timeMs <= toMs);
  }

  /** Whether a sample would be hidden, and go with what is deleted. */
  hides(seriesId: number, timeMs: number): boolean {
    return this.#all.some(
      ({ fromMs, toMs, seriesIds }) => timeMs > fromMs && timeMs <= toMs && isAmong(seriesIds, seriesId),
    );
  }

  remove(id: number): void {
    this.#db.prepare('DELETE FROM tombstone WHERE id = ?').run(id);
    this.#all = this.#all.filter((one) => one.id !== id);
  }
}

/** Ids ascend. */
function isAmong(ids: Float64Array, id: number): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id;
}
