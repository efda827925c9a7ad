// A maintenance window's times in words, and as the form holds them.
import type { MaintenanceSchedule } from '../../../../shared/contract/index.ts';
import { formatExact } from '../../../../shared/units/index.ts';

export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
/** As a week is read. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "1, 15, -1" as numbers; undefined where it is none. */
export function daysOfMonth(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const days = parts.map(Number);
  return days.every((day) => Number.isInteger(day) && day !== 0 && Math.abs(day) <= 31) ? days : undefined;
}

export function scheduleWords(schedule: MaintenanceSchedule): string {
  if (schedule.kind === 'once') return `${formatExact(schedule.startsAtMs)} to ${formatExact(schedule.endsAtMs)}`;
  const { weekdays, daysOfMonth: days, start, end, timeZone } = schedule;
  const on = [
    weekdays.length > 0
      ? WEEK.filter((day) => weekdays.includes(day))
          .map((day) => WEEKDAYS[day])
          .join(', ')
      : '',
    days.length > 0 ? `on day ${days.join(', ')} of the month` : '',
  ].filter((part) => part !== '');
  const zone = timeZone === ownTimeZone() ? '' : `, ${timeZone}`;
  return `${on.length === 0 ? 'Every day' : on.join(' ')}, ${start} to ${end}${zone}`;
}
