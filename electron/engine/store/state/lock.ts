// One engine a data dir: a lock that the operating system lets go of when its process ends, and engine.pid to say who holds it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LinewardenError } from '../../../../shared/model/errors.ts';

export type DataDirLock = { release(): void };

/** A connection that nobody refers to is collected, and its lock with it. */
const held = new Set<Database.Database>();

/**
 * SQLite's file lock works alike on every system and cannot outlive its process, so that a pid left behind by a crash, or given to
 * another program since, never keeps anybody out. Throws LW_DATA_DIR_LOCKED.
 */
export function lockDataDir(dir: string): DataDirLock {
  const pidFile = path.join(dir, 'engine.pid');
  mkdirSync(dir, { recursive: true });
  const db = new Database(path.join(dir, 'engine.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw locked(dir, pidFile);
    throw error;
  }
  held.add(db);
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: () => {
      if (!held.delete(db)) return;
      rmSync(pidFile, { force: true });
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

function locked(dir: string, pidFile: string): LinewardenError {
  const pid = readPid(pidFile);
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  return new LinewardenError('LW_DATA_DIR_LOCKED', `${dir} is in use by ${holder}.`, {
    hint: 'Stop that one first, or give this one a data folder of its own (--data-dir).',
  });
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
