// Whoever sends without being asked and is no device yet, as the window shows it.
import { z } from 'zod';
import { deviceTypeSchema } from './schemas.ts';

/** MQTT edges, push clients, push headends, and who writes by remote write. */
export const senderKindSchema = z.enum(['edge', 'client', 'headend', 'sender']);

export const unknownSenderSchema = z.object({
  kind: senderKindSchema,
  /** What it calls itself: an edge_id, a client's id, the name of a token. */
  key: z.string(),
  name: z.string(),
  type: deviceTypeSchema,
  address: z.string(),
  /** One sentence: why it is no device. */
  reason: z.string(),
  firstMs: z.number(),
  lastMs: z.number(),
  messages: z.number(),
});

export const unknownSendersSchema = z.object({
  senders: z.array(unknownSenderSchema),
  /** How many others pushed out of the list. */
  dropped: z.number(),
});

/** Names one of the list. */
export const senderNameSchema = z.object({ kind: senderKindSchema, key: z.string().min(1).max(128) });

export type DeviceType = z.infer<typeof deviceTypeSchema>;
export type SenderKind = z.infer<typeof senderKindSchema>;
export type UnknownSender = z.infer<typeof unknownSenderSchema>;
export type UnknownSenders = z.infer<typeof unknownSendersSchema>;
export type SenderName = z.infer<typeof senderNameSchema>;
