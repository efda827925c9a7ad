// Storage as its users see and set it: what is in force, how full it is and will be, what takes the room.
export { createStorage } from './storage.ts';
export type { StorageOptions, StorageService } from './storage.ts';
export { storedFlows } from './flow-growth.ts';
export { flowRoom } from './flow-room.ts';
export { storageSettings, storeRetentionOf } from './settings.ts';
export type { StorageSettings } from './settings.ts';
