// The numbered steps that bring an older state.db up to date; a released step is never changed.
import type Database from 'better-sqlite3';

export type Migration = { readonly version: number; readonly up: (db: Database.Database) => void };

export const migrations: readonly Migration[] = [
  {
    version: 1,
    up: (db) =>
      db.exec(`
        CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE device (
          id TEXT PRIMARY KEY,
          kind TEXT NOT NULL,
          name TEXT NOT NULL,
          address TEXT NOT NULL,
          config TEXT NOT NULL,
          created_ms INTEGER NOT NULL,
          last_seen_ms INTEGER,
          labels TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE alert (
          fingerprint TEXT NOT NULL,
          active_at_ms INTEGER NOT NULL,
          rule_key TEXT NOT NULL,
          name TEXT NOT NULL,
          labels TEXT NOT NULL,
          annotations TEXT NOT NULL,
          fired_at_ms INTEGER,
          resolved_at_ms INTEGER,
          value BLOB NOT NULL,
          expr TEXT NOT NULL,
          PRIMARY KEY (fingerprint, active_at_ms)
        ) WITHOUT ROWID;
        CREATE INDEX alert_resolved ON alert (resolved_at_ms);
      `),
  },
  {
    version: 2,
    up: (db) =>
      db.exec(`
        CREATE TABLE address_name (
          address TEXT NOT NULL,
          source TEXT NOT NULL,
          device_id TEXT NOT NULL,
          name TEXT NOT NULL,
          seen_ms INTEGER NOT NULL,
          PRIMARY KEY (address, source, device_id)
        ) WITHOUT ROWID;
        CREATE TABLE interface_name (device_id TEXT PRIMARY KEY, names TEXT NOT NULL, seen_ms INTEGER NOT NULL) WITHOUT ROWID;
      `),
  },
  {
    version: 3,
    up: (db) =>
      db.exec(`
        CREATE TABLE device_identity (
          device_id TEXT PRIMARY KEY,
          serial TEXT,
          other_serial TEXT,
          former_names TEXT NOT NULL,
          former_addresses TEXT NOT NULL
        ) WITHOUT ROWID;
      `),
  },
  {
    version: 4,
    up: (db) =>
      db.exec(`
        CREATE TABLE subscriber (key TEXT PRIMARY KEY, record TEXT NOT NULL);
        CREATE TABLE subscriber_session (
          key TEXT NOT NULL,
          began_ms INTEGER NOT NULL,
          device TEXT NOT NULL,
          ended_ms INTEGER NOT NULL,
          service TEXT NOT NULL,
          address TEXT NOT NULL,
          caller_id TEXT NOT NULL,
          rx_bytes INTEGER NOT NULL,
          tx_bytes INTEGER NOT NULL,
          PRIMARY KEY (key, began_ms, device)
        ) WITHOUT ROWID;
        CREATE INDEX subscriber_session_ended ON subscriber_session (ended_ms);
      `),
  },
  {
    version: 5,
    up: (db) =>
      db.exec(`
        CREATE TABLE found (
          id TEXT PRIMARY KEY,
          data TEXT NOT NULL,
          first_seen_ms INTEGER NOT NULL,
          last_seen_ms INTEGER NOT NULL,
          ignored INTEGER NOT NULL
        ) WITHOUT ROWID;
      `),
  },
  {
    version: 6,
    up: (db) =>
      db.exec(`
        CREATE TABLE silence (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE notified (
          group_key TEXT NOT NULL,
          way TEXT NOT NULL,
          firing TEXT NOT NULL,
          resolved TEXT NOT NULL,
          at_ms INTEGER NOT NULL,
          PRIMARY KEY (group_key, way)
        ) WITHOUT ROWID;
        CREATE TABLE outbox (
          group_key TEXT NOT NULL,
          way TEXT NOT NULL,
          data TEXT NOT NULL,
          queued_ms INTEGER NOT NULL,
          PRIMARY KEY (group_key, way)
        );
      `),
  },
  {
    version: 7,
    up: (db) =>
      db.exec(`
        CREATE TABLE push_client (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE pushed (
          kind TEXT NOT NULL,
          id TEXT NOT NULL,
          record TEXT NOT NULL,
          PRIMARY KEY (kind, id)
        ) WITHOUT ROWID;
      `),
  },
  {
    version: 8,
    up: (db) =>
      db.exec(`
        CREATE TABLE device_event (
          id INTEGER PRIMARY KEY,
          device TEXT NOT NULL,
          at_ms INTEGER NOT NULL,
          kind TEXT NOT NULL,
          words TEXT NOT NULL
        );
        CREATE INDEX device_event_device ON device_event (device, at_ms);
        CREATE INDEX device_event_at ON device_event (at_ms);
      `),
  },
];
