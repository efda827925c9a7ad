// Alertmanager's time intervals: any of the entries, and within an entry every field that is given.

export type Span = { readonly from: number; readonly to: number };

export type TimeInterval = {
  /** Minutes of the day, the end not included. */
  readonly times?: readonly Span[];
  /** 0 = Sunday, both ends included; so are those below. */
  readonly weekdays?: readonly Span[];
  /** From the month's end where negative: -1 is its last day. */
  readonly daysOfMonth?: readonly Span[];
  readonly months?: readonly Span[];
  readonly years?: readonly Span[];
  /** IANA name. */
  readonly location: string;
};

type Moment = { year: number; month: number; day: number; weekday: number; minute: number };

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone that does not exist. */
export function zoneFormat(location: string): Intl.DateTimeFormat {
  let format = formats.get(location);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      ...(location !== 'Local' && { timeZone: location }),
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(location, format);
  }
  return format;
}

function momentAt(atMs: number, location: string): Moment {
  const part = new Map(
    zoneFormat(location)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year = 0, month = 1, day = 1] = [part.get('year'), part.get('month'), part.get('day')];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, weekday, minute: (part.get('hour') ?? 0) * 60 + (part.get('minute') ?? 0) };
}

/** Minutes since midnight there. */
export const minuteOfDay = (atMs: number, location: string): number => momentAt(atMs, location).minute;

const daysIn = ({ year, month }: Moment): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const within = (spans: readonly Span[] | undefined, value: number): boolean =>
  spans === undefined || spans.some(({ from, to }) => from <= value && value <= to);

/** Days beyond the month's own are cut to it: 31 is the 28th of a February, and a span that lies outside is empty. */
function withinDays(spans: readonly Span[] | undefined, moment: Moment): boolean {
  if (spans === undefined) return true;
  const days = daysIn(moment);
  const dayOf = (day: number): number => (day < 0 ? days + day + 1 : day);
  return spans.some(({ from, to }) => {
    const [first, last] = [dayOf(from), dayOf(to)];
    if (first > days || last < 1) return false;
    return Math.max(1, first) <= moment.day && moment.day <= Math.min(days, last);
  });
}

export function containsTime(intervals: readonly TimeInterval[], atMs: number): boolean {
  return intervals.some((interval) => {
    const moment = momentAt(atMs, interval.location);
    return (
      (interval.times === undefined ||
        interval.times.some(({ from, to }) => from <= moment.minute && moment.minute < to)) &&
      within(interval.weekdays, moment.weekday) &&
      withinDays(interval.daysOfMonth, moment) &&
      within(interval.months, moment.month) &&
      within(interval.years, moment.year)
    );
  });
}
