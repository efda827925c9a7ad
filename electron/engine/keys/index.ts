// Keys and tokens that are made here: shown once, known by their hash only, with an overlap when they are changed.
export { digest, isKeyOf, KeyRing, newKey, readStoredKeys } from './key-ring.ts';
export type { MadeKey, StoredKey } from './key-ring.ts';
export { createMetricsTokens } from './metrics-tokens.ts';
export type { MetricsTokens } from './metrics-tokens.ts';
