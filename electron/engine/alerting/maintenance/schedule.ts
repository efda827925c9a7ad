// When a maintenance window holds: once, or at the same time of certain days, in one time zone.
import type { MaintenanceSchedule } from '../../../../shared/contract/index.ts';
import { containsTime, minuteOfDay, type TimeInterval } from '../routing/time-interval.ts';

type Recurring = Extract<MaintenanceSchedule, { kind: 'recurring' }>;

export type Holding = { readonly sinceMs: number | null; readonly untilMs: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DAYS_AHEAD = 366;

const minuteOf = (text: string): number => {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
};

const exactly = (values: readonly number[]) => values.map((value) => ({ from: value, to: value }));

/** The days on which it begins. */
const daysOf = ({ weekdays, daysOfMonth, timeZone }: Recurring): TimeInterval[] => [
  {
    location: timeZone,
    ...(weekdays.length > 0 && { weekdays: exactly(weekdays) }),
    ...(daysOfMonth.length > 0 && { daysOfMonth: exactly(daysOfMonth) }),
  },
];

/** The moment at which the day of `noonMs` has that minute; where a clock is put forward over it, the moment after. */
function atMinute(noonMs: number, minute: number, timeZone: string): number {
  const guess = noonMs + (minute - minuteOfDay(noonMs, timeZone)) * MINUTE_MS;
  // Off by an hour where the clocks change between the two; 24:00 is 0:00 of the next day.
  const found = minuteOfDay(guess, timeZone);
  const off = (((minute - found) % 1_440) + 1_440) % 1_440;
  return guess + (off > 720 ? off - 1_440 : off) * MINUTE_MS;
}

/** A moment within the day of `atMs`, far from midnight and from when clocks change. */
function noonOf(atMs: number, timeZone: string): number {
  const minuteStart = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  return minuteStart + (720 - minuteOfDay(atMs, timeZone)) * MINUTE_MS;
}

/** The times that begin on the day of that noon. */
function timeOn(schedule: Recurring, noonMs: number): { startMs: number; endMs: number } {
  const { timeZone } = schedule;
  const [start, end] = [minuteOf(schedule.start), minuteOf(schedule.end)];
  const startMs = atMinute(noonMs, start, timeZone);
  return { startMs, endMs: atMinute(end > start ? noonMs : noonOf(noonMs + DAY_MS, timeZone), end, timeZone) };
}

/** Whether it holds at that moment, and until when; undefined while it does not. */
export function holdingAt(schedule: MaintenanceSchedule, atMs: number): Holding | undefined {
  if (schedule.kind === 'once') {
    const { startsAtMs: sinceMs, endsAtMs: untilMs } = schedule;
    return sinceMs <= atMs && atMs < untilMs ? { sinceMs, untilMs } : undefined;
  }
  const days = daysOf(schedule);
  const today = noonOf(atMs, schedule.timeZone);
  for (const noonMs of [today, noonOf(today - DAY_MS, schedule.timeZone)]) {
    if (!containsTime(days, noonMs)) continue;
    const { startMs, endMs } = timeOn(schedule, noonMs);
    if (startMs <= atMs && atMs < endMs) return { sinceMs: startMs, untilMs: endMs };
  }
  return undefined;
}

/** When it begins next after that moment, within a year; undefined: never. */
export function nextAfter(schedule: MaintenanceSchedule, atMs: number): number | undefined {
  if (schedule.kind === 'once') return schedule.startsAtMs > atMs ? schedule.startsAtMs : undefined;
  const days = daysOf(schedule);
  let noonMs = noonOf(atMs, schedule.timeZone);
  for (let day = 0; day <= DAYS_AHEAD; day++) {
    if (containsTime(days, noonMs)) {
      const { startMs } = timeOn(schedule, noonMs);
      if (startMs > atMs) return startMs;
    }
    noonMs = noonOf(noonMs + DAY_MS + HOUR_MS, schedule.timeZone);
  }
  return undefined;
}
