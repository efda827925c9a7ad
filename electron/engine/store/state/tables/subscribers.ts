// Customers with their totals, a JSON text each, and the sessions that they have had.
import type Database from 'better-sqlite3';
import type { SubscriberSessionRow, Subscribers } from '../types.ts';

/** Of one customer, and of all: whoever reconnects each minute leaves room for the others. */
const MAX_SESSIONS_EACH = 100;
const MAX_SESSIONS = 50_000;
/** Counting them costs milliseconds, so not at every write. */
const PRUNE_EVERY = 1_000;

type Stored = {
  key: string;
  began_ms: number;
  ended_ms: number;
  device: string;
  service: string;
  address: string;
  caller_id: string;
  rx_bytes: number;
  tx_bytes: number;
};

export function subscribersTable(
  db: Database.Database,
  { maxEach = MAX_SESSIONS_EACH, maxSessions = MAX_SESSIONS } = {},
): Subscribers {
  const all = db.prepare<[], { key: string; record: string }>('SELECT key, record FROM subscriber ORDER BY rowid');
  const put = db.prepare(
    'INSERT INTO subscriber (key, record) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record',
  );
  const remove = db.prepare('DELETE FROM subscriber WHERE key = ?');
  const removeSessions = db.prepare('DELETE FROM subscriber_session WHERE key = ?');
  const addSession = db.prepare(`
    INSERT OR REPLACE INTO subscriber_session (key, began_ms, device, ended_ms, service, address, caller_id, rx_bytes, tx_bytes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  `);
  const latest = db.prepare<[string, number], Stored>(
    'SELECT * FROM subscriber_session WHERE key = ? ORDER BY began_ms DESC, device LIMIT ?',
  );
  const between = db.prepare<[number, number, number], Stored>(
    'SELECT * FROM subscriber_session WHERE ended_ms > ? AND began_ms < ? ORDER BY ended_ms DESC LIMIT ?',
  );
  const pruneOne = db.prepare(`
    DELETE FROM subscriber_session WHERE key = ? AND began_ms <= (
      SELECT began_ms FROM subscriber_session WHERE key = ? ORDER BY began_ms DESC LIMIT 1 OFFSET ?
    )
  `);
  const pruneAll = db.prepare(`
    DELETE FROM subscriber_session WHERE ended_ms <= (
      SELECT ended_ms FROM subscriber_session ORDER BY ended_ms DESC LIMIT 1 OFFSET ?
    )
  `);
  let unpruned = PRUNE_EVERY;
  const save = db.transaction(({ rows, removed, sessions }: Parameters<Subscribers['save']>[0]) => {
    for (const key of removed) {
      remove.run(key);
      removeSessions.run(key);
    }
    for (const { key, record } of rows) put.run(key, JSON.stringify(record));
    for (const row of sessions) {
      const { key, beganMs, deviceId, endedMs, service, address, callerId, rxBytes, txBytes } = row;
      addSession.run(key, beganMs, deviceId, endedMs, service, address, callerId, rxBytes, txBytes);
    }
    for (const key of new Set(sessions.map((session) => session.key))) pruneOne.run(key, key, maxEach);
    unpruned += sessions.length;
    if (unpruned < PRUNE_EVERY) return;
    unpruned = 0;
    pruneAll.run(maxSessions);
  });
  return {
    list: () => all.all().flatMap(({ key, record }) => (isJson(record) ? [{ key, record: JSON.parse(record) }] : [])),
    save: (changes) => save(changes),
    sessions: (key, most) => latest.all(key, most).map(fromStored),
    sessionsBetween: (startMs, endMs, most) => between.all(startMs, endMs, most).map(fromStored),
  };
}

/** One damaged row must not keep the others from being read. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const fromStored = (row: Stored): SubscriberSessionRow => ({
  key: row.key,
  deviceId: row.device,
  service: row.service,
  address: row.address,
  callerId: row.caller_id,
  beganMs: row.began_ms,
  endedMs: row.ended_ms,
  rxBytes: row.rx_bytes,
  txBytes: row.tx_bytes,
});
