// `storage.remote`: a Prometheus-compatible cluster as the long-term store.
import { z } from 'zod';
import { durationField, fieldNotation } from '../../../shared/model/fields.ts';
import { hasOneLogin, httpClientFields, ONE_LOGIN } from '../http-client/index.ts';
import { queueConfigSchema, type RemoteWriteConfig, remoteUrlField } from '../remote-write-sender/index.ts';

/** Its queue's name in metrics and in state.db. */
export const REMOTE_STORAGE_NAME = 'storage.remote';

export const remoteStorageSchema = z
  .strictObject({
    url: remoteUrlField.describe(
      "The cluster's base address, such as `http://victoria:8428`, under which it has `/api/v1/write` and `/api/v1/query`.",
    ),
    write: remoteUrlField
      .optional()
      .register(fieldNotation, { fallback: '`url` with `/api/v1/write`' })
      .describe('Where samples are sent, where it is another address.'),
    query: remoteUrlField
      .optional()
      .register(fieldNotation, { fallback: '`url`' })
      .describe('Under which address queries are asked, `/api/v1/query` and such.'),
    read: z
      .enum(['past-local', 'all'])
      .default('past-local')
      .describe(
        'Which queries the cluster answers: those that need times before what is stored here, or all; those of alert rules never.',
      ),
    query_timeout: durationField({ minMs: 100, maxMs: 600_000 })
      .default(30_000)
      .describe('How long the cluster may take for a query; then the answer comes from here, with a warning.'),
    remote_timeout: durationField({ minMs: 100, maxMs: 600_000 })
      .default(30_000)
      .describe('How long one request of samples may take.'),
    ...httpClientFields,
    queue_config: queueConfigSchema.prefault({}).describe('How samples are sent, as in `remote_write`.'),
  })
  .refine(hasOneLogin, { error: ONE_LOGIN });

export type RemoteStorageConfig = z.output<typeof remoteStorageSchema>;

const under = (base: string, path: string): string => `${base.replace(/\/+$/, '')}${path}`;

export const queryUrlOf = ({ url, query = url }: RemoteStorageConfig, path: string): string => under(query, path);

/** What is stored goes there as by an entry of `remote_write`. */
export function remoteWriteOf(config: RemoteStorageConfig): RemoteWriteConfig {
  const {
    url,
    write = under(url, '/api/v1/write'),
    query: _query,
    read: _read,
    query_timeout: _timeout,
    ...rest
  } = config;
  return {
    ...rest,
    url: write,
    name: REMOTE_STORAGE_NAME,
    protobuf_message: 'prometheus.WriteRequest',
    headers: {},
    write_relabel_configs: [],
    metadata_config: { send: true, send_interval: 60_000, max_samples_per_send: 2_000 },
  };
}
