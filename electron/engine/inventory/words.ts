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

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  const key = timeZone ?? '';
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    formats.set(key, format);
  }
  return format;
}

/** "14:56" on the same day, else "2026-11-19 14:56"; the local time zone unless one is given. */
export function clockTime(atMs: number, nowMs: number, timeZone?: string): string {
  const split = (ms: number): { day: string; time: string } => {
    const parts = Object.fromEntries(
      formatOf(timeZone)
        .formatToParts(ms)
        .map(({ type, value }) => [type, value]),
    );
    return {
      day: `${parts['year']}-${parts['month']}-${parts['day']}`,
      time: `${parts['hour']}:${parts['minute']}`,
    };
  };
  const at = split(atMs);
  return at.day === split(nowMs).day ? at.time : `${at.day} ${at.time}`;
}
