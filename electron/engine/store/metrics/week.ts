// Days and ISO weeks in UTC, left-open as PromQL's windows are: midnight belongs to the day and the week that it ends.

export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;
/** Monday 0001-01-01 and the end of 9999: what a file name of four digits can say. */
export const MIN_TIME_MS = -62_135_596_800_000;
export const MAX_TIME_MS = 253_402_300_799_999;
/** Unix time began on a Thursday. */
const FIRST_MONDAY_MS = -3 * DAY_MS;

/** The Monday 00:00 UTC before a time: its week is (Monday, next Monday]. */
export function weekStartMs(timeMs: number): number {
  return Math.ceil((timeMs - FIRST_MONDAY_MS) / WEEK_MS - 1) * WEEK_MS + FIRST_MONDAY_MS;
}

/** The midnight before a time: its day is (midnight, next midnight]. */
export const dayStartMs = (timeMs: number): number => Math.ceil(timeMs / DAY_MS) * DAY_MS - DAY_MS;

/** The ISO 8601 name of the week that begins at a Monday, such as 2026-W47. */
export function weekName(mondayMs: number): string {
  const year = new Date(mondayMs + 3 * DAY_MS).getUTCFullYear();
  // The week with 4 January in it is the first.
  const first = mondayOf(Date.UTC(2000, 0, 4) + daysBetween(2000, year) * DAY_MS);
  const week = Math.round((mondayMs - first) / WEEK_MS) + 1;
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`;
}

/** The Monday of a week's name, or undefined when the text is no such name. */
export function weekOfName(name: string): number | undefined {
  const match = /^(\d{4})-W(\d{2})$/.exec(name);
  if (match === null) return undefined;
  const fourth = Date.UTC(2000, 0, 4) + daysBetween(2000, Number(match[1])) * DAY_MS;
  const mondayMs = mondayOf(fourth) + (Number(match[2]) - 1) * WEEK_MS;
  return weekName(mondayMs) === name ? mondayMs : undefined;
}

/** The Monday of a calendar day, given by its first moment. */
const mondayOf = (midnightMs: number): number => weekStartMs(midnightMs + 1);

/** Days from 4 January of one year to 4 January of another. */
const daysBetween = (fromYear: number, toYear: number): number => dayOfJanuary4(toYear) - dayOfJanuary4(fromYear);

function dayOfJanuary4(year: number): number {
  const date = new Date(0);
  // Date.UTC takes years below 100 for 19xx.
  date.setUTCFullYear(year, 0, 4);
  return date.getTime() / DAY_MS;
}
