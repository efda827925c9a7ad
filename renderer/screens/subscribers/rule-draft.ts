// Rules for tiers while they are edited: each field as one text, its patterns apart by commas.
import type { TierRule } from '../../../shared/contract/index.ts';

export const RULE_FIELDS = ['user', 'profile', 'comment', 'service', 'address', 'device'] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

export const FIELD_WORDS: Readonly<Record<RuleField, string>> = {
  user: 'User',
  profile: 'PPP profile',
  comment: 'Comment',
  service: 'Service',
  address: 'Address',
  device: 'Device',
};

export type DraftRule = { readonly id: number; readonly tier: string } & Readonly<Record<RuleField, string>>;

const EMPTY = { tier: '', user: '', profile: '', comment: '', service: '', address: '', device: '' };

let lastId = 0;
export const newRule = (): DraftRule => ({ ...EMPTY, id: ++lastId });

export const draftOf = (rules: readonly TierRule[]): DraftRule[] =>
  rules.map((rule) => {
    const draft = { ...EMPTY, id: ++lastId, tier: rule.tier };
    for (const field of RULE_FIELDS) draft[field] = rule[field]?.join(', ') ?? '';
    return draft;
  });

const patternsOf = (text: string): string[] =>
  text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');

export function toRule(draft: DraftRule): TierRule {
  const rule: TierRule = { tier: draft.tier.trim() };
  for (const field of RULE_FIELDS) {
    const patterns = patternsOf(draft[field]);
    if (patterns.length > 0) rule[field] = patterns;
  }
  return rule;
}

/** What is wrong with it, in words; undefined: nothing. */
export function problemOf(draft: DraftRule): string | undefined {
  const { tier, ...matchers } = toRule(draft);
  if (tier === '') return 'Say which tier it gives.';
  if (tier.length > 64) return "A tier's name has at most 64 characters.";
  if (Object.keys(matchers).length === 0) return 'Say whom it fits: fill in at least one pattern.';
  if (Object.values(matchers).some((patterns) => patterns?.some((pattern) => pattern.length > 256)))
    return 'A pattern has at most 256 characters.';
  return undefined;
}

export const sameRules = (a: readonly TierRule[], b: readonly TierRule[]): boolean =>
  JSON.stringify(draftOf(a).map(toRule)) === JSON.stringify(draftOf(b).map(toRule));

export function moved<T>(list: readonly T[], from: number, by: -1 | 1): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(Math.max(0, from + by), 0, one);
  return next;
}
