// Waits until the disk has every commit of a database in WAL mode, also while somebody reads it.
import { closeSync, fsyncSync, openSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';

type Checkpoint = { busy: number; log: number; checkpointed: number };

/** Throws when the disk refuses. */
export function bringToDisk(db: Database.Database, file: string): void {
  const [done] = db.pragma('wal_checkpoint(PASSIVE)') as Checkpoint[];
  // A checkpoint of all frames has waited for the disk. One that a reader holds up has not: then the log itself must be there.
  if (done?.busy === 0 && done.checkpointed >= done.log) return;
  // Windows flushes only what may be written.
  waitFor(`${file}-wal`, 'r+');
  // It may be new. Windows has no such thing for folders.
  if (process.platform !== 'win32') waitFor(path.dirname(file), 'r');
}

function waitFor(file: string, flags: string): void {
  const handle = openSync(file, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
