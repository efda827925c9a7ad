// Sealed secrets: what is stored here was encrypted before it came.
import type Database from 'better-sqlite3';
import type { Secrets } from '../types.ts';

export function secretsTable(db: Database.Database): Secrets {
  const get = db.prepare<[string], Buffer>('SELECT sealed FROM secret WHERE name = ?').pluck();
  const put = db.prepare('INSERT INTO secret VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed');
  const remove = db.prepare('DELETE FROM secret WHERE name = ?');
  const names = db.prepare<[], string>('SELECT name FROM secret ORDER BY name').pluck();
  return {
    put: (name, sealed) => {
      put.run(name, sealed);
    },
    get: (name) => {
      const sealed = get.get(name);
      return sealed === undefined ? undefined : new Uint8Array(sealed);
    },
    delete: (name) => remove.run(name).changes > 0,
    names: () => names.all(),
  };
}
