// What was found in the network and is not watched.
import type Database from 'better-sqlite3';
import type { Found } from '../types.ts';

type Stored = { id: string; data: string; first_seen_ms: number; last_seen_ms: number; ignored: number };

export function foundTable(db: Database.Database): Found {
  const all = db.prepare<[], Stored>('SELECT * FROM found');
  const put = db.prepare(
    'INSERT OR REPLACE INTO found (id, data, first_seen_ms, last_seen_ms, ignored) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM found WHERE id = ?');
  const write = db.transaction(({ saved, dropped }: Parameters<Found['write']>[0]) => {
    for (const id of dropped) remove.run(id);
    for (const { id, data, firstSeenMs, lastSeenMs, isIgnored } of saved) {
      put.run(id, JSON.stringify(data), firstSeenMs, lastSeenMs, Number(isIgnored));
    }
  });
  return {
    list: () =>
      all.all().map(({ id, data, first_seen_ms: firstSeenMs, last_seen_ms: lastSeenMs, ignored }) => ({
        id,
        data: JSON.parse(data) as unknown,
        firstSeenMs,
        lastSeenMs,
        isIgnored: ignored === 1,
      })),
    write: (changes) => write(changes),
  };
}
