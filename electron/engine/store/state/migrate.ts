// Runs the migrations that a state.db lacks, with a copy of the file before each.
import { existsSync, renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Migration } from './migrations.ts';

/**
 * The schema's number is SQLite's user_version; a new file has 0 and is not copied. Before step n of an older file, it is copied
 * to `<path>.bak-<n>`. Throws LW_STATE_NEWER_SCHEMA for a file of a later version.
 */
export function migrate(db: Database.Database, path: string, migrations: readonly Migration[]): void {
  const current = Number(db.pragma('user_version', { simple: true }));
  const latest = migrations.at(-1)?.version ?? 0;
  if (current > latest) {
    throw new LinewardenError(
      'LW_STATE_NEWER_SCHEMA',
      `${path} was written by a newer Linewarden (schema ${current}; this one reads up to ${latest}).`,
      { hint: 'Install that version again, or restore a copy state.db.bak-<n> made before it.' },
    );
  }
  for (const { version, up } of migrations) {
    if (version <= current) continue;
    if (current > 0) copyTo(db, `${path}.bak-${version}`);
    db.transaction(() => {
      up(db);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
}

/** A whole copy or none: written aside first. */
function copyTo(db: Database.Database, target: string): void {
  const partial = `${target}.part`;
  rmSync(partial, { force: true });
  db.prepare('VACUUM INTO ?').run(partial);
  if (existsSync(target)) rmSync(target);
  renameSync(partial, target);
}
