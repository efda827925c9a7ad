// What the window says and asks of receivers: where alerts are told, with their forms, their failures and a test of each.
import { z } from 'zod';

const MAX_FIELDS = 64;

export const receiverFieldSchema = z.object({
  /** The key in the config; dots lead into sections. */
  name: z.string(),
  label: z.string(),
  /** A secret is never sent to the window. */
  type: z.enum(['text', 'secret', 'url', 'number', 'boolean', 'list']),
  help: z.string().optional(),
  isRequired: z.boolean().optional(),
  placeholder: z.string().optional(),
});

export const receiverKindSchema = z.object({
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  fields: z.array(receiverFieldSchema),
});

/** By the name of the field. */
export const receiverSettingsSchema = z
  .record(
    z.string().max(128),
    z.union([z.string().max(65_536), z.number(), z.boolean(), z.array(z.string().max(4_096)).max(1_000)]),
  )
  .refine((settings) => Object.keys(settings).length <= MAX_FIELDS, `at most ${MAX_FIELDS} fields`);

export const receiverFormSchema = z.object({
  /** The one to change; a new one where it is absent. */
  id: z.string().max(64).optional(),
  name: z.string().trim().min(1).max(256),
  kind: z.string().max(64),
  /** A secret that is absent stays as it is, an empty one is forgotten. */
  settings: receiverSettingsSchema,
  /** Such as severity="critical"; only alerts that all of them match are told here, every alert where there are none. */
  matchers: z.array(z.string().max(4_096)).max(256).default([]),
  isEnabled: z.boolean().default(true),
});

export const receiverTestSchema = z.union([
  z.object({ receiver: z.string().min(1).max(16_384) }),
  z.object({ draft: receiverFormSchema }),
]);

/** How a test went, for each way that the receiver has. */
export const receiverTestAnswerSchema = z.object({
  results: z.array(z.object({ kind: z.string(), isSent: z.boolean(), text: z.string() })),
});

export const receiverWaySchema = z.object({
  kind: z.string(),
  title: z.string(),
  /** Where it goes, without secrets. */
  place: z.string(),
  sendResolved: z.boolean(),
  /** Since the program started. */
  delivered: z.number(),
  failed: z.number(),
  lastDeliveredAtMs: z.number().nullable(),
  lastFailure: z.object({ atMs: z.number(), text: z.string() }).nullable(),
  /** What could not be delivered yet and is tried again. */
  waiting: z.array(
    z.object({ queuedAtMs: z.number(), attempts: z.number(), lastError: z.string().nullable(), group: z.string() }),
  ),
});

export const receiverSchema = z.object({
  name: z.string(),
  /** The file's are read-only. */
  setBy: z.enum(['file', 'window', 'default']),
  ways: z.array(receiverWaySchema),
  /** Kinds that the file names and that nothing is sent by. */
  unsupported: z.array(z.string()),
  /** Of the window's own: what the form shows, without secrets. */
  own: z
    .object({
      id: z.string(),
      kind: z.string(),
      isEnabled: z.boolean(),
      matchers: z.array(z.string()),
      settings: receiverSettingsSchema,
      /** The secrets that are kept. */
      secrets: z.array(z.string()),
    })
    .nullable(),
  /** Why nothing is sent there, a sentence. */
  trouble: z.string().nullable(),
});

export const receiverListSchema = z.object({
  kinds: z.array(receiverKindSchema),
  receivers: z.array(receiverSchema),
});

export type ReceiverSettings = z.output<typeof receiverSettingsSchema>;
export type ReceiverForm = z.output<typeof receiverFormSchema>;
export type ReceiverTest = z.output<typeof receiverTestSchema>;
export type ReceiverTestAnswer = z.output<typeof receiverTestAnswerSchema>;
export type ReceiverShown = z.output<typeof receiverSchema>;
export type ReceiverWay = z.output<typeof receiverWaySchema>;
export type ReceiverList = z.output<typeof receiverListSchema>;
