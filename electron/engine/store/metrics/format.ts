// The version of the metric store's files, and what SQLite's errors mean for them.
import Database from 'better-sqlite3';
import { LinewardenError } from '../../../../shared/model/errors.ts';

/** Raised when a program of this version could not read what a later one writes; see docs/store-format.md. */
export const FORMAT_VERSION = 2;

/** False for a file that was made by a writer that ended before it could put anything into it. */
export const isMade = (db: Database.Database): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get() !== undefined;

/** What a file says of itself; throws LW_STORE_NEWER_FORMAT when this program must leave it alone. */
export function readFormat(db: Database.Database, path: string): number {
  const format = Number(db.prepare("SELECT value FROM meta WHERE key = 'format'").pluck().get());
  if (format > FORMAT_VERSION) throw newerFormat(path, format);
  return format;
}

export const writeFormat = (db: Database.Database): void => {
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('format', ?)").run(FORMAT_VERSION);
};

function newerFormat(path: string, format: number): LinewardenError {
  return new LinewardenError(
    'LW_STORE_NEWER_FORMAT',
    `${path} was written by a newer Linewarden (format ${format}; this one reads up to ${FORMAT_VERSION}).`,
    { hint: 'Install that version again, or restore a backup made by this one.' },
  );
}

/** The file itself cannot be trusted any more; trying again does not help. */
export function isCorruption(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return false;
  // A short read: the file ends before a page that it says it has.
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/.test(error.code)) return true;
  // All statements are the program's own: when a file lacks what they name, its schema is damaged.
  return error.code === 'SQLITE_ERROR' && /^no such (table|column|index)|has no column|malformed/.test(error.message);
}

/** SQLite makes a file beside each database that it opens, and reports an I/O error when there is no room for that one. */
export const hasNoRoom = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code === 'SQLITE_FULL' || error.code.startsWith('SQLITE_IOERR_SHM'));

/** Why the store does not open; other errors are passed on as they are. */
export function cannotOpen(dir: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const why = hasNoRoom(error) ? 'the disk is full' : `${error.code}: ${error.message}`;
  return new LinewardenError('LW_STORE_FAILED', `The metric store in ${dir} cannot be opened (${why}).`, {
    hint: 'Free some space, or check the disk and the rights of the folder; what is stored was not touched.',
  });
}

/** One sentence for the operator. */
export function describeFailure(error: unknown): string {
  if (error instanceof Database.SqliteError) {
    if (error.code === 'SQLITE_FULL') return 'The disk is full';
    if (error.code.startsWith('SQLITE_READONLY') || error.code === 'SQLITE_CANTOPEN')
      return 'The data folder cannot be written to';
    return `The metric store cannot be written (${error.code}: ${error.message})`;
  }
  return `The metric store cannot be written (${error instanceof Error ? error.message : String(error)})`;
}
