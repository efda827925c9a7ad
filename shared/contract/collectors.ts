// Which collectors of a router are read, and how often: what the window may change.
import { z } from 'zod';

const MAX_INTERVAL_MS = 86_400_000;

/** On or off, or on at an interval in milliseconds. */
export const collectorSwitchSchema = z.union([z.boolean(), z.number().int().min(1_000).max(MAX_INTERVAL_MS)]);

/** By collector name; what is not named keeps its default. */
export const collectorSwitchesSchema = z.record(z.string().min(1).max(64), collectorSwitchSchema);

export const collectorChangeSchema = z.object({
  id: z.string().min(1).max(512),
  collector: z.string().min(1).max(64),
  /** null: as where nobody chose. */
  to: collectorSwitchSchema.nullable(),
});

export type CollectorSwitch = z.infer<typeof collectorSwitchSchema>;
export type CollectorChange = z.infer<typeof collectorChangeSchema>;
