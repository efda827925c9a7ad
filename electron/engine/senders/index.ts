// Devices that are not asked but send by themselves: those of the config, those that came by, and those that may not.
export { registerSenderMetrics } from './own-metrics.ts';
export { KEY_LABELS } from './profile.ts';
export { senderRows } from './stored.ts';
export type { SenderRows, StoredSender } from './stored.ts';
export { createSenders, isSender } from './senders.ts';
export type { Contact, Senders } from './senders.ts';
