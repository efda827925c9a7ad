// A rule tried on history before it is enabled: when it would have fired.
import { z } from 'zod';

const WEEK_MS = 7 * 86_400_000;

export const tryRuleSchema = z.object({
  expr: z.string().min(1).max(16_384),
  forMs: z.number().int().min(0).max(WEEK_MS),
  keepFiringForMs: z.number().int().min(0).max(WEEK_MS),
  /** Evaluations in a row that find it before it fires, that do not before it ends. */
  badInARow: z.number().int().min(1).max(1_000).optional(),
  goodInARow: z.number().int().min(1).max(1_000).optional(),
  startMs: z.number().int(),
  endMs: z.number().int(),
  /** As often as the rule would be evaluated; a larger one sees less. */
  stepMs: z.number().int().min(1_000),
});

export const triedAlertSchema = z.object({
  /** Of the expression; the rule's own would be added. */
  labels: z.record(z.string(), z.string()),
  firings: z.array(
    z.object({
      activeAtMs: z.number(),
      firedAtMs: z.number(),
      /** null: still firing at the end. */
      resolvedAtMs: z.number().nullable(),
      /** When it fired; null where it is no finite number. */
      value: z.number().nullable(),
    }),
  ),
  /** How often it was pending and over before it fired. */
  pendingOnly: z.number(),
});

export const triedRuleSchema = z.object({
  /** Those that fired first, by when; at most 500. */
  alerts: z.array(triedAlertSchema),
  /** Label sets that the expression ever found, and firings of all, also of those that are not listed. */
  labelSets: z.number(),
  firings: z.number(),
  /** How long at least one was firing. */
  firingMs: z.number(),
  evaluations: z.number(),
  warnings: z.array(z.string()),
});

export type TryRule = z.infer<typeof tryRuleSchema>;
export type TriedAlert = z.infer<typeof triedAlertSchema>;
export type TriedRule = z.infer<typeof triedRuleSchema>;
