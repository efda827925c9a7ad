// What the Explore screen asks of the engine and is answered, as zod schemas.
import { z } from 'zod';
import { UNITS } from '../units/value.ts';
import { graphSchema, labelsSchema, sampleValueSchema } from './schemas.ts';

/** The base units that a value can be shown in; shared/units formats them. */
export const unitSchema = z.enum(UNITS);

export const exploredValueSchema = sampleValueSchema;

export const queryStatsSchema = z.object({
  /** Series of the whole answer, however many are sent. */
  series: z.number(),
  /** Samples that the engine loaded for it. */
  samplesRead: z.number(),
  /** From the engine's taking the query up to its answer, ms; waiting behind another query included. */
  tookMs: z.number(),
});

/** The largest series of the answer, at most as many as were asked for; `stats.series` says of how many. */
export const exploredGraphSchema = graphSchema.extend({ stats: queryStatsSchema });

export const exploredTableSchema = z.object({
  type: z.enum(['vector', 'matrix', 'scalar', 'string']),
  /** The value of a string. */
  text: z.string(),
  /** A vector's samples, a scalar's one, or all samples of a range vector, series by series. */
  rows: z.array(z.object({ labels: labelsSchema, timeMs: z.number(), value: exploredValueSchema })),
  /** Rows of the whole answer. */
  total: z.number(),
  warnings: z.array(z.string()),
  infos: z.array(z.string()),
  stats: queryStatsSchema,
});

/** Offsets are UTF-16 units into the query's text. */
export const queryCheckSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    type: z.enum(['vector', 'matrix', 'scalar', 'string']),
    /** Null where it cannot be told. */
    unit: unitSchema.nullable(),
    /** Selectors that name a metric, and the function that its range is given to. */
    selectors: z.array(z.object({ metric: z.string(), func: z.string(), start: z.number(), end: z.number() })),
  }),
  z.object({ ok: z.literal(false), message: z.string(), offset: z.number() }),
]);

export const metricSchema = z.object({
  name: z.string(),
  /** counter, gauge, histogram, summary, ... or unknown. */
  type: z.string(),
  help: z.string(),
  unit: z.string(),
});

export const catalogueSchema = z.object({
  metrics: z.array(metricSchema),
  /** Metrics in all; more than are sent where there are very many. */
  total: z.number(),
  /** The names that the language's functions and aggregations have here. */
  functions: z.array(z.string()),
});

export const metricLabelsSchema = z.object({
  /** Series that were looked at: all of the metric, unless `truncated`. */
  series: z.number(),
  truncated: z.boolean(),
  labels: z.array(
    z.object({
      name: z.string(),
      /** Different values, of which the most frequent follow. */
      distinct: z.number(),
      values: z.array(z.object({ value: z.string(), series: z.number() })),
    }),
  ),
});

/** What a query would read, about. */
export const queryEstimateSchema = z.object({ series: z.number(), samples: z.number() });

export type ExploredValue = z.infer<typeof exploredValueSchema>;
export type ExploredGraph = z.infer<typeof exploredGraphSchema>;
export type ExploredTable = z.infer<typeof exploredTableSchema>;
export type QueryCheck = z.infer<typeof queryCheckSchema>;
export type QueryStats = z.infer<typeof queryStatsSchema>;
export type Metric = z.infer<typeof metricSchema>;
export type Catalogue = z.infer<typeof catalogueSchema>;
export type MetricLabels = z.infer<typeof metricLabelsSchema>;
export type QueryEstimate = z.infer<typeof queryEstimateSchema>;
