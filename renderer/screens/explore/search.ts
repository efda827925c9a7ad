// What of the Explore screen its address carries: the queries that were run, how they are shown, and at what time.
import { parseDurationMs } from '../../../shared/model/duration.ts';
import type { Unit } from '../../../shared/units/index.ts';

export type ExploreQuery = {
  readonly expr: string;
  /** The series' names, `{{label}}` filled in; the labels themselves when absent. */
  readonly legend?: string;
  readonly hidden?: true;
  /** The shortest step, as PromQL writes it. */
  readonly step?: string;
  /** Instead of the unit that the query's metrics have. */
  readonly unit?: Unit;
};

export const RESOLUTIONS = ['low', 'high'] as const;

export type ExploreSearch = {
  readonly q?: readonly ExploreQuery[];
  /** Absent: the graph. */
  readonly view?: 'table';
  /** Unix ms of the table; absent: the end of the time range. */
  readonly at?: number;
  readonly resolution?: (typeof RESOLUTIONS)[number];
  readonly style?: 'stacked';
  /** The table's labels in one column instead of one each. */
  readonly labels?: 'one';
  /** A sliding range that stands still until it is refreshed. */
  readonly live?: false;
};

export const MAX_QUERIES = 10;
export const MAX_EXPR = 16_384;
const MAX_LEGEND = 200;
export const UNITS: readonly Unit[] = [
  'count',
  'perSecond',
  'bytes',
  'Bps',
  'bps',
  'percent',
  'seconds',
  'celsius',
  'volts',
  'watts',
  'rpm',
];

/** Whatever is malformed is left out; a plain text is one query. */
export function readExploreSearch(search: Readonly<Record<string, unknown>>): ExploreSearch {
  const { q, view, at, resolution, style, labels, live } = search;
  const given: unknown[] = Array.isArray(q) ? q : q === undefined ? [] : [q];
  const queries = given.slice(0, MAX_QUERIES).flatMap(readQuery);
  const wanted = RESOLUTIONS.find((one) => one === resolution);
  return {
    ...(queries.length > 0 && { q: queries }),
    ...(view === 'table' && { view }),
    ...(typeof at === 'number' && Number.isSafeInteger(at) && at > 0 && { at }),
    ...(wanted !== undefined && { resolution: wanted }),
    ...(style === 'stacked' && { style }),
    ...(labels === 'one' && { labels }),
    ...(live === false && { live }),
  };
}

function readQuery(value: unknown): ExploreQuery[] {
  // A query that is only a number was a number once the address was read.
  if (typeof value === 'string' || typeof value === 'number') return readQuery({ expr: String(value) });
  if (typeof value !== 'object' || value === null) return [];
  const { expr, legend, hidden, step, unit } = value as Record<string, unknown>;
  if (typeof expr !== 'string' || expr.trim() === '' || expr.length > MAX_EXPR) return [];
  const known = UNITS.find((one) => one === unit);
  return [
    {
      expr,
      ...(typeof legend === 'string' && legend !== '' && { legend: legend.slice(0, MAX_LEGEND) }),
      ...(hidden === true && { hidden }),
      ...(typeof step === 'string' && stepMsOf(step) !== undefined && { step }),
      ...(known !== undefined && { unit: known }),
    },
  ];
}

const MAX_STEP_MS = 366 * 86_400_000;

/** Undefined for what is no step from a second to a year. */
export function stepMsOf(text: string): number | undefined {
  const ms = parseDurationMs(text);
  return ms !== undefined && ms >= 1_000 && ms <= MAX_STEP_MS ? ms : undefined;
}

/** A, B, C: the queries' names by their place. */
export const letterOf = (place: number): string => String.fromCodePoint(65 + place);

/** The search of a link that opens these queries. */
export const exploreLink = (...exprs: readonly string[]): ExploreSearch => ({
  q: exprs.slice(0, MAX_QUERIES).map((expr) => ({ expr })),
});
