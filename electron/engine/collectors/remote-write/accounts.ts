// What came in by remote write, sender by sender, as metrics of our own.
import type { OwnSample, Registry } from '../../telemetry/index.ts';
import type { Sender } from './sender.ts';

export function registerAccounts(registry: Registry, senders: () => readonly Sender[]): void {
  const add = (type: 'counter' | 'gauge', name: string, help: string, tell: (sender: Sender) => OwnSample[]): void =>
    registry.add({
      name: `linewarden_remote_write_${name}`,
      help,
      type,
      value: () =>
        senders().flatMap((sender) =>
          tell(sender).map(({ labels, value }) => ({ labels: { sender: sender.name, ...labels }, value })),
        ),
    });
  add('counter', 'requests_total', 'Remote write requests by the status that answered them.', ({ requests }) =>
    [...requests].map(([status, value]) => ({ labels: { code: String(status) }, value })),
  );
  add('counter', 'samples_total', 'Samples stored from remote write requests.', ({ stored }) => [
    { labels: {}, value: stored },
  ]);
  add('counter', 'duplicates_total', 'Samples that were stored already, sent again.', ({ duplicates }) => [
    { labels: {}, value: duplicates },
  ]);
  add('counter', 'refused_total', 'Samples of remote write requests that were not stored, by reason.', ({ refused }) =>
    [...refused].map(([reason, value]) => ({ labels: { reason }, value })),
  );
  add('counter', 'ignored_total', 'What remote write requests carried that is not kept.', ({ ignored }) =>
    Object.entries(ignored).map(([kind, value]) => ({ labels: { kind }, value })),
  );
  add('gauge', 'series', 'Series that were sent within about two hours.', ({ series }) => [
    { labels: {}, value: series },
  ]);
  add('gauge', 'last_request_timestamp_seconds', 'When the last request came, Unix time.', ({ lastRequestMs }) =>
    lastRequestMs === 0 ? [] : [{ labels: {}, value: lastRequestMs / 1_000 }],
  );
}
