// What happened to devices, a row each, for marks on time axes.
import type Database from 'better-sqlite3';
import type { DeviceEventRow, DeviceEvents } from '../types.ts';

/** The newest so many are kept: a container that starts and dies all day makes thousands. */
const MAX_ROWS = 50_000;
/** Counting them costs milliseconds, so not at every write. */
const PRUNE_EVERY = 1_000;

type Stored = { device: string; at_ms: number; kind: string; words: string };

export function deviceEventsTable(db: Database.Database, maxRows = MAX_ROWS): DeviceEvents {
  const put = db.prepare('INSERT INTO device_event (device, at_ms, kind, words) VALUES (?, ?, ?, ?)');
  const within = db.prepare<[string, number, number, number], Stored>(
    'SELECT * FROM device_event WHERE device = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms DESC, id DESC LIMIT ?',
  );
  const prune = db.prepare(
    'DELETE FROM device_event WHERE id <= (SELECT id FROM device_event ORDER BY id DESC LIMIT 1 OFFSET ?)',
  );
  const every = Math.min(PRUNE_EVERY, maxRows);
  let unpruned = every;
  const addAll = db.transaction((events: readonly DeviceEventRow[]) => {
    for (const { deviceId, atMs, kind, words } of events) put.run(deviceId, atMs, kind, words);
    unpruned += events.length;
    if (unpruned < every) return;
    unpruned = 0;
    prune.run(maxRows);
  });
  return {
    add: (events) => addAll(events),
    list: (deviceId, fromMs, toMs, most) =>
      within
        .all(deviceId, fromMs, toMs, most)
        .map(({ device, at_ms: atMs, kind, words }) => ({ deviceId: device, atMs, kind, words }))
        .toReversed(),
  };
}
