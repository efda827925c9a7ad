// Looks into every file of the store before any is written: one that a newer program made, from a backup perhaps, stops the start.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { isMade, readFormat } from '../format.ts';

/** Throws LW_STORE_NEWER_FORMAT. Files that cannot be read are left to whoever needs them. */
export function refuseNewer(dir: string): void {
  for (const name of readdirSync(dir).filter((one) => one.endsWith('.db'))) {
    const file = path.join(dir, name);
    let db: Database.Database | undefined;
    try {
      db = new Database(file, { readonly: true, fileMustExist: true });
      if (isMade(db)) readFormat(db, file);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
    } finally {
      db?.close();
    }
  }
}
