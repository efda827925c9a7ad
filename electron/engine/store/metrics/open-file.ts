// How every SQLite file of the store is opened: made when it is new, refused when a newer program wrote it, closed when that fails.
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { isMade, readFormat, writeFormat } from './format.ts';

const MMAP_BYTES = 256 * 1024 * 1024;

export type FileShape = {
  /** Bytes; heeded by new files only. */
  readonly pageSize?: number;
  /** True: free pages can be given back in steps. Heeded by new files only. */
  readonly givesBack?: boolean;
  readonly cacheKib: number;
  readonly maxJournalBytes: number;
  readonly schema: string;
};

/** `use` gets the format that the file had. Throws a SqliteError, or LW_STORE_NEWER_FORMAT. */
export function openForWriting<T>(
  path: string,
  { pageSize, givesBack = false, cacheKib, maxJournalBytes, schema }: FileShape,
  use: (db: Database.Database, format: number) => T,
): T {
  // Whoever holds the lock longer (a backup, a scanner) is waited for by trying again, not by blocking the thread.
  const db = new Database(path, { timeout: 1_000 });
  try {
    if (pageSize !== undefined) db.pragma(`page_size = ${pageSize}`);
    if (givesBack) db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`journal_size_limit = ${maxJournalBytes}`);
    if (!isMade(db)) {
      db.transaction(() => {
        db.exec(schema);
        writeFormat(db);
      })();
    }
    return use(db, readFormat(db, path));
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A file that another thread writes; undefined when it is not there, or nothing is in it yet. Throws as the other. */
export function openForReading<T>(
  path: string,
  cacheKib: number,
  use: (db: Database.Database, format: number) => T,
): T | undefined {
  if (!existsSync(path)) return undefined;
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    if (!isMade(db)) {
      db.close();
      return undefined;
    }
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`mmap_size = ${MMAP_BYTES}`);
    return use(db, readFormat(db, path));
  } catch (error) {
    db.close();
    throw error;
  }
}
