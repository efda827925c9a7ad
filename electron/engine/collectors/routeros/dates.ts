// Dates as routers write them: "nov/20/2026 12:00:00" before 7.10, ISO after it.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const OLD = /^([a-z]{3})\/(\d{1,2})\/(\d{4})(?:[ T](\d{2}):(\d{2}):(\d{2}))?$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[ t](\d{2}):(\d{2}):(\d{2}))?z?$/;

/** Unix seconds, taken as UTC since a router does not say its zone with it; undefined for what is no date. */
export function parseDateSeconds(text: string | undefined): number | undefined {
  const written = (text ?? '').trim().toLowerCase();
  const iso = ISO.exec(written);
  const old = OLD.exec(written);
  const [, first = '', second = '', third = '', ...clock] = iso ?? old ?? [];
  const [year, month, day] = iso
    ? [Number(first), Number(second), Number(third)]
    : [Number(third), MONTHS.indexOf(first) + 1, Number(second)];
  if ((iso ?? old) === null || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const [hours, minutes, seconds] = [0, 1, 2].map((i) => Number(clock[i] ?? 0));
  const ms = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  // 31 February is no date, and no day of March.
  return new Date(ms).getUTCDate() === day ? ms / 1_000 : undefined;
}
