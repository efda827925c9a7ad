// The files that the store found damaged and renamed: what they held, for as long as they lie there.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SetAsideFile } from '../../../shared/contract/index.ts';

const NAME = /^(.{1,64})\.db\.corrupt(?:-\d+)?$/;
const MAX_FILES = 100;
const WEEK = /^(\d{4})-W(\d{2})$/;
const SUMMARIES = /^(\d{4})(?:-(\d{2}))?\.(\w+)$/;
const DAY_MS = 86_400_000;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Newest first; empty where the folder cannot be read. */
export async function filesSetAside(metricsDir: string): Promise<SetAsideFile[]> {
  const names = (await readdir(metricsDir).catch(() => [])).filter((name) => NAME.test(name)).slice(0, MAX_FILES);
  const files = await Promise.all(
    names.map(async (name) => {
      const found = await stat(path.join(metricsDir, name)).catch(() => undefined);
      return found?.isFile() === true
        ? // A rename leaves the time of the last write; the change of the inode is when it was set aside.
          [{ name, bytes: found.size, atMs: Math.round(found.ctimeMs), held: heldBy(NAME.exec(name)?.[1] ?? '') }]
        : [];
    }),
  );
  return files.flat().toSorted((a, b) => b.atMs - a.atMs);
}

/** What a store's file is for, by its name. */
export function heldBy(stem: string): string {
  if (stem === 'head') return 'samples that were not yet sealed, and the list of the series';
  const week = WEEK.exec(stem);
  if (week !== null) return `the samples of the week from ${dayText(mondayOf(Number(week[1]), Number(week[2])))}`;
  const [, year, month, resolution] = SUMMARIES.exec(stem) ?? [];
  if (year === undefined || resolution === undefined) return 'a part of the history';
  const name = month === undefined ? undefined : MONTHS[Number(month) - 1];
  return `the ${resolution} summaries of ${name === undefined ? year : `${name} ${year}`}`;
}

/** The first day of an ISO week: week 1 is the one with 4 January. */
function mondayOf(year: number, week: number): number {
  const fourth = Date.UTC(year, 0, 4);
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
  return fourth + ((week - 1) * 7 - weekday) * DAY_MS;
}

function dayText(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]?.slice(0, 3) ?? ''} ${date.getUTCFullYear()}`;
}
