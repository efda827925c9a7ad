// Runs the migrations that a state.db lacks, all or none of them, with a copy of the file before.
import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Migration } from './migrations.ts';

/** Copies that are kept: of this update and of the ones before it. */
const MAX_COPIES = 3;

/**
 * The schema's number is SQLite's user_version; a new file has 0 and is not copied. An older file is copied to
 * `<path>.bak-<n>` first, n being the first step that it lacks; a step that fails leaves it as it was, for the program
 * that wrote it. Throws LW_STATE_NEWER_SCHEMA for a file of a later version.
 */
export function migrate(db: Database.Database, file: string, migrations: readonly Migration[]): void {
  const current = Number(db.pragma('user_version', { simple: true }));
  const latest = migrations.at(-1)?.version ?? 0;
  if (current > latest) {
    throw new LinewardenError(
      'LW_STATE_NEWER_SCHEMA',
      `${file} was written by a newer Linewarden (schema ${current}; this one reads up to ${latest}).`,
      { hint: 'Install that version again, or restore a copy state.db.bak-<n> made before it.' },
    );
  }
  const missing = migrations.filter(({ version }) => version > current);
  const [first] = missing;
  if (first === undefined) return;
  if (current > 0) copyTo(db, `${file}.bak-${first.version}`);
  db.transaction(() => {
    for (const { version, up } of missing) {
      up(db);
      db.pragma(`user_version = ${version}`);
    }
  }).immediate();
  removeOldCopies(file);
}

/** A whole copy or none: written aside first. */
function copyTo(db: Database.Database, target: string): void {
  const partial = `${target}.part`;
  try {
    rmSync(partial, { force: true });
    db.prepare('VACUUM INTO ?').run(partial);
    // It holds what the file holds: sealed secrets too.
    chmodSync(partial, 0o600);
    if (existsSync(target)) rmSync(target);
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function removeOldCopies(file: string): void {
  const prefix = `${path.basename(file)}.bak-`;
  const numbers = readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((number) => Number.isInteger(number))
    .toSorted((a, b) => b - a);
  for (const number of numbers.slice(MAX_COPIES)) rmSync(`${file}.bak-${number}`, { force: true });
}
