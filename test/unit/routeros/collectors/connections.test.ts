import { describe, expect, it } from 'vitest';
import {
  connectionsCollector,
  connectionStatsCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/connections/index.ts';
import { run } from './harness.ts';

const V4 = '/ip/firewall/connection';
const V6 = '/ipv6/firewall/connection';
const TRACKING = '/ip/firewall/connection/tracking';

describe('connections', () => {
  it('are counted by the router', async () => {
    const { lines, asked } = await run(connectionsCollector, {
      [V4]: 81_234,
      [V6]: 766,
      [TRACKING]: [{ enabled: 'auto', 'max-entries': '1048576' }],
    });
    expect(asked).toEqual([`${V4}/print =count-only=`, `${V6}/print =count-only=`, `${TRACKING}/print`]);
    expect(lines).toEqual([
      'linewarden_routeros_connections_limit{} 1048576',
      'mktxp_ip_connections_total{} 82000',
      'mktxp_ipv4_connections_total{} 81234',
      'mktxp_ipv6_connections_total{} 766',
    ]);
  });

  it('a v6 without IPv6 has IPv4 ones', async () => {
    expect((await run(connectionsCollector, { [V4]: 5 })).lines).toEqual([
      'mktxp_ip_connections_total{} 5',
      'mktxp_ipv4_connections_total{} 5',
    ]);
    expect((await run(connectionsCollector, {})).isAbsent).toBe(true);
  });
});

describe('connections of each source', () => {
  const rows = ['10.0.0.5:50001', '10.0.0.5:50002', '10.0.0.9', '10.0.0.5:50003', ''].map((source) => ({
    'src-address': source,
    'dst-address': '192.0.2.1:443',
  }));
  const answers = { [V4]: (words: string) => (words.includes('count-only') ? rows.length : rows) };

  it('are counted without their ports, under the names of leases', async () => {
    const { lines } = await run(connectionStatsCollector, {
      ...answers,
      '/ip/dhcp-server/lease': [{ address: '10.0.0.5', 'host-name': 'laptop', 'mac-address': '02:00:00:00:00:05' }],
    });
    expect(lines).toEqual([
      'mktxp_connection_stats{src_address="10.0.0.5",dhcp_name="laptop"} 3',
      'mktxp_connection_stats{src_address="10.0.0.9",dhcp_name="10.0.0.9"} 1',
    ]);
    expect((await run(connectionStatsCollector, answers)).lines).toHaveLength(2);
  });

  it('a large table is not printed: the collector says why', async () => {
    const { asked, error } = await run(connectionStatsCollector, { [V4]: 20_001 });
    expect(asked).toEqual([`${V4}/print =count-only=`]);
    expect(error?.code).toBe('LW_ROUTEROS_TOO_LARGE');
    expect(error?.message).toContain('20001 connections');
  });

  it('of many sources those with the most are kept, and the operator is told', async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => ({ 'src-address': `10.0.${i >> 8}.${i & 255}:1` }));
    const busy = [...many, { 'src-address': '10.0.5.219:2' }];
    const { lines, warning } = await run(connectionStatsCollector, {
      [V4]: (words) => (words.includes('count-only') ? busy.length : busy),
    });
    expect(lines).toHaveLength(1_000);
    expect(lines[0]).toBe('mktxp_connection_stats{src_address="10.0.5.219",dhcp_name="10.0.5.219"} 2');
    expect(warning?.message).toBe('1500 addresses have connections; only the 1000 with the most have a series each.');
  });

  it('none, or no menu', async () => {
    expect((await run(connectionStatsCollector, { [V4]: 0 })).lines).toEqual([]);
    expect((await run(connectionStatsCollector, {})).isAbsent).toBe(true);
  });
});
