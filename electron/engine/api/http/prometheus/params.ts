// Parameters of Prometheus's HTTP API: times, durations, selectors; a bad one is named.
import { parseDurationMs } from '../../../../../shared/model/duration.ts';
import type { LabelMatcher } from '../../../promql/index.ts';
import { QueryError, parseSelector } from '../../../promql/index.ts';
import { ApiError } from './envelope.ts';

/** The open ends of the time axis, ms: what absent start and end mean. */
export const MIN_TIME_MS = -8_640_000_000_000_000;
export const MAX_TIME_MS = 8_640_000_000_000_000;

const SPECIAL_TIMES: Readonly<Record<string, number>> = {
  '-292273086-05-16T16:47:06Z': MIN_TIME_MS,
  '+292277025-08-18T07:12:54.999999999Z': MAX_TIME_MS,
  '292277025-08-18T07:12:54.999999999Z': MAX_TIME_MS,
};

const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const invalid = (name: string, reason: string): never => {
  throw new ApiError('bad_data', `invalid parameter "${name}": ${reason}`);
};

/** Unix ms of float seconds or RFC 3339, rounded to ms; `fallback` when absent. */
export function timeParam(params: URLSearchParams, name: string, fallback: number): number {
  const text = params.get(name);
  if (text === null || text === '') return fallback;
  return timeOf(text) ?? invalid(name, `invalid time value for '${name}': ${noTimestamp(text)}`);
}

export function requiredTimeParam(params: URLSearchParams, name: string): number {
  const text = params.get(name) ?? '';
  return timeOf(text) ?? invalid(name, noTimestamp(text));
}

const noTimestamp = (text: string): string => `cannot parse "${text}" to a valid timestamp`;

function timeOf(text: string): number | undefined {
  const special = SPECIAL_TIMES[text];
  if (special !== undefined) return special;
  const timeMs = FLOAT.test(text) ? Math.round(Number(text) * 1000) : rfc3339Ms(text);
  return timeMs >= MIN_TIME_MS && timeMs <= MAX_TIME_MS ? timeMs : undefined;
}

/** NaN when it is none; `Date.parse` alone takes 30 February for 2 March. */
function rfc3339Ms(text: string): number {
  if (!RFC3339.test(text)) return Number.NaN;
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const exists = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  return exists ? Date.parse(text.toUpperCase()) : Number.NaN;
}

/** Milliseconds of float seconds or a Prometheus duration; undefined when absent. */
export function durationParam(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === '') return undefined;
  const durationMs = durationOf(text);
  if (durationMs === undefined || (name === 'timeout' && durationMs < 0))
    return invalid(name, `cannot parse "${text}" to a valid duration`);
  return durationMs;
}

function durationOf(text: string): number | undefined {
  const durationMs = FLOAT.test(text) ? Number(text) * 1000 : parseDurationMs(text);
  return durationMs !== undefined && Number.isFinite(durationMs) ? durationMs : undefined;
}

export function stepParam(params: URLSearchParams): number {
  const stepMs = durationParam(params, 'step') ?? invalid('step', 'cannot parse "" to a valid duration');
  if (Math.round(stepMs) > 0) return Math.round(stepMs);
  return invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
}

/** Undefined means the usual one. */
export function lookbackParam(params: URLSearchParams): number | undefined {
  const text = params.get('lookback_delta') ?? '';
  if (text === '') return undefined;
  const lookbackMs = durationOf(text);
  if (lookbackMs === undefined) {
    throw new ApiError('bad_data', `error parsing lookback delta duration: cannot parse "${text}" to a valid duration`);
  }
  return lookbackMs > 0 ? lookbackMs : undefined;
}

/** 0 = no limit. */
export const limitParam = (params: URLSearchParams): number => countParam(params, 'limit') ?? 0;

/** Undefined when absent. */
export function countParam(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) return invalid(name, `strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text) >= 0 ? Number(text) : invalid(name, 'limit must be non-negative');
}

/** Each costs a pass over the series, and nobody writes so many by hand. */
const MAX_SELECTORS = 1_000;

export function selectorParams(params: URLSearchParams, name = 'match[]'): LabelMatcher[][] {
  const texts = params.getAll(name).filter((text) => text !== '' || name === 'match[]');
  if (texts.length > MAX_SELECTORS) invalid(name, `more than ${MAX_SELECTORS} selectors`);
  return texts.map((text) => {
    try {
      return parseSelector(text);
    } catch (error) {
      if (error instanceof QueryError) {
        const isEmpty = error.message.includes('must contain at least one non-empty matcher');
        return invalid(name, isEmpty ? `${name} must contain at least one non-empty matcher` : error.message);
      }
      throw error;
    }
  });
}
