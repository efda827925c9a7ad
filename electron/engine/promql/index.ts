// PromQL: parse -> type-check -> evaluate over a Storage. Pure.
export type * from './result.ts';
export type * from './storage.ts';
