// Prometheus's remote write, received: what other programs send becomes series under the names that they give.
export { registerAccounts } from './accounts.ts';
export { readLabels } from './series-labels.ts';
export { decodeSnappy } from './snappy.ts';
export { decodeWriteRequest } from './write-request.ts';
export { remoteWriteReceiverSchema } from './section.ts';
export {
  createRemoteWriteReceiver,
  isStoreTrouble,
  MAX_COMPRESSED_BYTES,
  type RemoteWriteOptions,
  type RemoteWriteReceiver,
  type WriteAnswer,
} from './receiver.ts';
