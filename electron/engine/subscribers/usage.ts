// Bytes of a customer's calendar day and month, in this computer's time zone.
import type { Bytes } from './counting.ts';

export type Usage = {
  /** "2026-11-21". */
  readonly day: string;
  readonly today: Bytes;
  /** "2026-11". */
  readonly month: string;
  readonly thisMonth: Bytes;
  /** The month before `month`, where there was something to count in it. */
  readonly lastMonth: Bytes | null;
};

const pad = (value: number): string => String(value).padStart(2, '0');

/** The local date, whatever the clocks were set to in between. */
export function dayOf(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

const monthOf = (day: string): string => day.slice(0, 7);

const nextMonth = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${pad(number + 1)}`;
};

const NOTHING: Bytes = { rx: 0, tx: 0 };

export const emptyUsage = (atMs: number): Usage => {
  const day = dayOf(atMs);
  return { day, today: NOTHING, month: monthOf(day), thisMonth: NOTHING, lastMonth: null };
};

/** A clock that is put back by up to so much does not open a day that is over. */
const BACK_MS = 2 * 86_400_000;

/** The usage as of this time: a day or a month that is over has made room for the next. */
export function rollOver(usage: Usage, atMs: number): Usage {
  const day = dayOf(atMs);
  if (day === usage.day) return usage;
  if (day < usage.day && dayOf(atMs + BACK_MS) >= usage.day) return usage;
  const month = monthOf(day);
  if (month === usage.month) return { ...usage, day, today: NOTHING };
  const lastMonth = month === nextMonth(usage.month) ? usage.thisMonth : null;
  return { day, today: NOTHING, month, thisMonth: NOTHING, lastMonth };
}

export const plus = (a: Bytes, b: Bytes): Bytes => ({ rx: a.rx + b.rx, tx: a.tx + b.tx });

export function addUsage(usage: Usage, atMs: number, bytes: Bytes): Usage {
  const now = rollOver(usage, atMs);
  if (bytes.rx === 0 && bytes.tx === 0) return now;
  return { ...now, today: plus(now.today, bytes), thisMonth: plus(now.thisMonth, bytes) };
}
