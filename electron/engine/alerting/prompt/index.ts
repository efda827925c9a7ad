// Alerts that need not wait for the clock.
export { Arrivals } from './arrivals.ts';
export { PromptRules, type PromptRule } from './prompt-rules.ts';
