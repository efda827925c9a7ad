// Where alerts go, as the window shows it: the route tree, and which routes an alert takes.
import { z } from 'zod';
import { matcherSchema } from './alerting.ts';
import { labelsSchema } from './schemas.ts';

/** A route with what it inherits; its children follow it in the list, with a greater depth. */
export const routeShownSchema = z.object({
  /** `0.2.1`. */
  id: z.string(),
  depth: z.number(),
  receiver: z.string(),
  /** A receiver of the window's own, which takes nothing from the others. */
  isOwn: z.boolean(),
  matchers: z.array(matcherSchema),
  /** `...` alone: by every label. */
  groupBy: z.array(z.string()),
  groupWaitMs: z.number(),
  groupIntervalMs: z.number(),
  repeatIntervalMs: z.number(),
  isContinued: z.boolean(),
  muteTimeIntervals: z.array(z.string()),
  activeTimeIntervals: z.array(z.string()),
  /** Groups with alerts now. */
  groups: z.number(),
});

export const routingShownSchema = z.object({
  /** Where it is written; null: nowhere, it is the default. */
  file: z.string().nullable(),
  routes: z.array(routeShownSchema),
  inhibitRules: z.array(
    z.object({ source: z.array(matcherSchema), target: z.array(matcherSchema), equal: z.array(z.string()) }),
  ),
  timeIntervals: z.array(z.object({ name: z.string(), holdsNow: z.boolean() })),
});

export const routeTraceQuerySchema = z.object({
  labels: z
    .record(z.string().min(1).max(1_024), z.string().max(16_384))
    .refine((labels) => Object.keys(labels).length <= 256, 'at most 256 labels'),
});

/** Which routes take it, and into which group of each. */
export const routeTraceSchema = z.array(z.object({ id: z.string(), receiver: z.string(), groupLabels: labelsSchema }));

export type RouteShown = z.infer<typeof routeShownSchema>;
export type RoutingShown = z.infer<typeof routingShownSchema>;
export type RouteTrace = z.infer<typeof routeTraceSchema>;
