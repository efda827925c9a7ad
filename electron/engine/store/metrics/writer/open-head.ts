// Opens head.db; a damaged one is set aside and its series table made again from the week files, which carry the labels too.
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { isCorruption } from '../format.ts';
import { storedWeeks, weekPath } from '../seal/week-files.ts';
import { WeekFile } from '../seal/week-file.ts';
import { HeadFile } from '../wal/head-file.ts';

export function openHeadFile(dir: string, onDamage: (aside: string) => void): HeadFile {
  const file = path.join(dir, 'head.db');
  const existed = existsSync(file);
  try {
    const head = HeadFile.open(file);
    if (!existed) adoptSeries(dir, head);
    return head;
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
  let aside = `${file}.corrupt`;
  for (let n = 2; existsSync(aside); n++) aside = `${file}.corrupt-${n}`;
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  onDamage(aside);
  const head = HeadFile.open(file);
  adoptSeries(dir, head);
  return head;
}

/** Ids and wal sequence go on where the week files left off. */
function adoptSeries(dir: string, head: HeadFile): void {
  for (const monday of storedWeeks(dir)) {
    try {
      const week = WeekFile.openForReading(weekPath(dir, monday));
      if (week === undefined) continue;
      const series = week.db.prepare<[], { id: number; labels: string }>('SELECT id, labels FROM series').all();
      const seq = Number(week.db.prepare('SELECT max(wal_seq) FROM chunk').pluck().get() ?? 0);
      week.close();
      head.adopt(series, seq);
    } catch (error) {
      // The writer sets it aside when it comes to it.
      if (!isCorruption(error)) throw error;
    }
  }
}
