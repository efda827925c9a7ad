// Which file a bucket is in: a day's minutes, a week's ten minutes and hours, a year's days; times are UTC and left-closed.
import { FLOW_TIERS, type FlowTier } from '../types.ts';

export const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;
/** Unix time began on a Thursday. */
const FIRST_MONDAY_S = -3 * DAY_S;

export type TierFile = {
  readonly tier: FlowTier;
  readonly name: string;
  /** Buckets that begin in startS (inclusive) to endS (exclusive). */
  readonly startS: number;
  readonly endS: number;
};

export const dayOf = (timeS: number): number => Math.floor(timeS / DAY_S) * DAY_S;

export function fileOf(tier: FlowTier, bucketS: number): TierFile {
  if (tier === '1m') {
    const startS = dayOf(bucketS);
    return { tier, name: `1m-${isoDay(startS)}.db`, startS, endS: startS + DAY_S };
  }
  const mondayS = mondayOf(bucketS);
  const year = isoYearOf(mondayS);
  const firstS = firstMondayOf(year);
  if (tier !== '1d') {
    const week = Math.round((mondayS - firstS) / WEEK_S) + 1;
    const name = `${tier}-${year}-W${String(week).padStart(2, '0')}.db`;
    return { tier, name, startS: mondayS, endS: mondayS + WEEK_S };
  }
  // Whole ISO weeks, so that each week's file is summarised into one file.
  return { tier, name: `1d-${year}.db`, startS: firstS, endS: firstMondayOf(year + 1) };
}

/** Undefined for a file that is none of ours. */
export function tierFileOfName(name: string): TierFile | undefined {
  const match = /^(1m|10m|1h|1d)-(\d{4})(?:-(\d{2})-(\d{2})|-W(\d{2}))?\.db$/.exec(name);
  if (match === null) return undefined;
  const tier = FLOW_TIERS.find((one) => one === match[1]);
  if (tier === undefined) return undefined;
  const year = Number(match[2]);
  const [month, day, week] = [Number(match[3]), Number(match[4]), Number(match[5])];
  const inside =
    tier === '1m'
      ? Date.UTC(year, month - 1, day) / 1_000
      : firstMondayOf(year) + (tier === '1d' ? 0 : (week - 1) * WEEK_S);
  if (!Number.isFinite(inside)) return undefined;
  const file = fileOf(tier, inside);
  return file.name === name ? file : undefined;
}

const isoDay = (timeS: number): string => new Date(timeS * 1_000).toISOString().slice(0, 10);

const mondayOf = (timeS: number): number => Math.floor((timeS - FIRST_MONDAY_S) / WEEK_S) * WEEK_S + FIRST_MONDAY_S;

/** The year of a week is that of its Thursday (ISO 8601). */
const isoYearOf = (mondayS: number): number => new Date((mondayS + 3 * DAY_S) * 1_000).getUTCFullYear();

/** The week with 4 January in it is the first. */
const firstMondayOf = (year: number): number => mondayOf(Date.UTC(year, 0, 4) / 1_000);
