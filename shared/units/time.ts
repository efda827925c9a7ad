// Times and spans as text: relative where it is read at a glance, absolute where it must be exact.
import { NBSP } from './value.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** The two largest units of a span: "12 s", "4 min", "3 h 12 min", "2 d 4 h". */
export function formatSpan(spanMs: number): string {
  const ms = Math.max(0, spanMs);
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}${NBSP}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${NBSP}min`;
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'min');
  return ms < 100 * DAY ? two(ms, DAY, 'd', HOUR, 'h') : `${Math.floor(ms / DAY)}${NBSP}d`;
}

function two(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const whole = Math.floor(ms / bigMs);
  const rest = Math.floor((ms - whole * bigMs) / smallMs);
  return rest === 0 ? `${whole}${NBSP}${big}` : `${whole}${NBSP}${big} ${rest}${NBSP}${small}`;
}

/** "now", "40 s ago", "6 min ago"; a time ahead of the clock (another machine's) counts as now. */
export function formatAgo(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  return ageMs < 5 * SECOND ? 'now' : `${formatSpan(ageMs)} ago`;
}

const pad = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Local time of day: "14:02" or "14:02:11". */
export function formatClock(atMs: number, withSeconds = false): string {
  const date = new Date(atMs);
  const text = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  return withSeconds ? `${text}:${pad(date.getSeconds())}` : text;
}

/** Local day: "20 Nov", with the year where it is another than now's. */
export function formatDay(atMs: number, nowMs: number): string {
  const date = new Date(atMs);
  const text = `${date.getDate()}${NBSP}${MONTHS[date.getMonth()] ?? ''}`;
  return date.getFullYear() === new Date(nowMs).getFullYear() ? text : `${text} ${date.getFullYear()}`;
}

/** Absolute local time, the day only where it is not today's: "14:02:11", "20 Nov 14:02:11". */
export function formatTime(atMs: number, nowMs: number): string {
  const clock = formatClock(atMs, true);
  return new Date(atMs).toDateString() === new Date(nowMs).toDateString()
    ? clock
    : `${formatDay(atMs, nowMs)} ${clock}`;
}

/** In full, for hovers: "2026-11-20 14:02:11". */
export function formatExact(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatClock(atMs, true)}`;
}
