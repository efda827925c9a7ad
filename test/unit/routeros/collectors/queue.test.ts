import { describe, expect, it } from 'vitest';
import { queueCollector } from '../../../../electron/engine/collectors/routeros/collectors/queue/index.ts';
import { run } from './harness.ts';

/** v6 and v7 print numbers; max-limit may come with a suffix. */
const simple = {
  '.id': '*5',
  name: 'anna',
  target: '10.9.0.2/32',
  'max-limit': '10000000/50M',
  comment: 'gold',
  rate: '120000/2400000',
  bytes: '4000/90000',
  'queued-bytes': '0/1500',
  dropped: '1/22',
  disabled: 'false',
};
const dynamic = { name: '<pppoe-ben>', target: '<pppoe-ben>', 'max-limit': '0/0', bytes: '5/6', dynamic: 'true' };
const tree = {
  name: 'total-down',
  parent: 'bridge',
  rate: '2400000',
  bytes: '94000',
  'queued-bytes': '0',
  dropped: '0',
};

describe('queue', () => {
  it('gives the tree, and both directions of simple queues', async () => {
    const { lines } = await run(queueCollector, { '/queue/simple': [simple], '/queue/tree': [tree] });
    expect(lines).toEqual([
      'mktxp_queue_tree_rates_total{name="total-down"} 2400000',
      'mktxp_queue_tree_bytes_total{name="total-down"} 94000',
      'mktxp_queue_tree_queued_bytes_total{name="total-down"} 0',
      'mktxp_queue_tree_dropped_total{name="total-down"} 0',
      'mktxp_queue_simple_rates_upload_total{name="anna"} 120000',
      'mktxp_queue_simple_rates_download_total{name="anna"} 2400000',
      'mktxp_queue_simple_bytes_upload_total{name="anna"} 4000',
      'mktxp_queue_simple_bytes_download_total{name="anna"} 90000',
      'mktxp_queue_simple_queued_bytes_upload_total{name="anna"} 0',
      'mktxp_queue_simple_queued_bytes_downloadd_total{name="anna"} 1500',
      'mktxp_queue_simple_dropped_upload_total{name="anna"} 1',
      'mktxp_queue_simple_dropped_download_total{name="anna"} 22',
      'linewarden_routeros_queue_limit_upload_bps{name="anna"} 10000000',
      'linewarden_routeros_queue_limit_download_bps{name="anna"} 50000000',
    ]);
  });

  it('tells sessions with their limits, seen from the customer', async () => {
    const off = { name: 'old', target: '10.9.0.0/24', disabled: 'true' };
    const { observations } = await run(queueCollector, { '/queue/simple': [simple, dynamic, off], '/queue/tree': [] });
    expect(observations).toEqual([
      {
        kind: 'sessions',
        source: 'queue',
        rows: [
          {
            name: 'anna',
            isUp: true,
            address: '10.9.0.2',
            comment: 'gold',
            txBytes: 4_000,
            rxBytes: 90_000,
            txLimitBps: 10_000_000,
            rxLimitBps: 50_000_000,
          },
          { name: '<pppoe-ben>', isUp: true, interface: '<pppoe-ben>', txBytes: 5, rxBytes: 6 },
          { name: 'old', isUp: false },
        ],
      },
    ]);
  });

  it('a queue without counters yields none', async () => {
    expect(
      (await run(queueCollector, { '/queue/simple': [{ name: 'x' }], '/queue/tree': [{ name: 'y' }] })).lines,
    ).toEqual([]);
  });

  it('of more than 2,000 simple queues the rest have no series, but are told', async () => {
    const many = Array.from({ length: 2_001 }, (_, i) => ({ ...simple, name: `c${i}` }));
    const { lines, observations, warning } = await run(queueCollector, { '/queue/simple': many, '/queue/tree': [] });
    expect(lines).toHaveLength(20_000);
    expect(observations[0]?.rows).toHaveLength(2_001);
    expect(warning?.message).toBe('There are 2001 simple queues; only the first 2000 have series.');
  });
});
