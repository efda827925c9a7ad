// state.db: settings, devices, sealed secrets and alert history; and the lock of the data dir.
export { type DataDirLock, lockDataDir } from './lock.ts';
export { openState } from './open-state.ts';
export type * from './types.ts';
export { createWriteTrouble, type WriteTrouble } from './write-trouble.ts';
