// One SQLite file of the flow store: blocks of one tier, and what of a finer tier is summarised in them.
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { FLOW_BLOCK_KINDS, type FlowBlockKind } from '../types.ts';

/** Raised when a program of this version could not read what a later one writes; see docs/flow-store.md. */
const FORMAT_VERSION = 1;
const PAGE_BYTES = 8_192;
const CACHE_KIB = 1_024;
const MAX_JOURNAL_BYTES = 16 * 1024 * 1024;

const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE exporter (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);
CREATE TABLE block (id INTEGER PRIMARY KEY AUTOINCREMENT, exporter INTEGER NOT NULL, kind INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, rows INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX block_time ON block (kind, exporter, end, start, rows);
CREATE TABLE rolled (source TEXT NOT NULL, exporter TEXT NOT NULL, day INTEGER NOT NULL, uid TEXT NOT NULL,
  through INTEGER NOT NULL, PRIMARY KEY (source, exporter, day)) WITHOUT ROWID;
`;

export type StoredBlock = {
  readonly id: number;
  readonly exporter: string;
  readonly kind: FlowBlockKind;
  /** Unix s at which its first and its last bucket begin. */
  readonly startS: number;
  readonly endS: number;
  readonly rows: number;
};
export type NewBlock = Omit<StoredBlock, 'id'> & { readonly body: Uint8Array };
/** Everything up to block `through` of the source with this uid is summarised. */
export type Rolled = { readonly uid: string; readonly through: number };

type Row = { id: number; address: string; kind: number; start: number; end: number; rows: number };

/** For one thread. All throw SqliteErrors. */
export class FlowFile {
  readonly path: string;
  readonly uid: string;
  readonly #db: Database.Database;
  readonly #exporters = new Map<string, number>();
  readonly #statements = new Map<string, Database.Statement>();

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.#db = db;
    const format = Number(db.prepare("SELECT value FROM meta WHERE key = 'format'").pluck().get());
    if (format > FORMAT_VERSION) {
      throw new LinewardenError(
        'LW_STORE_NEWER_FORMAT',
        `${path} was written by a newer Linewarden (format ${format}; this one reads up to ${FORMAT_VERSION}).`,
        { hint: 'Install that version again, or restore a backup made by this one.' },
      );
    }
    this.uid = String(db.prepare("SELECT value FROM meta WHERE key = 'uid'").pluck().get());
  }

  /** Throws LW_STORE_NEWER_FORMAT. */
  static forWriting(path: string): FlowFile {
    const db = new Database(path, { timeout: 1_000 });
    return closedOnFailure(db, () => {
      db.pragma(`page_size = ${PAGE_BYTES}`);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma(`cache_size = -${CACHE_KIB}`);
      db.pragma(`journal_size_limit = ${MAX_JOURNAL_BYTES}`);
      if (!isMade(db)) {
        db.transaction(() => {
          db.exec(SCHEMA);
          db.prepare("INSERT INTO meta VALUES ('format', ?), ('uid', lower(hex(randomblob(8))))").run(FORMAT_VERSION);
        })();
      }
      return new FlowFile(path, db);
    });
  }

  /** Undefined when it is not there, or nothing is in it yet. */
  static forReading(path: string): FlowFile | undefined {
    if (!existsSync(path)) return undefined;
    const db = new Database(path, { readonly: true, fileMustExist: true });
    return closedOnFailure(db, () => {
      if (isMade(db)) return new FlowFile(path, db);
      db.close();
      return undefined;
    });
  }

  close(): void {
    this.#db.close();
  }

  /** What `run` reads is of one moment. */
  snapshot<T>(run: (file: this) => T): T {
    return this.#db.transaction(() => run(this)).deferred();
  }

  transaction(run: () => void): void {
    this.#db.transaction(run)();
  }

  /** `id`: of a block that stands for others that are removed in the same transaction. */
  insert(block: NewBlock, id: number | null = null): void {
    this.#prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      id,
      this.#exporterId(block.exporter),
      FLOW_BLOCK_KINDS.indexOf(block.kind),
      block.startS,
      block.endS,
      block.rows,
      block.body,
    );
  }

  /** Addresses of all whose flows are in it, or were. */
  exporters(): string[] {
    return this.#prepare('SELECT address FROM exporter').pluck().all() as string[];
  }

  remove(id: number): void {
    this.#prepare('DELETE FROM block WHERE id = ?').run(id);
  }

  /** Those with buckets that begin in startS to endS (exclusive), without their bodies. */
  blocks(kinds: readonly FlowBlockKind[], startS: number, endS: number): StoredBlock[] {
    const marks = kinds.map((kind) => FLOW_BLOCK_KINDS.indexOf(kind)).join(', ');
    const rows = this.#prepare(
      `SELECT block.id, address, kind, start, end, rows FROM block JOIN exporter ON exporter.id = block.exporter
       WHERE kind IN (${marks}) AND end >= ? AND start < ? ORDER BY block.id`,
    ).all(startS, endS) as Row[];
    return rows.map(({ id, address, kind, start, end, rows: count }) => ({
      id,
      exporter: address,
      kind: FLOW_BLOCK_KINDS[kind] ?? 'other',
      startS: start,
      endS: end,
      rows: count,
    }));
  }

  /** Without the pages that removed blocks have left: new blocks go there first. */
  get usedBytes(): number {
    const count = (what: string): number => Number(this.#db.pragma(what, { simple: true }));
    return (count('page_count') - count('freelist_count')) * count('page_size');
  }

  body(id: number): Uint8Array | undefined {
    return this.#prepare('SELECT body FROM block WHERE id = ?').pluck().get(id) as Uint8Array | undefined;
  }

  /** Of the first and of the last bucket. */
  span(): { startS: number; endS: number } | undefined {
    const row = this.#prepare('SELECT min(start) AS startS, max(end) AS endS FROM block').get() as {
      startS: number | null;
      endS: number | null;
    };
    return row.startS === null || row.endS === null ? undefined : { startS: row.startS, endS: row.endS };
  }

  rolled(source: string, exporter: string, day: number): Rolled | undefined {
    return this.#prepare('SELECT uid, through FROM rolled WHERE source = ? AND exporter = ? AND day = ?').get(
      source,
      exporter,
      day,
    ) as Rolled | undefined;
  }

  setRolled(source: string, exporter: string, day: number, { uid, through }: Rolled): void {
    this.#prepare('INSERT OR REPLACE INTO rolled VALUES (?, ?, ?, ?, ?)').run(source, exporter, day, uid, through);
  }

  #exporterId(address: string): number {
    let id = this.#exporters.get(address);
    if (id === undefined) {
      this.#prepare('INSERT OR IGNORE INTO exporter (address) VALUES (?)').run(address);
      id = Number(this.#prepare('SELECT id FROM exporter WHERE address = ?').pluck().get(address));
      this.#exporters.set(address, id);
    }
    return id;
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function closedOnFailure<T>(db: Database.Database, run: () => T): T {
  try {
    return run();
  } catch (error) {
    db.close();
    throw error;
  }
}

/** False for a file that was made by a writer that ended before it could put anything into it. */
const isMade = (db: Database.Database): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get() !== undefined;

/** The file itself cannot be trusted any more; trying again does not help. */
export function isCorruption(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return false;
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/.test(error.code)) return true;
  return error.code === 'SQLITE_ERROR' && /^no such (table|column|index)|has no column|malformed/.test(error.message);
}

/** The file cannot be opened or read: no right to it, a bad sector, a folder of that name. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(CANTOPEN|IOERR|PERM|AUTH|READONLY)/.test(error.code);
