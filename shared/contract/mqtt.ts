// The brokers that edges are read from, as the window shows them.
import { z } from 'zod';

const toldSchema = z.object({ code: z.string(), message: z.string(), atMs: z.number() });

export const mqttBrokerSchema = z.object({
  name: z.string(),
  /** The one that Linewarden is itself. */
  embedded: z.boolean(),
  address: z.string(),
  /** Connected, or listening. */
  connected: z.boolean(),
  /** Since when it is so, or is not. */
  sinceMs: z.number(),
  version: z.string(),
  /** Of the embedded one; null for the others. */
  clients: z.number().nullable(),
  messages: z.number(),
  messagesPerSecond: z.number(),
  samples: z.number(),
  duplicates: z.number(),
  refused: z.array(z.object({ reason: z.string(), count: z.number() })),
  /** Messages that wait to be stored. */
  inFlight: z.number(),
  lastMessageMs: z.number().nullable(),
  lastError: toldSchema.nullable(),
  lastRefusal: z.object({ message: z.string(), atMs: z.number() }).nullable(),
});

export const mqttStatusSchema = z.object({ brokers: z.array(mqttBrokerSchema) });

export type MqttBroker = z.infer<typeof mqttBrokerSchema>;
export type MqttStatus = z.infer<typeof mqttStatusSchema>;
