// time_intervals of Alertmanager's config: ranges as it writes them.
import { z } from 'zod';
import { type Span, type TimeInterval, zoneFormat } from './time-interval.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const MAX_RANGES = 1_000;

/** Reads `a` or `a:b`. */
function rangeField(what: string, read: (text: string) => number | undefined, isValid: (span: Span) => boolean) {
  const field = z.union([z.string(), z.number()]).transform((value, context): Span => {
    const parts = String(value).trim().toLowerCase().split(':');
    const [from, to] = [read(parts[0] ?? ''), read(parts[1] ?? parts[0] ?? '')];
    const span = { from: from ?? Number.NaN, to: to ?? Number.NaN };
    if (parts.length <= 2 && from !== undefined && to !== undefined && isValid(span)) return span;
    context.addIssue({ code: 'custom', message: what, input: value });
    return z.NEVER;
  });
  return z.array(field).max(MAX_RANGES).optional();
}

const wholeNumber = (text: string): number | undefined => (/^-?\d{1,6}$/.test(text) ? Number(text) : undefined);

const named =
  (names: readonly string[], offset: number) =>
  (text: string): number | undefined => {
    const at = names.indexOf(text);
    return at < 0 ? wholeNumber(text) : at + offset;
  };

const weekdayNamed = (text: string): number | undefined => {
  const at = WEEKDAYS.indexOf(text);
  return at < 0 ? undefined : at;
};

const timeField = z.string().transform((text, context): number => {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  const minute = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (minute <= 1_440 && Number(match?.[2]) < 60) return minute;
  context.addIssue({ code: 'custom', message: 'a time of day such as 09:00, up to 24:00', input: text });
  return z.NEVER;
});

const timesField = z
  .array(
    z
      .strictObject({ start_time: timeField, end_time: timeField })
      .refine(({ start_time: start, end_time: end }) => start < end, 'a start_time before the end_time')
      .transform(({ start_time: from, end_time: to }): Span => ({ from, to })),
  )
  .max(MAX_RANGES)
  .optional();

const sameSide = ({ from, to }: Span): boolean => from < 0 === to < 0;

const intervalSchema = z
  .strictObject({
    times: timesField,
    weekdays: rangeField('a weekday or a range such as monday:friday', weekdayNamed, ({ from, to }) => from <= to),
    days_of_month: rangeField(
      'a day of the month from 1 to 31, or from -31 to -1 counted from its end, or a range such as 1:5',
      wholeNumber,
      (span) =>
        [span.from, span.to].every((day) => day !== 0 && Math.abs(day) <= 31) &&
        // From the first of a month to its last but one: 1:-2.
        (sameSide(span) ? span.from <= span.to : span.from > 0),
    ),
    months: rangeField(
      'a month or a range such as january:march or 1:3',
      named(MONTHS, 1),
      ({ from, to }) => from >= 1 && to <= 12 && from <= to,
    ),
    years: rangeField('a year or a range such as 2026:2030', wholeNumber, ({ from, to }) => from >= 0 && from <= to),
    location: z
      .string()
      .default('UTC')
      .refine((name) => {
        try {
          zoneFormat(name);
          return true;
        } catch {
          return false;
        }
      }, 'a time zone such as Europe/Berlin, UTC or Local'),
  })
  .transform(({ times, weekdays, days_of_month: daysOfMonth, months, years, location }): TimeInterval => ({
    location,
    ...(times !== undefined && { times }),
    ...(weekdays !== undefined && { weekdays }),
    ...(daysOfMonth !== undefined && { daysOfMonth }),
    ...(months !== undefined && { months }),
    ...(years !== undefined && { years }),
  }));

export const namedIntervalsSchema = z
  .array(z.strictObject({ name: z.string().min(1), time_intervals: z.array(intervalSchema).max(MAX_RANGES) }))
  .max(MAX_RANGES)
  .default([]);
