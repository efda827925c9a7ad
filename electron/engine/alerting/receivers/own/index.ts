// Receivers that the window adds.
export { OwnReceivers, type OwnReceiversOptions } from './own-receivers.ts';
export type { StoredReceiver } from './stored.ts';
