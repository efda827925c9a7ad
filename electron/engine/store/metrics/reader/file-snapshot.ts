// One state of a file that another thread writes, from the first look to the last one of a query.
import type Database from 'better-sqlite3';

export class FileSnapshot {
  readonly #db: Database.Database;
  readonly #version: Database.Statement<[]>;
  readonly #begin: Database.Statement;
  readonly #end: Database.Statement;
  #seenVersion: unknown;
  #isOpen = false;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#version = db.prepare<[]>('PRAGMA data_version').pluck();
    this.#begin = db.prepare('BEGIN');
    this.#end = db.prepare('COMMIT');
  }

  /** True when the file has changed since the last time. From here to `end` it does not. */
  begin(): boolean | undefined {
    if (this.#isOpen) return undefined;
    this.#begin.run();
    this.#isOpen = true;
    // The first look within the transaction, which fixes what it sees.
    const version = this.#version.get();
    const hasChanged = version !== this.#seenVersion;
    this.#seenVersion = version;
    return hasChanged;
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // SQLite ends it by itself when the file proves damaged.
    if (this.#db.inTransaction) this.#end.run();
  }
}
