// The global time range as the URL carries it: `last=6h`, or `from` and `to` in Unix ms.
import { formatDurationMs, parseDurationMs } from '../../../shared/model/duration.ts';
import { formatClock, formatDay } from '../../../shared/units/index.ts';

export type TimeRange =
  | { readonly kind: 'last'; readonly durationMs: number }
  | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number };

export type RangeSearch = { readonly last?: string; readonly from?: number; readonly to?: number };

export const PRESETS = ['5m', '15m', '1h', '6h', '24h', '7d', '30d'] as const;
export const DEFAULT_RANGE: TimeRange = { kind: 'last', durationMs: 3_600_000 };

const MIN_MS = 10_000;
const MAX_MS = 10 * 366 * 86_400_000;

const timeOf = (value: unknown): number | undefined => {
  const ms = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Date.parse(value) : NaN;
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : undefined;
};

/** What of a URL's search belongs to the range; anything malformed is dropped. ISO times are taken too. */
export function readRangeSearch(search: Readonly<Record<string, unknown>>): RangeSearch {
  const from = timeOf(search['from']);
  const to = timeOf(search['to']);
  if (from !== undefined && to !== undefined && to - from >= 1_000 && to - from <= MAX_MS) return { from, to };
  const last = search['last'];
  const durationMs = typeof last === 'string' ? parseDurationMs(last) : undefined;
  return typeof last === 'string' && durationMs !== undefined && durationMs >= MIN_MS && durationMs <= MAX_MS
    ? { last }
    : {};
}

export function rangeOf(search: RangeSearch): TimeRange {
  if (search.from !== undefined && search.to !== undefined) {
    return { kind: 'between', fromMs: search.from, toMs: search.to };
  }
  const durationMs = search.last === undefined ? undefined : parseDurationMs(search.last);
  return durationMs === undefined ? DEFAULT_RANGE : { kind: 'last', durationMs };
}

export function searchOf(range: TimeRange): RangeSearch {
  return range.kind === 'last'
    ? { last: formatPreset(range.durationMs) }
    : { from: Math.round(range.fromMs), to: Math.round(range.toMs) };
}

export const sameSearch = (a: RangeSearch, b: RangeSearch): boolean =>
  a.last === b.last && a.from === b.from && a.to === b.to;

/**
 * Where the way out of a zoom leads: the newest range of `left` (the newest last) that is not the current one, and the
 * ranges that are left then. A fixed range that was come to by its address leads to `fallback`; null: nowhere to go.
 */
export function wayOut(
  left: readonly RangeSearch[],
  current: RangeSearch,
  fallback: RangeSearch,
): { readonly to: RangeSearch; readonly left: readonly RangeSearch[] } | null {
  const at = left.findLastIndex((one) => !sameSearch(one, current));
  const to = left[at];
  if (to !== undefined) return { to, left: left.slice(0, at) };
  return current.from === undefined ? null : { to: fallback, left: [] };
}

/** A preset as it is written ("24h", "7d"); everything else as Prometheus prints it. */
const formatPreset = (durationMs: number): string =>
  PRESETS.find((preset) => parseDurationMs(preset) === durationMs) ?? formatDurationMs(durationMs);

export const durationOf = (range: TimeRange): number =>
  range.kind === 'last' ? range.durationMs : range.toMs - range.fromMs;

/** For the keys of what was pulled: a sliding range has one entry that is renewed, a fixed one is pulled once. */
export const rangeKey = (range: TimeRange): string =>
  range.kind === 'last' ? `last ${range.durationMs}` : `${range.fromMs}-${range.toMs}`;

const WORDS: Readonly<Record<string, string>> = {
  '5m': 'Last 5 minutes',
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

export const presetWords = (preset: string): string => WORDS[preset] ?? `Last ${preset}`;

/** What the picker shows: "Last 6 hours", "14:02 – 15:10", "18 Nov 14:02 – 20 Nov 09:00". */
export function rangeWords(range: TimeRange, nowMs: number): string {
  if (range.kind === 'last') return presetWords(formatPreset(range.durationMs));
  const today = new Date(nowMs).toDateString();
  const from = new Date(range.fromMs).toDateString();
  const to = new Date(range.toMs).toDateString();
  const seconds = range.toMs - range.fromMs < 300_000;
  const day = (atMs: number): string => `${formatDay(atMs, nowMs)} `;
  const dayFrom = from === today && to === today ? '' : day(range.fromMs);
  return `${dayFrom}${formatClock(range.fromMs, seconds)} – ${to === from ? '' : day(range.toMs)}${formatClock(range.toMs, seconds)}`;
}

/** The text of a `datetime-local` field, local time to the minute. */
export function toFieldText(atMs: number): string {
  const date = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}
