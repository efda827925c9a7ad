// Silences, what each receiver was told of each group last, and what waits to be told.
import type Database from 'better-sqlite3';
import type { Notifications, NotifiedRow } from '../types.ts';

type StoredNotified = { firing: string; resolved: string; at_ms: number };

export function notificationsTable(db: Database.Database): Notifications {
  const silences = db.prepare<[], { id: string; data: string }>('SELECT id, data FROM silence');
  const saveSilence = db.prepare('INSERT OR REPLACE INTO silence (id, data) VALUES (?, ?)');
  const removeSilence = db.prepare('DELETE FROM silence WHERE id = ?');
  const notified = db.prepare<[string, string], StoredNotified>(
    'SELECT firing, resolved, at_ms FROM notified WHERE group_key = ? AND way = ?',
  );
  const setNotified = db.prepare(
    'INSERT OR REPLACE INTO notified (group_key, way, firing, resolved, at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const forget = db.prepare('DELETE FROM notified WHERE at_ms < ?');
  const queued = db.prepare<[], { group_key: string; way: string; data: string }>(
    'SELECT group_key, way, data FROM outbox ORDER BY queued_ms',
  );
  const put = db.prepare('INSERT OR REPLACE INTO outbox (group_key, way, data, queued_ms) VALUES (?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM outbox WHERE group_key = ? AND way = ?');
  const write = (groupKey: string, way: string, { firing, resolved, atMs }: NotifiedRow): void => {
    setNotified.run(groupKey, way, JSON.stringify(firing), JSON.stringify(resolved), atMs);
  };
  const delivered = db.transaction((groupKey: string, way: string, row: NotifiedRow) => {
    write(groupKey, way, row);
    drop.run(groupKey, way);
  });
  return {
    silences: () => silences.all().map(({ id, data }) => ({ id, data: JSON.parse(data) as unknown })),
    saveSilence: (id, data) => void saveSilence.run(id, JSON.stringify(data)),
    removeSilence: (id) => void removeSilence.run(id),
    notified(groupKey, way) {
      const row = notified.get(groupKey, way);
      if (row === undefined) return undefined;
      return {
        firing: JSON.parse(row.firing) as string[],
        resolved: JSON.parse(row.resolved) as string[],
        atMs: row.at_ms,
      };
    },
    setNotified: write,
    forgetNotified: (beforeMs) => void forget.run(beforeMs),
    queued: () =>
      queued.all().map(({ group_key: groupKey, way, data }) => ({ groupKey, way, data: JSON.parse(data) as unknown })),
    putQueued: (groupKey, way, data, queuedMs) => void put.run(groupKey, way, JSON.stringify(data), queuedMs),
    dropQueued: (groupKey, way) => void drop.run(groupKey, way),
    delivered: (groupKey, way, row) => delivered(groupKey, way, row),
  };
}
