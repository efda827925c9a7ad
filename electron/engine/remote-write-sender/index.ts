// Prometheus's remote write, sent: what is stored goes to other servers, from where each of them left off.
export { createRemoteWriteSenders, rowsToKeepAfter } from './senders.ts';
export type { Remote, RemoteStatus, RemoteWriteSenders } from './senders.ts';
export { nameOfRemote, queueConfigSchema, remoteUrlField, remoteWriteSectionSchema } from './section.ts';
export type { RemoteWriteConfig } from './section.ts';
export { whyNoAnswer } from './failure.ts';
