// What a router's interfaces carry at this second, while a page shows them.
import { z } from 'zod';

/** Of one page; a router that several pages look at is asked for as many in all. */
export const MAX_LIVE_INTERFACES = 32;

export const liveTrafficQuerySchema = z.object({
  id: z.string().min(1).max(2_304),
  interfaces: z.array(z.string().min(1).max(1_024)).min(1).max(MAX_LIVE_INTERFACES),
});

export const liveTrafficSchema = z.object({
  atMs: z.number(),
  /** bit/s, seen from the router; an interface that it does not have is left out. */
  rates: z.array(z.object({ name: z.string(), rxBps: z.number(), txBps: z.number() })),
  /** Why there are none just now. */
  problem: z.string().nullable(),
});

export type LiveTrafficQuery = z.infer<typeof liveTrafficQuerySchema>;
export type LiveTraffic = z.infer<typeof liveTrafficSchema>;
