// The netflow section of linewarden.yml, and what is read from the kernel.
import { describe, expect, it } from 'vitest';
import { netflowSectionSchema } from '../../../electron/engine/collectors/netflow/index.ts';
import { parseReceiveErrors } from '../../../electron/engine/collectors/netflow/kernel-drops.ts';

describe('the netflow section', () => {
  it('listens on the usual port when it says nothing', () => {
    expect(netflowSectionSchema.parse({})).toEqual({
      listen: [{ host: '0.0.0.0', port: 2_055 }],
      flush_interval: 5_000,
      max_ports: 1_000,
      max_conversations: 500_000,
      template_wait: 120_000,
      sampling: {},
      exporters: [],
    });
  });

  it('takes addresses of both families, durations and sampling by exporter', () => {
    expect(
      netflowSectionSchema.parse({
        listen: ['127.0.0.1:9995', '[::1]:4739'],
        flush_interval: '15s',
        max_ports: 50,
        template_wait: '10m',
        sampling: { '10.0.0.1': 100 },
        exporters: ['10.0.0.0/8', '2001:db8::1'],
      }),
    ).toEqual({
      max_conversations: 500_000,
      listen: [
        { host: '127.0.0.1', port: 9_995 },
        { host: '::1', port: 4_739 },
      ],
      flush_interval: 15_000,
      max_ports: 50,
      template_wait: 600_000,
      sampling: { '10.0.0.1': 100 },
      exporters: ['10.0.0.0/8', '2001:db8::1'],
    });
  });

  it.each([
    { name: 'an unknown field', section: { port: 2_055 } },
    { name: 'an address without a port', section: { listen: ['0.0.0.0'] } },
    { name: 'a flush interval below a second', section: { flush_interval: '100ms' } },
    { name: 'a sampling factor below one', section: { sampling: { '10.0.0.1': 0 } } },
    { name: 'a sampling factor for a name', section: { sampling: { core: 10 } } },
    { name: 'an exporter by name', section: { exporters: ['core'] } },
    { name: 'a network with too long a prefix', section: { exporters: ['10.0.0.0/33'] } },
  ])('refuses $name', ({ section }) => {
    expect(netflowSectionSchema.safeParse(section).success).toBe(false);
  });
});

describe('the kernel', () => {
  it('tells its full receive buffers in /proc/net/snmp', () => {
    const text = [
      'Tcp: RtoAlgorithm RtoMin',
      'Tcp: 1 200',
      'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors',
      'Udp: 3154 44 12 3390 12 0 0 0 0',
      'UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors',
      'UdpLite: 0 0 0 0 0',
    ].join('\n');
    expect(parseReceiveErrors(text)).toBe(12);
  });

  it('may tell none', () => {
    expect(parseReceiveErrors('')).toBeUndefined();
    expect(parseReceiveErrors('Udp: InDatagrams\nUdp: 5\n')).toBeUndefined();
  });
});
