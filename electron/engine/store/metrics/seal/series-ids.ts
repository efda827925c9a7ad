// The series that a week's file or a file of summaries lists, read in pages: background work rests in between.
import type Database from 'better-sqlite3';

/** A millisecond or two. */
const IDS_AT_ONCE = 5000;

/** `look` runs on the file, which may be closed, set aside or removed in between, and answers with nothing then. */
export function* addSeriesIds(
  known: Set<number>,
  look: (read: (db: Database.Database) => number[]) => number[],
): Generator<void> {
  for (let last = 0; ;) {
    const ids = look((db) =>
      db
        .prepare<[number, number], number>('SELECT id FROM series WHERE id > ? ORDER BY id LIMIT ?')
        .pluck()
        .all(last, IDS_AT_ONCE),
    );
    for (const id of ids) known.add(id);
    yield;
    if (ids.length < IDS_AT_ONCE) return;
    last = ids.at(-1)!;
  }
}
