// What was sent where, as metrics of our own, under names like those of Prometheus's sender.
import type { Registry } from '../telemetry/index.ts';
import type { RemoteWriteQueue } from './queue.ts';

export function registerRemoteWriteMetrics(
  registry: Pick<Registry, 'add'>,
  queues: () => readonly RemoteWriteQueue[],
  now: () => number,
): void {
  const add = (
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    value: (queue: RemoteWriteQueue) => number | undefined,
  ): void =>
    registry.add({
      name: `linewarden_remote_storage_${name}`,
      help,
      type,
      value: () =>
        queues().flatMap((queue) => {
          const told = value(queue);
          return told === undefined ? [] : [{ labels: { remote_name: queue.name }, value: told }];
        }),
    });
  add('counter', 'samples_total', 'Samples that a receiver of remote write has taken.', ({ counts }) => counts.sent);
  add('counter', 'samples_failed_total', 'Samples that a receiver refused for good.', ({ counts }) => counts.refused);
  add(
    'counter',
    'samples_retried_total',
    'Samples whose request failed and was tried again.',
    ({ counts }) => counts.retried,
  );
  add('counter', 'samples_dropped_total', 'Samples that relabelling left out.', ({ counts }) => counts.leftOut);
  add('counter', 'bytes_total', 'Bytes of the requests that were taken, compressed.', ({ counts }) => counts.bytes);
  add(
    'gauge',
    'samples_pending',
    'Samples that were read and are not answered for yet.',
    ({ counts }) => counts.pending,
  );
  add('gauge', 'batches_pending', 'Scrapes and such that are stored and not sent yet.', (queue) => queue.waitingRows);
  add('gauge', 'owed_seconds', 'How much time is still to be sent from the files.', ({ owedMs }) => owedMs / 1_000);
  add('gauge', 'lag_seconds', 'How old the oldest sample is that is not sent yet.', ({ unsentFromMs }) =>
    unsentFromMs === undefined ? 0 : Math.max(0, (now() - unsentFromMs) / 1_000),
  );
  add('gauge', 'last_sent_timestamp_seconds', 'When a request was taken last, Unix time.', ({ lastSentMs }) =>
    lastSentMs === undefined ? undefined : lastSentMs / 1_000,
  );
}
