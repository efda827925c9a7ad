// Brings what can still be read of a damaged state.db into the new one that takes its place.
import Database from 'better-sqlite3';
import type { Migration } from './migrations.ts';

/** Row by row: one on a damaged page, or that the new file refuses, is left out. Reads nothing of an unknown schema. */
export function salvage(from: string, into: Database.Database, migrations: readonly Migration[]): void {
  let old: Database.Database | undefined;
  try {
    old = new Database(from, { readonly: true, fileMustExist: true });
    const version = Number(old.pragma('user_version', { simple: true }));
    // The tables as that file has them; the steps after it are run on what was brought over.
    for (const step of migrations) {
      if (step.version > version) break;
      step.up(into);
      into.pragma(`user_version = ${step.version}`);
    }
    const tables = into
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    for (const table of tables) bringOver(old, into, table);
  } catch {
    // Nothing of it can be read.
  } finally {
    old?.close();
  }
}

function bringOver(old: Database.Database, into: Database.Database, table: string): void {
  const columns = into.prepare<[], { name: string }>(`PRAGMA table_info(${table})`).all();
  const names = columns.map(({ name }) => name).join(', ');
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  // From both ends, since reading stops at the first page that is damaged; what comes twice is ignored.
  for (const order of ['ASC', 'DESC']) {
    try {
      for (const row of old
        .prepare<[], unknown[]>(`SELECT ${names} FROM ${table} ORDER BY 1 ${order}`)
        .raw()
        .iterate()) {
        try {
          insert.run(...row);
        } catch {
          // A row that is not what its table holds.
        }
      }
      return;
    } catch {
      // The rest of the table is behind the damage.
    }
  }
}
