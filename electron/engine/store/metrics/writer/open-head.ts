// Opens head.db; a damaged one is set aside and made again from what of it can still be read and from the week files,
// which carry the labels too.
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { isCorruption } from '../format.ts';
import { storedWeeks, weekPath } from '../seal/week-files.ts';
import { WeekFile } from '../seal/week-file.ts';
import { TierFile } from '../tiers/tier-file.ts';
import { storedTiers } from '../tiers/tier-name.ts';
import { HeadFile, type StoredWalRow } from '../wal/head-file.ts';
import { refuseNewer } from './refuse-newer.ts';

/** More than this never waits in a wal: beyond it the damaged file's own bounds are wrong. */
const MAX_SALVAGED_ROWS = 5_000_000;

export function openHeadFile(dir: string, onDamage: (aside: string) => void): HeadFile {
  refuseNewer(dir);
  const file = path.join(dir, 'head.db');
  const existed = existsSync(file);
  try {
    const head = HeadFile.open(file);
    if (!existed) adoptSeries(dir, head);
    if (isReadable(head)) return head;
    head.close();
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
  let aside = `${file}.corrupt`;
  for (let n = 2; existsSync(aside); n++) aside = `${file}.corrupt-${n}`;
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  onDamage(aside);
  const head = HeadFile.open(file);
  adoptSeries(dir, head);
  salvage(aside, head);
  return head;
}

function isReadable(head: HeadFile): boolean {
  try {
    return head.isWhole();
  } catch (error) {
    if (isCorruption(error)) return false;
    throw error;
  }
}

/** Brings over the series and wal rows of a damaged file, row by row, without those on unreadable pages. */
function salvage(aside: string, head: HeadFile): void {
  let db: Database.Database | undefined;
  try {
    db = new Database(aside, { readonly: true, fileMustExist: true });
    head.adopt(readableRows<{ id: number; labels: string }>(db, 'series', 'id'), 0);
    const rows = readableRows<StoredWalRow>(db, 'wal', 'seq');
    head.commit(
      [],
      rows.map(({ seq, time, body }) => ({ seq, timeMs: time, body })),
    );
  } catch (error) {
    // Nothing of it can be read: the week files have given what they have.
    if (!isCorruption(error)) throw error;
  } finally {
    db?.close();
  }
}

function readableRows<T>(db: Database.Database, table: 'series' | 'wal', key: 'id' | 'seq'): T[] {
  const bound = (which: 'min' | 'max'): number => {
    try {
      return Number(db.prepare(`SELECT ${which}(${key}) FROM ${table}`).pluck().get() ?? 0);
    } catch (error) {
      if (isCorruption(error)) return 0;
      throw error;
    }
  };
  const counter = db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(table);
  const last = Math.max(bound('max'), Number(counter ?? 0));
  const first = Math.max(1, bound('min'), last - MAX_SALVAGED_ROWS);
  const get = db.prepare<[number], T>(`SELECT * FROM ${table} WHERE ${key} = ?`);
  const rows: T[] = [];
  for (let at = first; at <= last; at++) {
    try {
      const row = get.get(at);
      if (row !== undefined) rows.push(row);
    } catch (error) {
      if (!isCorruption(error)) throw error;
    }
  }
  return rows;
}

/** Ids and wal sequence go on where the files left off; a series may be in summaries only. */
function adoptSeries(dir: string, head: HeadFile): void {
  for (const monday of storedWeeks(dir)) {
    ifWhole(() => {
      const week = WeekFile.openForReading(weekPath(dir, monday));
      if (week === undefined) return;
      try {
        head.adopt(seriesIn(week.db), week.highestSeq());
      } finally {
        week.close();
      }
    });
  }
  for (const { name } of storedTiers(dir)) {
    ifWhole(() => {
      const tier = TierFile.openForReading(path.join(dir, name));
      if (tier === undefined) return;
      try {
        head.adopt(seriesIn(tier.db), 0);
      } finally {
        tier.close();
      }
    });
  }
}

const seriesIn = (db: Database.Database): { id: number; labels: string }[] =>
  db.prepare<[], { id: number; labels: string }>('SELECT id, labels FROM series').all();

/** The writer sets a damaged file aside when it comes to it. */
function ifWhole(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
}
