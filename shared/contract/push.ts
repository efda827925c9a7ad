// The push API as the window shows and sets it: clients with their keys, headends, and the tokens of /metrics.
import { z } from 'zod';

export const pushKeySchema = z.object({
  id: z.string(),
  /** Its first characters. */
  hint: z.string(),
  createdMs: z.number(),
  /** null: until it is revoked. */
  validUntilMs: z.number().nullable(),
});

const contactSchema = z.object({
  lastCheckInMs: z.number().nullable(),
  deviceId: z.string().nullable(),
});

export const pushClientSchema = contactSchema.extend({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  /** From the config or the sample network: read-only, and its key is not told. */
  provisioned: z.boolean(),
  sample: z.boolean(),
  keys: z.array(pushKeySchema),
});

export const pushHeadendSchema = contactSchema.extend({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  datacenter: z.string(),
  /** Named in the config; the others came by themselves. */
  provisioned: z.boolean(),
  sample: z.boolean(),
});

export const pushStatusSchema = z.object({
  clients: z.array(pushClientSchema),
  headends: z.array(pushHeadendSchema),
  /** null: no headend is let in. */
  jwt: z.object({ algorithm: z.string(), audience: z.string() }).nullable(),
  acceptsNewHeadends: z.boolean(),
  /** Where agents send, without the path; null while HTTP is off. */
  url: z.string().nullable(),
  metrics: z.object({
    /** Made here. */
    tokens: z.array(pushKeySchema),
    /** Where others come from. */
    provided: z.array(z.enum(['file', 'environment'])),
  }),
});

const clientId = z
  .string()
  .trim()
  .min(1, 'Give it an id.')
  .max(128, 'At most 128 characters.')
  .regex(/^[^\s/?#%]+$/u, 'One word without /, ?, # and %.');

export const pushClientFormSchema = z.object({
  id: clientId,
  name: z.string().trim().max(128, 'At most 128 characters.'),
  type: z.string().trim().max(64, 'At most 64 characters.'),
});

const DAY_MS = 86_400_000;
/** How long the keys before a new one stay valid. */
export const overlapMsSchema = z
  .number()
  .int()
  .min(0)
  .max(90 * DAY_MS);

/** Told once: only its hash is kept. */
export const madeKeySchema = z.object({ key: z.string() });

export type PushKey = z.infer<typeof pushKeySchema>;
export type PushClient = z.infer<typeof pushClientSchema>;
export type PushHeadend = z.infer<typeof pushHeadendSchema>;
export type PushStatus = z.infer<typeof pushStatusSchema>;
export type PushClientForm = z.infer<typeof pushClientFormSchema>;
