// Customers as they cross between engine and window: who is connected, how much they carry, and by which rules they have a tier.
import { z } from 'zod';

const pattern = z.string().min(1).max(256);
const patterns = z.array(pattern).max(1_000).optional();

/** Fits where each field that is given does; a field fits where one of its patterns does. */
export const tierRuleSchema = z.object({
  tier: z.string().min(1).max(64),
  user: patterns,
  profile: patterns,
  comment: patterns,
  service: patterns,
  address: patterns,
  device: patterns,
});

export const MAX_TIER_RULES = 1_000;

export const subscriberStateSchema = z.enum(['up', 'down', 'unknown']);
const usageSchema = z.object({ rx: z.number(), tx: z.number() });

export const subscriberSchema = z.object({
  /** Stays the same over reconnects, moves and restarts. */
  key: z.string(),
  name: z.string(),
  /** '' where nothing gives it one. */
  tier: z.string(),
  state: subscriberStateSchema,
  sinceMs: z.number(),
  deviceId: z.string(),
  address: z.string(),
  service: z.string(),
  comment: z.string(),
  uptimeSeconds: z.number().nullable(),
  /** Seen from the customer: rx is what it downloads. */
  rxBps: z.number().nullable(),
  txBps: z.number().nullable(),
  today: usageSchema,
  thisMonth: usageSchema,
  rttSeconds: z.number().nullable(),
  sample: z.boolean(),
  /** As PromQL matchers. */
  selector: z.string(),
});

export const subscriberSessionSchema = z.object({
  deviceId: z.string(),
  service: z.string(),
  address: z.string(),
  callerId: z.string(),
  beganMs: z.number(),
  /** null while it lasts. */
  endedMs: z.number().nullable(),
  rxBytes: z.number(),
  txBytes: z.number(),
});

export const subscriberDetailSchema = subscriberSchema.extend({
  tierFrom: z.enum(['rule', 'profile', 'comment', 'none']),
  profile: z.string(),
  queueComment: z.string(),
  callerId: z.string(),
  rxLimitBps: z.number().nullable(),
  txLimitBps: z.number().nullable(),
  lastUpMs: z.number().nullable(),
  lastMonth: usageSchema.nullable(),
  /** The latest first. */
  sessions: z.array(subscriberSessionSchema),
});

export const subscribersSchema = z.object({
  atMs: z.number(),
  rows: z.array(subscriberSchema),
  /** How many found no room. */
  refused: z.number(),
});

export const subscriberSettingsSchema = z.object({
  enabled: z.boolean(),
  fileRules: z.array(tierRuleSchema),
  windowRules: z.array(tierRuleSchema),
  latency: z.object({
    from: z.enum(['this-computer', 'router', 'off']),
    /** By what it is measured, or why it is not, in words. */
    words: z.string(),
  }),
});

export type TierRule = z.infer<typeof tierRuleSchema>;
export type SubscriberState = z.infer<typeof subscriberStateSchema>;
export type Subscriber = z.infer<typeof subscriberSchema>;
export type SubscriberDetail = z.infer<typeof subscriberDetailSchema>;
export type SubscriberSession = z.infer<typeof subscriberSessionSchema>;
export type SubscriberList = z.infer<typeof subscribersSchema>;
export type SubscriberSettings = z.infer<typeof subscriberSettingsSchema>;
