// Rule packs: what comes with the program, what can be imported, and what the operator changed of it.
export { createOwnRules, type OwnRules } from './own-rules.ts';
export { createRulePacks } from './packs.ts';
export type { RulePacks, RulePacksOptions } from './packs.ts';
