// Devices that the window added, and when each was last heard of.
import type Database from 'better-sqlite3';
import type { DeviceRow, Devices, LastSeen } from '../types.ts';

type Stored = {
  id: string;
  kind: string;
  name: string;
  address: string;
  config: string;
  created_ms: number;
  last_seen_ms: number | null;
  labels: string;
};

export function devicesTable(db: Database.Database): Devices {
  const all = db.prepare<[], Stored>('SELECT * FROM device ORDER BY id');
  const put = db.prepare(`
    INSERT INTO device (id, kind, name, address, config, created_ms, last_seen_ms, labels) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, address = excluded.address,
      config = excluded.config, created_ms = excluded.created_ms, last_seen_ms = excluded.last_seen_ms, labels = excluded.labels
  `);
  const remove = db.prepare('DELETE FROM device WHERE id = ?');
  const seen = db.prepare('UPDATE device SET last_seen_ms = ? WHERE id = ?');
  const seenAll = db.transaction((entries: readonly LastSeen[]) => {
    for (const { id, atMs } of entries) seen.run(atMs, id);
  });
  return {
    list: () => all.all().map(fromStored),
    upsert: (row) => {
      const config = JSON.stringify(row.config ?? null);
      put.run(
        row.id,
        row.kind,
        row.name,
        row.address,
        config,
        row.createdMs,
        row.lastSeenMs,
        JSON.stringify(row.labels),
      );
    },
    delete: (id) => remove.run(id).changes > 0,
    setLastSeen: (what: string | readonly LastSeen[], atMs?: number) => {
      seenAll(typeof what === 'string' ? [{ id: what, atMs: atMs ?? 0 }] : what);
    },
  };
}

function fromStored(row: Stored): DeviceRow {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    address: row.address,
    config: JSON.parse(row.config) as unknown,
    createdMs: row.created_ms,
    lastSeenMs: row.last_seen_ms,
    labels: JSON.parse(row.labels) as Record<string, string>,
  };
}
