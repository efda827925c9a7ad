// Rules that somebody writes in the window: one at a time, into a rule file of the operator's own.
import { z } from 'zod';
import { labelsSchema } from './schemas.ts';

const MAX_DURATION_MS = 7 * 86_400_000;
const durationMs = z.number().int().min(0).max(MAX_DURATION_MS);
/** It names the file too. */
const pack = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/i);
const texts = labelsSchema.refine((pairs) => Object.keys(pairs).length <= 64, 'at most 64');

export const ownRuleSchema = z.object({
  name: z.string().trim().min(1).max(256),
  expr: z.string().trim().min(1).max(16_384),
  forMs: durationMs,
  keepFiringForMs: durationMs,
  labels: texts,
  annotations: texts,
});

export const saveOwnRuleSchema = z.object({
  pack,
  /** The name of the rule whose place it takes. */
  replaces: z.string().max(256).optional(),
  rule: ownRuleSchema,
});

export const removeOwnRuleSchema = z.object({ pack, name: z.string().min(1).max(256) });

export type OwnRule = z.infer<typeof ownRuleSchema>;
export type SaveOwnRule = z.infer<typeof saveOwnRuleSchema>;
