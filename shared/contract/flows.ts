// What the traffic screens ask of the engine and are answered, beside questions themselves (shared/model/flow-question).
import { z } from 'zod';
import {
  MAX_FLOW_FILTER,
  flowBothWaysSchema,
  flowFilterSchema,
  flowKeySchema,
  flowKeyValueSchema,
} from '../model/flow-question.ts';

/** Offsets are UTF-16 units into the filter's text. */
export const flowFilterCheckSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** As the printer writes it; '' for one that takes all. */
    canonical: z.string(),
    /** What it names that is not known now, in words. */
    notes: z.array(z.string()),
  }),
  z.object({ ok: z.literal(false), message: z.string(), hint: z.string(), start: z.number(), end: z.number() }),
]);

export const flowCompletionQuerySchema = z.object({
  filter: flowFilterSchema,
  /** Where the cursor stands. */
  offset: z.number().int().min(0).max(MAX_FLOW_FILTER),
});

export const flowCompletionSchema = z.object({
  /** What an item replaces. */
  start: z.number(),
  end: z.number(),
  items: z.array(
    z.object({
      /** As it is put in, quoted where it has to be. */
      text: z.string(),
      label: z.string(),
      detail: z.string(),
      kind: z.enum(['field', 'operator', 'value', 'keyword']),
    }),
  ),
});

/** The last minute, each second, while a page shows it. */
export const flowLiveQuerySchema = z.object({
  filter: flowFilterSchema.default(''),
  exporter: z.string().min(1).max(2_304).optional(),
  by: z.array(flowKeySchema).min(1).max(2).default(['conversation']),
  limit: z.number().int().min(1).max(100).default(20),
});

export const flowLiveSchema = z.object({
  /** The second that ended last, Unix ms. */
  atMs: z.number(),
  /** Why there is nothing to see, such as a port that nobody listens on. */
  problem: z.string().nullable(),
  /** Bytes of each of the last seconds, the oldest first. */
  totalIn: z.array(z.number()),
  totalOut: z.array(z.number()),
  /** The largest of these seconds. */
  rows: z.array(
    flowBothWaysSchema.extend({
      keys: z.array(flowKeyValueSchema),
      seriesIn: z.array(z.number()),
      seriesOut: z.array(z.number()),
    }),
  ),
});

export type FlowFilterCheck = z.infer<typeof flowFilterCheckSchema>;
export type FlowCompletionQuery = z.infer<typeof flowCompletionQuerySchema>;
export type FlowCompletion = z.infer<typeof flowCompletionSchema>;
export type FlowLiveQuery = z.infer<typeof flowLiveQuerySchema>;
export type FlowLive = z.infer<typeof flowLiveSchema>;
