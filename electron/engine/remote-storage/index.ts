// A Prometheus-compatible cluster as the long-term store: what is asked there, and what of its answers is told.
export { ClusterClient } from './client.ts';
export { ClusterState, remoteQueries } from './queries.ts';
export type { Away, Cluster } from './queries.ts';
export { queryUrlOf, REMOTE_STORAGE_NAME, remoteStorageSchema, remoteWriteOf } from './section.ts';
export type { RemoteStorageConfig } from './section.ts';
