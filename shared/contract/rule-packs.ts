// Rule packs as they cross between engine and window: what each finds, which of it is on, and with which thresholds.
import { z } from 'zod';

const MAX_DURATION_MS = 7 * 86_400_000;
const MAX_NAME = 256;

export const rulePackClassSchema = z.enum(['outage', 'capacity', 'security', 'component', 'imported', 'own']);

export const ruleThresholdSchema = z.object({
  name: z.string(),
  label: z.string(),
  unit: z.string(),
  min: z.number(),
  max: z.number(),
  default: z.number(),
  /** The one in force. */
  value: z.number(),
});

export const packRuleSchema = z.object({
  name: z.string(),
  kind: z.enum(['alerting', 'recording']),
  description: z.string(),
  /** What to do about it; empty where the rule does not say. May hold template actions. */
  action: z.string(),
  severity: z.string(),
  /** With the thresholds in force. */
  expr: z.string(),
  enabled: z.boolean(),
  forMs: z.number(),
  defaultForMs: z.number(),
  keepFiringForMs: z.number(),
  defaultKeepFiringForMs: z.number(),
  /** Evaluations in a row that find it before it fires, that do not before it ends. */
  badInARow: z.number(),
  defaultBadInARow: z.number(),
  goodInARow: z.number(),
  defaultGoodInARow: z.number(),
  thresholds: z.array(ruleThresholdSchema),
});

export const rulePackSchema = z.object({
  id: z.string(),
  title: z.string(),
  class: rulePackClassSchema,
  description: z.string(),
  /** What is missing for these rules to find anything; null: nothing. */
  needs: z.string().nullable(),
  /** Who published the rules; null for ours and the operator's own. */
  source: z.string().nullable(),
  /** How they differ from what was published. */
  corrected: z.string().nullable(),
  enabled: z.boolean(),
  /** The operator imported it and can remove it. */
  own: z.boolean(),
  /** Why it is not in force although it is on. */
  problem: z.string().nullable(),
  rules: z.array(packRuleSchema),
});

const durationMs = z.number().int().min(0).max(MAX_DURATION_MS);
const inARow = z.number().int().min(1).max(1_000);

/** What is absent stays as it is; null is the default again. */
export const rulePackChangeSchema = z.object({
  packId: z.string().min(1).max(MAX_NAME),
  enabled: z.boolean().optional(),
  rule: z
    .object({
      name: z.string().min(1).max(MAX_NAME),
      enabled: z.boolean().optional(),
      forMs: durationMs.nullable().optional(),
      keepFiringForMs: durationMs.nullable().optional(),
      badInARow: inARow.nullable().optional(),
      goodInARow: inARow.nullable().optional(),
      thresholds: z.record(z.string().max(64), z.number().nullable()).optional(),
    })
    .optional(),
});

export const rulePackImportSchema = z.object({
  /** Letters, digits, - and _: it names the file too. */
  name: z.string().min(1).max(64),
  /** A Prometheus rule file. */
  text: z.string().min(1).max(1_048_576),
});

export type RulePackClass = z.infer<typeof rulePackClassSchema>;
export type RuleThreshold = z.infer<typeof ruleThresholdSchema>;
export type PackRule = z.infer<typeof packRuleSchema>;
export type RulePack = z.infer<typeof rulePackSchema>;
export type RulePackChange = z.infer<typeof rulePackChangeSchema>;
export type RulePackImport = z.infer<typeof rulePackImportSchema>;
