// Opens state.db on the engine's main thread: small synchronous transactions.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { migrate } from './migrate.ts';
import { type Migration, migrations as allMigrations } from './migrations.ts';
import { alertsTable } from './tables/alerts.ts';
import { devicesTable } from './tables/devices.ts';
import { secretsTable } from './tables/secrets.ts';
import { settingsTable } from './tables/settings.ts';
import type { StateStore } from './types.ts';

/** Throws LW_STATE_NEWER_SCHEMA, or LW_STATE_UNREADABLE when the file is damaged or cannot be opened. */
export function openState(dir: string, migrations: readonly Migration[] = allMigrations): StateStore {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'state.db');
  const db = openDatabase(file);
  try {
    migrate(db, file, migrations);
    return {
      settings: settingsTable(db),
      devices: devicesTable(db),
      secrets: secretsTable(db),
      alerts: alertsTable(db),
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error instanceof LinewardenError ? error : unreadable(file, error);
  }
}

function openDatabase(file: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 2_000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -512');
    // A secret that was deleted is overwritten.
    db.pragma('secure_delete = ON');
    return db;
  } catch (error) {
    db?.close();
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): LinewardenError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LinewardenError('LW_STATE_UNREADABLE', `${file} cannot be used: ${reason}.`, {
    hint: 'Check the disk and the rights of the folder; a copy state.db.bak-<n> can be put in its place.',
    cause,
  });
}
