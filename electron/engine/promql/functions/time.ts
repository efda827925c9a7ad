// Calendar functions in UTC, and the times of evaluations and samples.
import { Labels } from '../../../../shared/model/labels.ts';
import { mergeSameLabels, withoutName } from '../evaluate/results.ts';
import { timeAt } from '../evaluate/values.ts';
import { unlabelled, type Invocation, type ScalarFunction, type VectorFunction } from './invocation.ts';
import { mapValues } from './math.ts';

const DAY_SECONDS = 86_400;

export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

/** The proleptic Gregorian date of a day counted from 1970-01-01; exact for any time that a sample can hold. */
export function civilDate(daysSinceEpoch: number): CivilDate {
  // Counted in eras of 400 years that begin on 1 March, so that the leap day comes last.
  const days = daysSinceEpoch + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth({ year, month }: CivilDate): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function ordinalDay({ year, month, day }: CivilDate): number {
  const before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1] ?? 0;
  return before + day + (month > 2 && isLeap(year) ? 1 : 0);
}

function remainder(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

const dateOf = (seconds: number): CivilDate => civilDate(Math.floor(seconds / DAY_SECONDS));

const PARTS: Readonly<Record<string, (seconds: number) => number>> = {
  year: (seconds) => dateOf(seconds).year,
  month: (seconds) => dateOf(seconds).month,
  day_of_month: (seconds) => dateOf(seconds).day,
  day_of_year: (seconds) => ordinalDay(dateOf(seconds)),
  days_in_month: (seconds) => daysInMonth(dateOf(seconds)),
  // 1970-01-01 was a Thursday.
  day_of_week: (seconds) => remainder(Math.floor(seconds / DAY_SECONDS) + 4, 7),
  hour: (seconds) => Math.floor(remainder(seconds, DAY_SECONDS) / 3_600),
  minute: (seconds) => Math.floor(remainder(seconds, 3_600) / 60),
};

function calendar(part: (seconds: number) => number): VectorFunction {
  const safe = (seconds: number): number => (Number.isFinite(seconds) ? part(Math.trunc(seconds)) : Number.NaN);
  return (invocation) => {
    if (invocation.call.args.length === 0) return [unlabelled(Labels.EMPTY, times(invocation).map(safe))];
    return mapValues(invocation, invocation.vector(0), safe);
  };
}

/** The evaluation times in seconds. */
export function times({ context, grid }: Invocation): Float64Array {
  const values = context.column(grid.steps);
  for (let i = 0; i < values.length; i++) values[i] = timeAt(grid, i) / 1_000;
  return values;
}

/** A bare selector gives the times of its samples, any other expression the evaluation time. */
function timestamp(invocation: Invocation): ReturnType<VectorFunction> {
  const selected = invocation.sampleTimes(0);
  if (selected !== undefined) {
    return mergeSameLabels(selected.map((one) => ({ ...one, ...withoutName(invocation.context, one.labels) })));
  }
  const now = times(invocation);
  return mapValues(invocation, invocation.vector(0), (_, i) => now[i] ?? 0);
}

export const TIME_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  ...Object.fromEntries(Object.entries(PARTS).map(([name, part]) => [name, calendar(part)])),
  timestamp,
};

function constant(value: (settings: Invocation['context']['settings']) => number): ScalarFunction {
  return ({ context, grid }) => context.column(grid.steps).fill(value(context.settings));
}

export const TIME_SCALARS: Readonly<Record<string, ScalarFunction>> = {
  time: times,
  start: constant(({ startMs }) => startMs / 1_000),
  end: constant(({ endMs }) => endMs / 1_000),
  step: constant(({ stepMs }) => stepMs / 1_000),
  range: constant(({ startMs, endMs }) => (endMs - startMs) / 1_000),
};
