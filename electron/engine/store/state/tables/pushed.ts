// Push clients that the window made, and what each client and headend told last.
import type Database from 'better-sqlite3';
import type { Pushed } from '../types.ts';

export function pushedTable(db: Database.Database): Pushed {
  const clients = db.prepare<[], { id: string; record: string }>('SELECT id, record FROM push_client ORDER BY id');
  const putClient = db.prepare('INSERT OR REPLACE INTO push_client (id, record) VALUES (?, ?)');
  const dropClient = db.prepare('DELETE FROM push_client WHERE id = ?');
  const held = db.prepare<[], { kind: string; id: string; record: string }>('SELECT kind, id, record FROM pushed');
  const putHeld = db.prepare('INSERT OR REPLACE INTO pushed (kind, id, record) VALUES (?, ?, ?)');
  const dropHeld = db.prepare('DELETE FROM pushed WHERE kind = ? AND id = ?');
  const saveHeld = db.transaction((rows: Parameters<Pushed['saveHeld']>[0]) => {
    for (const { kind, id, record } of rows) putHeld.run(kind, id, JSON.stringify(record));
  });
  return {
    clients: () => clients.all().map(({ id, record }) => ({ id, record: JSON.parse(record) as unknown })),
    saveClient: ({ id, record }) => void putClient.run(id, JSON.stringify(record)),
    removeClient: (id) => void dropClient.run(id),
    held: () => held.all().map(({ kind, id, record }) => ({ kind, id, record: JSON.parse(record) as unknown })),
    saveHeld: (rows) => saveHeld(rows),
    removeHeld: (kind, id) => void dropHeld.run(kind, id),
  };
}
