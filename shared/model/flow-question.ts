// A question about traffic and its answer: what window, command line, HTTP and engine mean by them.
import { z } from 'zod';

/**
 * By what traffic is told apart. Of each conversation `client` and `server` are its two ends by role, `src` and `dst` those of the
 * direction, `local` and `peer` the end inside and the end outside this network; `host` is either end, so that a conversation
 * counts for both, and `peer` beside `host` is the other one. `interface` is either interface alike.
 */
export const FLOW_KEYS = [
  'src',
  'dst',
  'host',
  'local',
  'peer',
  'client',
  'server',
  'conversation',
  'protocol',
  'service',
  'in_interface',
  'out_interface',
  'interface',
  'exporter',
  'subscriber',
  'tier',
  'vlan',
  'dscp',
] as const;
export type FlowKey = (typeof FLOW_KEYS)[number];

export const FLOW_MEASURES = ['bytes', 'packets', 'flows'] as const;
export type FlowMeasure = (typeof FLOW_MEASURES)[number];

export const MAX_FLOW_FILTER = 4_096;
export const MAX_FLOW_ROWS = 1_000;
/** Of one answer; a graph has fewer pixels. */
export const MAX_FLOW_STEPS = 2_000;
/** Rows times steps of one answer. */
export const MAX_FLOW_POINTS = 100_000;

export const flowKeySchema = z.enum(FLOW_KEYS);
export const flowMeasureSchema = z.enum(FLOW_MEASURES);
export const flowFilterSchema = z.string().max(MAX_FLOW_FILTER);

const spanned = {
  startMs: z.number().int().nonnegative(),
  endMs: z.number().int().nonnegative(),
  /** In the filter language; '' takes all. */
  filter: flowFilterSchema.default(''),
  /** The id of a device or the address that its flows come from; absent: all. */
  exporter: z.string().min(1).max(2_304).optional(),
};

export const flowQuestionSchema = z.object({
  ...spanned,
  by: z.array(flowKeySchema).min(1).max(3),
  measure: flowMeasureSchema.default('bytes'),
  /** How many rows; what is beyond them is in `other`. */
  limit: z.number().int().min(1).max(MAX_FLOW_ROWS).default(10),
  /** Of the series; absent: what suits a graph. Rates are of these steps, of whatever length the store allows. */
  stepMs: z.number().int().min(1_000).optional(),
  /** Without: rows have totals and rates only. */
  series: z.boolean().default(false),
  /** With the same span before. */
  compare: z.enum(['previous']).optional(),
});

export const flowSumsSchema = z.object({ bytes: z.number(), packets: z.number(), flows: z.number() });

/**
 * `in` is towards the inside: to the host, the customer or the network; into the router for an interface. By keys that have no inside it is
 * from the outside in, and between two ends on one side from server to client.
 */
export const flowBothWaysSchema = flowSumsSchema.extend({ in: flowSumsSchema, out: flowSumsSchema });

export const flowKeyValueSchema = z.object({
  kind: flowKeySchema,
  /** Stays the same whatever it is called: an address, a number, a name; '' for none (no customer, no tier). */
  value: z.string(),
  /** What a person calls it. */
  label: z.string(),
  /** More about it: the address of a named host, `tcp/443` of https. */
  detail: z.string(),
  /** The device that it is, or is of. */
  deviceId: z.string().nullable(),
  /** In the filter language: exactly this one. */
  filter: z.string(),
});

/** Of the question's measure, a second: bytes (not bits), packets or flows. */
export const flowRatesSchema = z.object({ avg: z.number(), max: z.number(), last: z.number(), p95: z.number() });

const measured = {
  ...flowBothWaysSchema.shape,
  /** Both directions joined. */
  rates: flowRatesSchema,
  ratesIn: flowRatesSchema,
  ratesOut: flowRatesSchema,
  /** A second, step by step from `firstStepMs` on; empty where none were asked for. */
  seriesIn: z.array(z.number()),
  seriesOut: z.array(z.number()),
};

export const flowRowSchema = z.object({
  /** As many as were asked by, in their order. */
  keys: z.array(flowKeyValueSchema),
  ...measured,
  previous: flowBothWaysSchema.nullable(),
});

export const flowAnswerSchema = z.object({
  /** What was read: widened to the store's resolution. */
  startMs: z.number(),
  endMs: z.number(),
  stepMs: z.number(),
  /** Where the first step begins: a whole multiple of the step, at or before `startMs`. */
  firstStepMs: z.number(),
  /** The coarsest that was read: minutes, ten minutes or days. */
  resolutionMs: z.number(),
  /** False where only the largest conversations of a bucket are known one by one; `notes` say so in words. */
  isExact: z.boolean(),
  notes: z.array(z.string()),
  /** What the filter took, each conversation once. */
  total: flowBothWaysSchema.extend({ ...measured, previous: flowBothWaysSchema.nullable() }),
  rows: z.array(flowRowSchema),
  /** All groups that are not in `rows`, and what is not known one by one. */
  other: z.object(measured).nullable(),
  /** Groups in all; with `isGroupsCapped` at least as many. */
  groups: z.number(),
  isGroupsCapped: z.boolean(),
  stats: z.object({ rowsRead: z.number(), blocksRead: z.number(), tookMs: z.number() }),
});

/** Host, service and peer: what goes from whom by what to whom. */
export const flowSankeyQuestionSchema = z.object({
  ...spanned,
  measure: flowMeasureSchema.default('bytes'),
  /** Nodes of each column; the rest is one node. */
  limit: z.number().int().min(1).max(50).default(12),
});

export const flowSankeySchema = z.object({
  startMs: z.number(),
  endMs: z.number(),
  resolutionMs: z.number(),
  isExact: z.boolean(),
  notes: z.array(z.string()),
  total: flowBothWaysSchema,
  /** Column 0: ends inside, 1: services, 2: ends outside. `key` is null for the rest of a column. */
  nodes: z.array(
    flowBothWaysSchema.extend({
      id: z.string(),
      column: z.union([z.literal(0), z.literal(1), z.literal(2)]),
      key: flowKeyValueSchema.nullable(),
    }),
  ),
  /** By the ids of nodes of neighbouring columns. */
  links: z.array(flowBothWaysSchema.extend({ source: z.string(), target: z.string() })),
});

export type FlowQuestion = z.infer<typeof flowQuestionSchema>;
export type FlowQuestionInput = z.input<typeof flowQuestionSchema>;
export type FlowSums = z.infer<typeof flowSumsSchema>;
export type FlowBothWays = z.infer<typeof flowBothWaysSchema>;
export type FlowKeyValue = z.infer<typeof flowKeyValueSchema>;
export type FlowRates = z.infer<typeof flowRatesSchema>;
export type FlowRow = z.infer<typeof flowRowSchema>;
export type FlowAnswer = z.infer<typeof flowAnswerSchema>;
export type FlowSankeyQuestion = z.infer<typeof flowSankeyQuestionSchema>;
export type FlowSankey = z.infer<typeof flowSankeySchema>;
