// Dashboards as JSON files have them, version 1: docs/dashboards.md tells of each field. Unknown fields are refused, so
// that a mistyped one does not go unnoticed.
import { z } from 'zod';
import { UNITS } from '../units/value.ts';
import { parseLabelValues } from './dashboard-text.ts';
import { parseDurationMs } from './duration.ts';

export const DASHBOARD_VERSION = 1;
/** Columns of the grid. */
export const GRID_COLUMNS = 24;

const MAX_EXPR = 16_384;
const DAY_MS = 86_400_000;

const metricName = z
  .string()
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'a metric name')
  .max(256);
const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name')
  .max(256);
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63');
const title = z.string().trim().min(1).max(200);
const words = z.string().trim().min(1).max(100);
const expr = z.string().trim().min(1).max(MAX_EXPR);

const durationFrom = (leastMs: number, mostMs: number, what: string) =>
  z.string().refine((text) => {
    const ms = parseDurationMs(text);
    return ms !== undefined && ms >= leastMs && ms <= mostMs;
  }, what);
const interval = durationFrom(1_000, DAY_MS, 'a duration from 1s to 1d');
const range = durationFrom(60_000, 10 * 366 * DAY_MS, 'a duration from 1m to 10y');

/** Only where one of these metrics has samples in the time range. */
const requires = z.array(metricName).min(1).max(50);
const unit = z.enum(UNITS).default('count');
const state = z.enum(['online', 'degraded', 'offline', 'unknown']);

/** Ascending; the last one whose `from` the value reaches counts. Only the first may be without `from`. */
const thresholds = z
  .array(z.strictObject({ from: z.number().optional(), state, words: words.optional() }))
  .min(1)
  .max(8)
  .refine(
    (steps) =>
      steps.every(({ from }, i) => (i === 0 ? true : from !== undefined && from > (steps[i - 1]?.from ?? -Infinity))),
    'steps with ascending values of "from"; only the first may have none',
  );

const panelBase = {
  id: slug,
  title,
  description: z.string().max(1_000).optional(),
  /** Columns of 24, and rows. */
  width: z.int().min(1).max(GRID_COLUMNS),
  height: z.int().min(1).max(40),
  requires: requires.optional(),
  /** The expected time between two samples, where it is longer than the devices are polled. */
  interval: interval.optional(),
};

