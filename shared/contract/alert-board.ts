// The alerts as the window lists them: in the groups of their routes, filtered and cut into pages by the engine, so that
// ten thousand of them are a few kilobytes a look.
import { z } from 'zod';
import { matcherSchema } from './alerting.ts';
import { labelsSchema, sampleValueSchema } from './schemas.ts';

const MAX_DEVICE_ID = 2_304;

/** A suppressed one fires, and nobody is told of it. */
export const boardStateSchema = z.enum(['firing', 'pending', 'suppressed', 'resolved']);

export const boardFilterSchema = z.object({
  states: z.array(boardStateSchema).max(4),
  /** Any of them; all where there are none. */
  severities: z.array(z.string().max(1_024)).max(64),
  deviceIds: z.array(z.string().min(1).max(MAX_DEVICE_ID)).max(256),
  /** All of which have to match. */
  matchers: z.array(matcherSchema).max(64),
});

export const boardQuerySchema = boardFilterSchema.extend({
  /** Ids of groups whose alerts are not wanted. */
  folded: z.array(z.string().max(65_536)).max(1_000),
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(500),
});

export const quietSchema = z.object({
  kind: z.enum(['silence', 'inhibition', 'interval', 'maintenance', 'parent']),
  /** A sentence. */
  text: z.string(),
  /** Of the silence, or the fingerprint of the alert that inhibits. */
  id: z.string().nullable(),
});

const countsSchema = z.object({
  firing: z.number(),
  pending: z.number(),
  suppressed: z.number(),
  resolved: z.number(),
});

export const boardGroupSchema = z.object({
  kind: z.literal('group'),
  /** The route's place and the labels by which it groups. */
  id: z.string(),
  labels: labelsSchema,
  receiver: z.string(),
  /** The matchers that lead here, as text. */
  route: z.string(),
  counts: countsSchema,
  /** The worst of its alerts'; empty where none has one. */
  severity: z.string(),
  sinceMs: z.number(),
  isFolded: z.boolean(),
});

export const boardAlertSchema = z.object({
  kind: z.literal('alert'),
  groupId: z.string(),
  fingerprint: z.string(),
  state: boardStateSchema,
  name: z.string(),
  summary: z.string(),
  severity: z.string(),
  labels: labelsSchema,
  /** Null for those that somebody else evaluates. */
  value: sampleValueSchema.nullable(),
  activeAtMs: z.number(),
  /** Resolved, fired or active since. */
  sinceMs: z.number(),
  deviceId: z.string().nullable(),
  quietedBy: z.array(quietSchema),
});

export const boardSchema = z.object({
  /** From `offset`: each group, then its alerts unless it is folded. */
  rows: z.array(z.discriminatedUnion('kind', [boardGroupSchema, boardAlertSchema])),
  total: z.number(),
  groups: z.number(),
  /** By state, of all that the other filters leave; an alert of several groups counts once. */
  counts: countsSchema,
  /** Of all alerts that there are. */
  severities: z.array(z.string()),
});

/** Which alerts are wanted, of all that are known. */
export const alertListQuerySchema = z.object({
  deviceId: z.string().min(1).max(MAX_DEVICE_ID).optional(),
  /** The newest ones; all where it is absent. */
  limit: z.number().int().min(1).max(10_000).optional(),
});

/** For the bell and the overview: how much there is, and its first groups. */
export const alertSummarySchema = z.object({
  counts: countsSchema,
  groups: z.array(
    boardGroupSchema.omit({ kind: true, isFolded: true, route: true }).extend({
      /** Of its first alert. */
      text: z.string(),
      /** Where it has one alert. */
      fingerprint: z.string().nullable(),
      /** The first few. */
      deviceIds: z.array(z.string()),
    }),
  ),
  /** How many groups there are in all. */
  total: z.number(),
});

export const historyQuerySchema = z.object({
  startMs: z.number().int(),
  endMs: z.number().int(),
  deviceId: z.string().min(1).max(MAX_DEVICE_ID).optional(),
});

export const historySchema = z.object({
  /** One for each kind of alert, the one that fired last first. */
  lanes: z.array(
    z.object({
      name: z.string(),
      severity: z.string(),
      /** How often it fired. */
      times: z.number(),
      /** While at least one of them fired; null: still. */
      spans: z.array(
        z.object({
          fromMs: z.number(),
          toMs: z.number().nullable(),
          alerts: z.number(),
          /** Of the first. */
          fingerprint: z.string(),
          activeAtMs: z.number(),
        }),
      ),
    }),
  ),
  /** The newest ones. */
  entries: z.array(
    z.object({
      fingerprint: z.string(),
      name: z.string(),
      summary: z.string(),
      severity: z.string(),
      labels: labelsSchema,
      deviceId: z.string().nullable(),
      activeAtMs: z.number(),
      firedAtMs: z.number(),
      resolvedAtMs: z.number().nullable(),
    }),
  ),
  total: z.number(),
  /** More were stored than are looked at: the oldest are missing. */
  isCut: z.boolean(),
});

export type BoardState = z.infer<typeof boardStateSchema>;
export type BoardFilter = z.infer<typeof boardFilterSchema>;
export type BoardQuery = z.infer<typeof boardQuerySchema>;
export type BoardGroup = z.infer<typeof boardGroupSchema>;
export type BoardAlert = z.infer<typeof boardAlertSchema>;
export type BoardCounts = z.infer<typeof countsSchema>;
export type Board = z.infer<typeof boardSchema>;
export type Quiet = z.infer<typeof quietSchema>;
export type AlertListQuery = z.infer<typeof alertListQuerySchema>;
export type AlertSummary = z.infer<typeof alertSummarySchema>;
export type AlertHistoryQuery = z.infer<typeof historyQuerySchema>;
export type AlertHistory = z.infer<typeof historySchema>;
