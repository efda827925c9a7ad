// Tobogganing's push API: clients and headends that send their metrics, by key or token.
export { createPush } from './push.ts';
export type { HttpCounts, Push, PushOptions, PushSample, PushStatus } from './push.ts';
export { isStoreTrouble } from './receiver.ts';
export type { Admitted, Refusal, Taken } from './receiver.ts';
export type { ClientRows } from './clients.ts';
export type { SenderKind } from './families.ts';
export type { HeldRows } from './registry.ts';
export { pushSectionSchema } from './section.ts';
export type { PushSection } from './section.ts';
