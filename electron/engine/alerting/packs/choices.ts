// What the operator has chosen of the packs: kept as one setting, of which only what differs from the defaults is in it.
import { z } from 'zod';
import type { RulePackChange } from '../../../../shared/contract/index.ts';

const ruleChoiceSchema = z.object({
  enabled: z.literal(false).optional(),
  forMs: z.number().optional(),
  keepFiringForMs: z.number().optional(),
  badInARow: z.number().optional(),
  goodInARow: z.number().optional(),
  thresholds: z.record(z.string(), z.number()).optional(),
});

const packChoiceSchema = z.object({
  enabled: z.boolean().optional(),
  /** By the rule's name. */
  rules: z.record(z.string(), ruleChoiceSchema).optional(),
});

/** By the pack's id. */
const choicesSchema = z.record(z.string(), packChoiceSchema);

export type RuleChoice = z.output<typeof ruleChoiceSchema>;
export type PackChoice = z.output<typeof packChoiceSchema>;
export type Choices = z.output<typeof choicesSchema>;

/** What cannot be read (a setting of another version) counts as not chosen. */
export const readChoices = (stored: unknown): Choices => choicesSchema.safeParse(stored).data ?? {};

const said = <T extends object>(value: T): T | undefined =>
  Object.values(value).every((one) => one === undefined) ? undefined : value;

/** null is the default again, undefined leaves it. */
const chosen = <T>(change: T | null | undefined, before: T | undefined): T | undefined =>
  change === undefined ? before : (change ?? undefined);

function changedRule(before: RuleChoice, change: NonNullable<RulePackChange['rule']>): RuleChoice | undefined {
  const thresholds = Object.entries({ ...before.thresholds, ...change.thresholds }).filter(
    (pair): pair is [string, number] => pair[1] !== null,
  );
  const enabled = change.enabled === undefined ? before.enabled : change.enabled ? undefined : false;
  return said({
    enabled,
    forMs: chosen(change.forMs, before.forMs),
    keepFiringForMs: chosen(change.keepFiringForMs, before.keepFiringForMs),
    badInARow: chosen(change.badInARow, before.badInARow),
    goodInARow: chosen(change.goodInARow, before.goodInARow),
    thresholds: thresholds.length === 0 ? undefined : Object.fromEntries(thresholds),
  });
}

/** The choices after a change. `isOnByDefault` of the pack, so that the default is not kept as a choice. */
export function changedChoices(before: Choices, change: RulePackChange, isOnByDefault: boolean): Choices {
  const pack = before[change.packId] ?? {};
  const rules = { ...pack.rules };
  if (change.rule !== undefined) {
    const rule = changedRule(rules[change.rule.name] ?? {}, change.rule);
    if (rule === undefined) delete rules[change.rule.name];
    else rules[change.rule.name] = rule;
  }
  const enabled = change.enabled ?? pack.enabled;
  const next = said({
    enabled: enabled === isOnByDefault ? undefined : enabled,
    rules: Object.keys(rules).length === 0 ? undefined : rules,
  });
  const { [change.packId]: _, ...others } = before;
  return next === undefined ? others : { ...others, [change.packId]: next };
}
