// What every procedure of the contract begins with.
import { oc } from '@orpc/contract';
import { z } from 'zod';

/** The longest that a device can have: a target's job and the host of its URL. */
export const MAX_DEVICE_ID = 2_304;
export const deviceId = z.object({ id: z.string().min(1).max(MAX_DEVICE_ID) });

// Errors that a caller can act on; `data` is shown to the operator as it is.
export const base = oc.errors({
  BAD_REQUEST: { data: z.object({ code: z.string(), hint: z.string() }).optional() },
  NOT_FOUND: {},
  CONFLICT: { data: z.object({ code: z.string(), hint: z.string() }).optional() },
  QUERY_FAILED: { status: 422, data: z.object({ type: z.string() }).optional() },
});
