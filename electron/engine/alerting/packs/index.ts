// Rule packs: what comes with the program, what can be imported, and what the operator changed of it.
export { createRulePacks } from './packs.ts';
export type { RulePacks, RulePacksOptions } from './packs.ts';
