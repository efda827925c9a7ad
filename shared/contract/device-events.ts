// What happened to a device and cannot be read off its series, for marks on the time axes of its graphs.
import { z } from 'zod';

export const deviceEventQuerySchema = z.object({
  id: z.string().min(1).max(2_304),
  fromMs: z.number(),
  toMs: z.number(),
});

/** Oldest first. */
export const deviceEventsSchema = z.array(z.object({ atMs: z.number(), kind: z.string(), words: z.string() }));

export type DeviceEvents = z.infer<typeof deviceEventsSchema>;
