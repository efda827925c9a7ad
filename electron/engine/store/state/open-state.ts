// Opens state.db on the engine's main thread: small synchronous transactions. A damaged file is set aside.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { migrate } from './migrate.ts';
import { type Migration, migrations as allMigrations } from './migrations.ts';
import { salvage } from './salvage.ts';
import { alertsTable } from './tables/alerts.ts';
import { deviceEventsTable } from './tables/device-events.ts';
import { devicesTable } from './tables/devices.ts';
import { foundTable } from './tables/found.ts';
import { namesTable } from './tables/names.ts';
import { notificationsTable } from './tables/notifications.ts';
import { identitiesTable } from './tables/identities.ts';
import { pushedTable } from './tables/pushed.ts';
import { secretsTable } from './tables/secrets.ts';
import { settingsTable } from './tables/settings.ts';
import { subscribersTable } from './tables/subscribers.ts';
import type { StateStore } from './types.ts';

export type StateOptions = {
  readonly migrations?: readonly Migration[];
  /** Told one sentence when the file was damaged and set aside. */
  readonly onDamage?: (sentence: string) => void;
};

/**
 * A damaged file becomes `state.db.corrupt`, and what can be read of it goes into a new one. Throws LW_STATE_NEWER_SCHEMA,
 * or LW_STATE_UNREADABLE when the file cannot be opened or brought up to date.
 */
export function openState(dir: string, options: StateOptions = {}): StateStore {
  const { migrations = allMigrations, onDamage } = options;
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'state.db');
  let db: Database.Database | undefined;
  try {
    db = openWhole(file);
    if (db === undefined) {
      const aside = setAside(file);
      db = openDatabase(file);
      const fresh = db;
      fresh.transaction(() => salvage(aside, fresh, migrations)).immediate();
      onDamage?.(
        `state.db was damaged and set aside as ${path.basename(aside)}; devices, settings, secrets or alerts may be missing: look through the settings, or put a copy state.db.bak-<n> in its place.`,
      );
    }
    migrate(db, file, migrations);
    return storeOn(db);
  } catch (error) {
    db?.close();
    throw error instanceof LinewardenError ? error : unreadable(file, error);
  }
}

function storeOn(db: Database.Database): StateStore {
  return {
    settings: settingsTable(db),
    devices: devicesTable(db),
    identities: identitiesTable(db),
    secrets: secretsTable(db),
    alerts: alertsTable(db),
    notifications: notificationsTable(db),
    subscribers: subscribersTable(db),
    names: namesTable(db),
    found: foundTable(db),
    pushed: pushedTable(db),
    deviceEvents: deviceEventsTable(db),
    close: () => db.close(),
  };
}

/** Undefined for a damaged file. It is small, so that all of it can be read at each start. */
function openWhole(file: string): Database.Database | undefined {
  let db: Database.Database | undefined;
  try {
    db = openDatabase(file);
    if (db.pragma('quick_check(1)', { simple: true }) === 'ok') return db;
  } catch (error) {
    const isDamaged = error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
    if (!isDamaged) {
      db?.close();
      throw error;
    }
  }
  db?.close();
  return undefined;
}

function openDatabase(file: string): Database.Database {
  const db = new Database(file, { timeout: 2_000 });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -512');
    // A secret that was deleted is overwritten.
    db.pragma('secure_delete = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function setAside(file: string): string {
  let aside = `${file}.corrupt`;
  for (let n = 2; existsSync(aside); n++) aside = `${file}.corrupt-${n}`;
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  return aside;
}

function unreadable(file: string, cause: unknown): LinewardenError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LinewardenError('LW_STATE_UNREADABLE', `${file} cannot be used: ${reason}.`, {
    hint: 'Check the disk and the rights of the folder; a copy state.db.bak-<n> can be put in its place.',
    cause,
  });
}
