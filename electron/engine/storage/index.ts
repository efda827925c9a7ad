// Storage as its users see and set it: what is in force, how full it is and will be, what takes the room.
export { storageSettings, storeMaxBytes, storeRetention } from './settings.ts';
export type { StorageSettings, StorageSource } from './settings.ts';
