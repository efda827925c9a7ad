// Durations and times of day in the operator's words.

const UNITS = [
  { ms: 86_400_000, name: 'day' },
  { ms: 3_600_000, name: 'hour' },
  { ms: 60_000, name: 'minute' },
] as const;
const SECONDS_UP_TO_MS = 120_000;

/** "32 s", "6 minutes", "3 hours", "2 days": whole units, rounded down, seconds up to two minutes. */
export function spokenDuration(durationMs: number): string {
  if (durationMs < SECONDS_UP_TO_MS) return `${Math.max(0, Math.floor(durationMs / 1_000))} s`;
  for (const { ms, name } of UNITS) {
    const count = Math.floor(durationMs / ms);
    if (count > 0) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return '';
}

type DayAndTime = { readonly day: string; readonly time: string };

const pad = (value: number): string => String(value).padStart(2, '0');

// Intl, which knows the other zones, takes 8 MB of memory with its first use.
const local = (atMs: number): DayAndTime => {
  const date = new Date(atMs);
  return {
    day: `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`,
    time: `${pad(date.getHours())}:${pad(date.getMinutes())}`,
  };
};

function inZone(atMs: number, timeZone: string): DayAndTime {
  const digits = '2-digit';
  const parts = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: digits,
    day: digits,
    hour: digits,
    minute: digits,
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(atMs);
  const { year, month, day, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}

/** "14:56" on the same day, else "2026-11-19 14:56"; the local time zone unless one is given. */
export function clockTime(atMs: number, nowMs: number, timeZone?: string): string {
  const split = (ms: number): DayAndTime => (timeZone === undefined ? local(ms) : inZone(ms, timeZone));
  const at = split(atMs);
  return at.day === split(nowMs).day ? at.time : `${at.day} ${at.time}`;
}