const timeSeries = z.strictObject({
  kind: z.literal('timeseries'),
  ...panelBase,
  unit,
  queries: z
    .array(
      z.strictObject({
        expr,
        /** The series' names, `{{label}}` filled in. */
        legend: z.string().max(200).optional(),
        /** `out` is drawn below the axis; an in/out pair of one name shares its colour. */
        direction: z.enum(['in', 'out']).optional(),
        /** Drawn grey: a total, a limit, a former time. */
        other: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(12),
  stacked: z.boolean().default(false),
  /** Ends of the y axis, where they are fixed. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** A temperature need not start at zero. */
  fromZero: z.boolean().default(true),
  sides: z.strictObject({ in: words, out: words }).optional(),
  /** The most names that are drawn, the largest. */
  limit: z.int().min(1).max(50).default(12),
  thresholds: thresholds.optional(),
  legend: z.boolean().default(true),
  /** A time range of its own, up to the end of the window's. */
  range: range.optional(),
  /** The shortest step. */
  minStep: interval.optional(),
  /** False: no alerts on its time axis. */
  annotations: z.boolean().default(true),
});

const stat = z.strictObject({
  kind: z.literal('stat'),
  ...panelBase,
  unit,
  expr,
  sparkline: z.boolean().default(true),
  thresholds: thresholds.optional(),
  /** Shown below the value. */
  note: z.string().trim().max(200).optional(),
});

const width = z
  .string()
  .regex(/^\d{2,4}px$|^minmax\(\d{2,4}px, \d(?:\.\d)?fr\)$/, 'such as 120px or minmax(120px, 2fr)')
  .optional();

const column = z.union([
  z.strictObject({
    title: words,
    /** The first of them that the row has. */
    label: z.union([labelName, z.array(labelName).min(1).max(8)]),
    link: z.literal('device').optional(),
    width,
  }),
  z.strictObject({ title: words, query: slug, unit, thresholds: thresholds.optional(), width }),
]);

const table = z
  .strictObject({
    kind: z.literal('table'),
    ...panelBase,
    queries: z
      .array(z.strictObject({ id: slug, expr }))
      .min(1)
      .max(12),
    /** The labels that tell rows apart: samples that agree in all of them are one row. */
    by: z.array(labelName).min(1).max(8),
    columns: z.array(column).min(1).max(20),
    sort: z.strictObject({ column: words, descending: z.boolean().default(false) }).optional(),
    /** Only rows that this query has; absent: every row of any query. */
    rows: slug.optional(),
    limit: z.int().min(1).max(5_000).default(1_000),
  })
  .refine(
    ({ queries, columns, rows }) =>
      [...columns.flatMap((one) => ('query' in one ? [one.query] : [])), ...(rows === undefined ? [] : [rows])].every(
        (id) => queries.some((query) => query.id === id),
      ),
    'every "query" of a column, and "rows", names one of the queries',
  )
  .refine(({ sort, columns }) => sort === undefined || columns.some((one) => one.title === sort.column), {
    path: ['sort', 'column'],
    error: 'the title of a column',
  });

const text = z.strictObject({
  kind: z.literal('text'),
  ...panelBase,
  /** Paragraphs, an empty line between two. */
  text: z.string().trim().min(1).max(10_000),
});

export const panelSchema = z.discriminatedUnion('kind', [timeSeries, stat, table, text]);

const variable = z.strictObject({
  name: labelName.refine((name) => !name.startsWith('__'), 'a name that does not begin with __'),
  label: words,
  /** `label_values(selector, label)` or `label_values(label)`; the values of several are united. */
  query: z
    .union([z.string(), z.array(z.string()).min(1).max(8)])
    .refine(
      (all) => (typeof all === 'string' ? [all] : all).every((one) => parseLabelValues(one) !== undefined),
      'label_values(selector, label) or label_values(label)',
    ),
  /** Offered besides; the empty value is a series without the label. */
  values: z
    .array(z.strictObject({ value: z.string().max(1_024), name: words }))
    .max(50)
    .default([]),
  multi: z.boolean().default(true),
  all: z.boolean().default(true),
  /** What "All" is in a query. */
  allValue: z.string().max(1_024).default('.*'),
});

const section = z.strictObject({
  title,
  collapsed: z.boolean().default(false),
  requires: requires.optional(),
  panels: z.array(panelSchema).min(1).max(100),
});

const twice = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) !== i);

export const dashboardSchema = z
  .strictObject({
    version: z.literal(DASHBOARD_VERSION),
    id: slug,
    title,
    description: z.string().trim().max(1_000).default(''),
    tags: z.array(words).max(20).default([]),
    variables: z.array(variable).max(20).default([]),
    annotations: z
      .array(
        z.strictObject({
          source: z.literal('alerts'),
          /** Of these alerts alone. */
          names: z.array(words).min(1).max(100).optional(),
        }),
      )
      .max(10)
      .default([]),
    sections: z.array(section).min(1).max(50),
  })
  .superRefine(({ sections, variables }, context) => {
    const panel = twice(sections.flatMap(({ panels }) => panels.map(({ id }) => id)));
    if (panel !== undefined) context.addIssue({ code: 'custom', path: ['sections'], message: `two panels "${panel}"` });
    const name = twice(variables.map((one) => one.name));
    if (name !== undefined) {
      context.addIssue({ code: 'custom', path: ['variables'], message: `two variables "${name}"` });
    }
  });

export type Dashboard = z.infer<typeof dashboardSchema>;
export type DashboardSection = Dashboard['sections'][number];
export type DashboardPanel = z.infer<typeof panelSchema>;
export type TimeSeriesPanel = Extract<DashboardPanel, { kind: 'timeseries' }>;
export type StatPanel = Extract<DashboardPanel, { kind: 'stat' }>;
export type TablePanel = Extract<DashboardPanel, { kind: 'table' }>;
export type TextPanel = Extract<DashboardPanel, { kind: 'text' }>;
export type DashboardVariable = Dashboard['variables'][number];
export type Threshold = z.infer<typeof thresholds>[number];

/** Every query of a panel, as it is written. */
export function exprsOf(panel: DashboardPanel): string[] {
  if (panel.kind === 'stat') return [panel.expr];
  return panel.kind === 'text' ? [] : panel.queries.map((query) => query.expr);
}
