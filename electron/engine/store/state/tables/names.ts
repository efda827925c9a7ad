// What addresses and interfaces are called, so that it is known again after a restart.
import type Database from 'better-sqlite3';
import type { InterfaceNamesRow, NameRow, Names } from '../types.ts';

export function namesTable(db: Database.Database): Names {
  const since = db.prepare<[number], NameRow>(
    'SELECT address, source, device_id AS deviceId, name, seen_ms AS seenMs FROM address_name WHERE seen_ms >= ?',
  );
  const put = db.prepare(`
    INSERT INTO address_name (address, source, device_id, name, seen_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (address, source, device_id) DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms
  `);
  const remove = db.prepare('DELETE FROM address_name WHERE address = ? AND source = ? AND device_id = ?');
  const forget = db.prepare('DELETE FROM address_name WHERE seen_ms < ?');
  const interfaces = db.prepare<[], { device_id: string; names: string; seen_ms: number }>(
    'SELECT * FROM interface_name',
  );
  const putInterfaces = db.prepare(
    'INSERT OR REPLACE INTO interface_name (device_id, names, seen_ms) VALUES (?, ?, ?)',
  );
  const removeInterfaces = db.prepare('DELETE FROM interface_name WHERE device_id = ?');
  const write = db.transaction(({ saved, dropped }: Parameters<Names['write']>[0]) => {
    for (const { address, source, deviceId } of dropped) remove.run(address, source, deviceId);
    for (const { address, source, deviceId, name, seenMs } of saved) put.run(address, source, deviceId, name, seenMs);
  });
  return {
    list: (afterMs) => since.iterate(afterMs),
    write: (changes) => write(changes),
    forgetBefore: (beforeMs) => void forget.run(beforeMs),
    interfaces: () =>
      interfaces.all().map(({ device_id: deviceId, names, seen_ms: seenMs }) => ({
        deviceId,
        seenMs,
        interfaces: JSON.parse(names) as InterfaceNamesRow['interfaces'],
      })),
    saveInterfaces: ({ deviceId, seenMs, interfaces: names }) =>
      void putInterfaces.run(deviceId, JSON.stringify(names), seenMs),
    deleteInterfaces: (deviceId) => void removeInterfaces.run(deviceId),
  };
}
