// Settings: any JSON value by key.
import type Database from 'better-sqlite3';
import type { Settings } from '../types.ts';

export function settingsTable(db: Database.Database): Settings {
  const get = db.prepare<[string], string>('SELECT value FROM setting WHERE key = ?').pluck();
  const put = db.prepare('INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const remove = db.prepare('DELETE FROM setting WHERE key = ?');
  return {
    get: (key) => {
      const text = get.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    set: (key, value) => {
      if (value === undefined) remove.run(key);
      else put.run(key, JSON.stringify(value));
    },
  };
}
