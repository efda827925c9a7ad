// What the writer writes into one week's file: chunks in and out, without losing what their wal_seq promised.
import type Database from 'better-sqlite3';
import { TIER_RAW } from '../codec/block.ts';
import { encodeMembers } from './membership.ts';

export type NewChunk = {
  /** Series ids by place. */
  readonly members: ArrayLike<number>;
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly body: Uint8Array;
  /** The promise of docs/store-format.md; 0 promises nothing. */
  readonly walSeq: number;
  readonly merged: boolean;
};

/** The labels of a series as JSON; undefined for one that is forgotten. */
export type LabelsOf = (id: number) => string | undefined;

/** Nobody asks for chunks of this tier. */
const TIER_DAMAGED = 255;

/** Every method runs in a transaction of the caller's. */
export class WeekRows {
  readonly #db: Database.Database;
  readonly #findGroup: Database.Statement<[Uint8Array], number>;
  readonly #insertGroup: Database.Statement<[Uint8Array]>;
  readonly #insertSeries: Database.Statement<[number, string]>;
  readonly #insertChunk: Database.Statement<
    [number, number, number, number, number, number, number, number, Uint8Array]
  >;
  readonly #highest: Database.Statement<[], number | null>;
  readonly #promise: Database.Statement<[number]>;
  readonly #remove: Database.Statement<[number]>;
  readonly #keepHighest: Database.Statement<[]>;
  readonly #anyForgotten: Database.Statement<[], number>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#findGroup = db.prepare<[Uint8Array], number>('SELECT id FROM grp WHERE members = ?').pluck();
    this.#insertGroup = db.prepare('INSERT INTO grp (members) VALUES (?)');
    this.#insertSeries = db.prepare('INSERT OR IGNORE INTO series VALUES (?, ?)');
    this.#insertChunk = db.prepare(
      `INSERT INTO chunk (id, grp, tier, start, "end", samples, wal_seq, merged, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#highest = db
      .prepare<[], number | null>(
        `SELECT max(coalesce((SELECT max(id) FROM chunk), 0), coalesce((SELECT value FROM meta WHERE key = 'chunk_id'), 0))`,
      )
      .pluck();
    // Whoever reads the file again after a crash must not take a removed chunk's samples from the wal once more.
    this.#promise = db.prepare(
      `INSERT INTO sealed (grp, wal_seq) SELECT grp, wal_seq FROM chunk WHERE id = ? AND wal_seq > 0
       ON CONFLICT (grp) DO UPDATE SET wal_seq = max(wal_seq, excluded.wal_seq)`,
    );
    this.#remove = db.prepare('DELETE FROM chunk WHERE id = ?');
    this.#keepHighest = db.prepare(
      `INSERT INTO meta SELECT 'chunk_id', max(id) FROM chunk WHERE true
       ON CONFLICT (key) DO UPDATE SET value = max(value, coalesce(excluded.value, 0))`,
    );
    this.#anyForgotten = db.prepare<[], number>("SELECT 1 FROM meta WHERE key = 'forgot'").pluck();
  }

  /** The file's id of a group; its series' labels come in with it. */
  group(members: ArrayLike<number>, labelsOf: LabelsOf): number {
    const body = encodeMembers(members);
    const known = this.#findGroup.get(body);
    if (known !== undefined && this.#anyForgotten.get() === undefined) return known;
    for (let i = 0; i < members.length; i++) {
      const labels = labelsOf(members[i]!);
      if (labels !== undefined) this.#insertSeries.run(members[i]!, labels);
    }
    return known ?? Number(this.#insertGroup.run(body).lastInsertRowid);
  }

  insert(chunks: readonly NewChunk[], labelsOf: LabelsOf): void {
    let id = this.#highest.get() ?? 0;
    for (const { members, startMs, endMs, samples, walSeq, merged, body } of chunks) {
      const group = this.group(members, labelsOf);
      this.#insertChunk.run(++id, group, TIER_RAW, startMs, endMs, samples, walSeq, merged ? 1 : 0, body);
    }
  }

  remove(ids: Iterable<number>): void {
    this.#keepHighest.run();
    for (const id of ids) {
      this.#promise.run(id);
      this.#remove.run(id);
    }
  }

  /** Whether all of them are still there: something else may have taken them while they were read. */
  has(ids: readonly number[]): boolean {
    const find = this.#db.prepare('SELECT 1 FROM chunk WHERE id = ?');
    return ids.every((id) => find.get(id) !== undefined);
  }

  /** Keeps a chunk that cannot be decoded out of everybody's sight; it goes with its week. */
  putAside(id: number): void {
    this.#db.prepare(`UPDATE chunk SET tier = ${TIER_DAMAGED} WHERE id = ?`).run(id);
  }

  /** Series that this file has no sample of any more; a lost head.db does not bring them back from here. */
  forget(ids: Iterable<number>): void {
    const remove = this.#db.prepare('DELETE FROM series WHERE id = ?');
    let any = false;
    for (const id of ids) any = remove.run(id).changes > 0 || any;
    if (any) this.#db.prepare("INSERT OR REPLACE INTO meta VALUES ('forgot', 1)").run();
  }
}
