import { expect, it } from 'vitest';
import { createRemoteWriteReceiver, registerAccounts } from '../../../electron/engine/collectors/remote-write/index.ts';
import { createRegistry, expose, silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { series, snappy } from '../../support/remote-write.ts';

it('tells what each sender sent, and what became of it', async () => {
  const receiver = createRemoteWriteReceiver({
    appender: {
      ref: () => 0,
      append: ({ refs }) => Promise.resolve({ appended: refs.length - 1, duplicates: 1, outOfOrder: 0, overLimit: 0 }),
    },
    now: () => 1_700_000_000_500,
    maxSeriesPerSender: 10,
    logger: silentLogger,
  });
  const registry = createRegistry();
  registerAccounts(registry, () => receiver.senders());
  expect(registry.samples()).toEqual([]);
  const sample = [1_700_000_000_000, 1] as const;
  await receiver.receive(snappy(series([['__name__', 'a']], [sample, sample]), series([], [sample])), 'north');
  receiver.answered('north', 415);
  expect(expose(registry.families, 'text').replaceAll(/^#.*\n/gm, '')).toBe(
    [
      'linewarden_remote_write_requests_total{sender="north",code="204"} 1',
      'linewarden_remote_write_requests_total{sender="north",code="415"} 1',
      'linewarden_remote_write_samples_total{sender="north"} 1',
      'linewarden_remote_write_duplicates_total{sender="north"} 1',
      'linewarden_remote_write_refused_total{sender="north",reason="out_of_order"} 0',
      'linewarden_remote_write_refused_total{sender="north",reason="future"} 0',
      'linewarden_remote_write_refused_total{sender="north",reason="over_limit"} 0',
      'linewarden_remote_write_refused_total{sender="north",reason="invalid_labels"} 1',
      'linewarden_remote_write_ignored_total{sender="north",kind="exemplar"} 0',
      'linewarden_remote_write_ignored_total{sender="north",kind="histogram"} 0',
      'linewarden_remote_write_series{sender="north"} 1',
      'linewarden_remote_write_last_request_timestamp_seconds{sender="north"} 1700000000.5',
      '',
    ].join('\n'),
  );
});
