// What the window says and asks of alerts beyond their list: silences, maintenance windows, the heartbeat, an alert's page.
import { z } from 'zod';
import { alertSchema, graphSchema } from './schemas.ts';

const MAX_TEXT = 1_024;

export const matcherSchema = z.object({
  name: z.string().min(1).max(MAX_TEXT),
  op: z.enum(['=', '!=', '=~', '!~']),
  value: z.string().max(16_384),
});

const matchers = z.array(matcherSchema).max(256);

/** An alert that a silence or a maintenance window matches now. */
export const matchedAlertSchema = z.object({
  fingerprint: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  summary: z.string(),
  startsAtMs: z.number(),
  deviceId: z.string().nullable(),
});

/** The first ones, and how many there are. */
export const matchPreviewSchema = z.object({ total: z.number(), alerts: z.array(matchedAlertSchema) });

export const silenceSchema = z.object({
  id: z.string(),
  state: z.enum(['pending', 'active', 'expired']),
  matchers: z.array(matcherSchema),
  startsAtMs: z.number(),
  endsAtMs: z.number(),
  updatedAtMs: z.number(),
  createdBy: z.string(),
  comment: z.string(),
  /** How many alerts it keeps quiet now. */
  silenced: z.number(),
});

export const silenceFormSchema = z.object({
  /** The one to change; a new one where it is absent. */
  id: z.string().max(128).optional(),
  matchers: matchers.min(1),
  startsAtMs: z.number().int(),
  endsAtMs: z.number().int(),
  createdBy: z.string().max(MAX_TEXT).default(''),
  comment: z.string().max(16_384).default(''),
});

export const silencePreviewSchema = z.object({ matchers: matchers.min(1) });

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day such as 22:00');

/** Once, or each day that all of what is given fits; a window that ends before it starts ends the next day. */
export const maintenanceScheduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once'), startsAtMs: z.number().int(), endsAtMs: z.number().int() }),
  z.object({
    kind: z.literal('recurring'),
    start: timeOfDay,
    end: timeOfDay,
    /** 0 = Sunday; none: every day. */
    weekdays: z.array(z.number().int().min(0).max(6)).max(7),
    /** From 1, or from the month's end where negative: -1 is its last day; none: every day. */
    daysOfMonth: z.array(z.number().int().min(-31).max(31)).max(31),
    /** IANA name. */
    timeZone: z.string().min(1).max(64),
  }),
]);

export const maintenanceFormSchema = z.object({
  id: z.string().max(64).optional(),
  title: z.string().trim().min(1).max(256),
  comment: z.string().max(16_384).default(''),
  isEnabled: z.boolean().default(true),
  /** Alerts about any of these devices; of any device where there are none. */
  deviceIds: z.array(z.string().min(1).max(2_304)).max(1_000),
  /** All of which have to match. */
  matchers,
  schedule: maintenanceScheduleSchema,
});

export const maintenanceWindowSchema = maintenanceFormSchema.extend({
  id: z.string(),
  /** Since when and until when it holds now; null while it does not. */
  now: z.object({ sinceMs: z.number().nullable(), untilMs: z.number() }).nullable(),
  /** When it begins next, within the next year; null: never. */
  nextAtMs: z.number().nullable(),
  updatedAtMs: z.number(),
});

export const maintenancePreviewSchema = maintenanceFormSchema.pick({
  deviceIds: true,
  matchers: true,
  schedule: true,
});

export const maintenancePreviewAnswerSchema = matchPreviewSchema.extend({ nextAtMs: z.number().nullable() });

export const heartbeatSchema = z.object({
  /** Who set it; null: nobody, and nothing is sent. */
  setBy: z.enum(['file', 'window']).nullable(),
  /** Of the URL: what is no secret. */
  origin: z.string().nullable(),
  intervalMs: z.number(),
  lastSentAtMs: z.number().nullable(),
  /** Why the last one failed, or why none is sent now. */
  trouble: z.string().nullable(),
});

export const heartbeatFormSchema = z.object({
  /** Null: no more heartbeats; absent: as it is. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(4_096)
    .nullable()
    .optional(),
  intervalMs: z.number().int().min(10_000).max(86_400_000),
});

export const alertPageQuerySchema = z.object({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  /** One of its times; the latest where it is absent. */
  activeAtMs: z.number().int().optional(),
});

/** What happened to the device, as far as it can be told from its series. */
export const deviceMarkSchema = z.object({
  atMs: z.number(),
  kind: z.enum(['restarted', 'offline', 'online', 'changed']),
  text: z.string(),
});

export const alertPageSchema = z.object({
  alert: alertSchema,
  /** What keeps it quiet, in words; empty where nothing does. */
  quietedBy: z.array(z.string()),
  receivers: z.array(z.string()),
  /** The part of the expression that is compared with the threshold; the whole one where there is none. */
  graph: z.object({ query: z.string(), ...graphSchema.shape }).nullable(),
  /** Why there is no graph. */
  graphTrouble: z.string().nullable(),
  threshold: z.object({ op: z.enum(['>', '>=', '<', '<=', '==', '!=']), value: z.number() }).nullable(),
  /** Each time that it was active, the latest first. */
  history: z.array(
    z.object({ activeAtMs: z.number(), firedAtMs: z.number().nullable(), resolvedAtMs: z.number().nullable() }),
  ),
  /** Other alerts about the same device around that time. */
  others: z.array(alertSchema),
  marks: z.array(deviceMarkSchema),
  span: z.object({ startMs: z.number(), endMs: z.number() }),
});

export type AlertMatcher = z.infer<typeof matcherSchema>;
export type MatchedAlert = z.infer<typeof matchedAlertSchema>;
export type MatchPreview = z.infer<typeof matchPreviewSchema>;
export type SilenceShown = z.infer<typeof silenceSchema>;
export type SilenceForm = z.infer<typeof silenceFormSchema>;
export type MaintenanceSchedule = z.infer<typeof maintenanceScheduleSchema>;
export type MaintenanceForm = z.infer<typeof maintenanceFormSchema>;
export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>;
export type MaintenancePreview = z.infer<typeof maintenancePreviewSchema>;
export type HeartbeatShown = z.infer<typeof heartbeatSchema>;
export type HeartbeatForm = z.infer<typeof heartbeatFormSchema>;
export type AlertPageQuery = z.infer<typeof alertPageQuerySchema>;
export type AlertPage = z.infer<typeof alertPageSchema>;
export type DeviceMark = z.infer<typeof deviceMarkSchema>;
