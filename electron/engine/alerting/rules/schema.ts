// The shape of a Prometheus rule file. Every scalar arrives as its text, whatever YAML would take it for.
import { z } from 'zod';
import { durationField } from '../../../../shared/model/fields.ts';

const NOTHING = new Set(['', '~', 'null']);

/** A key without a value counts as not given. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && NOTHING.has(value) ? undefined : value), schema.optional());

const textField = z.string({ error: 'a text' });
const duration = optional(durationField());
const textMap = optional(z.record(z.string(), textField, { error: 'a mapping of names to texts' }));
const count = optional(
  z
    .string({ error: 'a whole number' })
    .regex(/^-?\d{1,9}$/, { error: 'a whole number' })
    // Prometheus takes one below zero for none.
    .transform((text) => Math.max(0, Number(text))),
);

const ruleSchema = z.strictObject({
  record: optional(textField),
  alert: optional(textField),
  expr: optional(textField),
  for: duration,
  keep_firing_for: duration,
  labels: textMap,
  annotations: textMap,
});

const groupSchema = z.strictObject({
  name: optional(textField),
  interval: duration,
  query_offset: duration,
  limit: count,
  labels: textMap,
  rules: optional(z.array(ruleSchema, { error: 'a list of rules' })),
});

export const ruleFileSchema = z.strictObject({
  groups: optional(z.array(groupSchema, { error: 'a list of groups' })),
});

export type RawRule = z.output<typeof ruleSchema>;
export type RawGroup = z.output<typeof groupSchema>;

/** What may stand beside an unknown key, by the depth of the path: file, group, rule. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(ruleFileSchema.shape);
  return Object.keys(path.length <= 2 ? groupSchema.shape : ruleSchema.shape);
}
