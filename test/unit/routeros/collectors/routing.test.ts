// BGP, BFD, OSPF and the routing processes, as v6 and v7 print them.
import { describe, expect, it } from 'vitest';
import { bfdCollector } from '../../../../electron/engine/collectors/routeros/collectors/bfd/index.ts';
import { bgpCollector } from '../../../../electron/engine/collectors/routeros/collectors/bgp/index.ts';
import { needsMet } from '../../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { ospfCollector } from '../../../../electron/engine/collectors/routeros/collectors/ospf/index.ts';
import { routingStatsCollector } from '../../../../electron/engine/collectors/routeros/collectors/routing-stats/index.ts';
import { run } from './harness.ts';

const v6 = { facts: { version: '6.49.17 (long-term)' } };
const v7 = { facts: { version: '7.15.3 (stable)' } };

describe('bgp', () => {
  it('v7: dotted properties; the uptime is in milliseconds', async () => {
    const session = {
      '.id': '*28',
      name: 'upstream-1',
      'remote.address': '192.0.2.1',
      'remote.as': '64500',
      'remote.afi': 'ip',
      'remote.messages': '4711',
      'remote.bytes': '89012',
      'local.as': '64511',
      'local.afi': 'ip,ipv6',
      'local.messages': '4001',
      'local.bytes': '76019',
      'prefix-count': '12',
      uptime: '1d2h3m4s350ms',
      established: 'true',
    };
    const { lines } = await run(bgpCollector, { '/routing/bgp/session': [session] }, v7);
    expect(lines).toEqual([
      'mktxp_bgp_sessions_info{name="upstream-1",remote_address="192.0.2.1",remote_as="64500",local_as="64511",remote_afi="ip",local_afi="ip,ipv6"} 1',
      'mktxp_bgp_remote_messages_total{name="upstream-1"} 4711',
      'mktxp_bgp_local_messages_total{name="upstream-1"} 4001',
      'mktxp_bgp_remote_bytes_total{name="upstream-1"} 89012',
      'mktxp_bgp_local_bytes_total{name="upstream-1"} 76019',
      'mktxp_bgp_established{name="upstream-1"} 1',
      'mktxp_bgp_prefix_count{name="upstream-1"} 12',
      'mktxp_bgp_uptime{name="upstream-1"} 93784350',
    ]);
  });

  it('v6: peers, whose state says whether they are established', async () => {
    const peers = [
      {
        name: 'upstream-1',
        'remote-address': '192.0.2.1',
        'remote-as': '64500',
        'address-families': 'ip',
        state: 'established',
        uptime: '1h',
        'prefix-count': '3',
      },
      { name: 'upstream-2', 'remote-address': '192.0.2.2', 'remote-as': '64501', state: 'active' },
    ];
    const { lines, asked } = await run(bgpCollector, { '/routing/bgp/peer': peers }, v6);
    expect(asked).toEqual(['/routing/bgp/peer/print']);
    expect(lines).toEqual([
      'mktxp_bgp_sessions_info{name="upstream-1",remote_address="192.0.2.1",remote_as="64500",local_as="",remote_afi="ip",local_afi="ip"} 1',
      'mktxp_bgp_established{name="upstream-1"} 1',
      'mktxp_bgp_prefix_count{name="upstream-1"} 3',
      'mktxp_bgp_uptime{name="upstream-1"} 3600000',
      'mktxp_bgp_sessions_info{name="upstream-2",remote_address="192.0.2.2",remote_as="64501",local_as="",remote_afi="",local_afi=""} 1',
      'mktxp_bgp_established{name="upstream-2"} 0',
    ]);
  });

  it('no session is nothing; without the package routing it is absent', async () => {
    expect(await run(bgpCollector, { '/routing/bgp/session': [] }, v7)).toMatchObject({ lines: [], isAbsent: false });
    expect((await run(bgpCollector, {}, v6)).isAbsent).toBe(true);
  });
});

const bfdLines = (labels: string): string[] => [
  `mktxp_bfd_multiplier${labels} 5`,
  `mktxp_bfd_hold_time${labels} 1000`,
  `mktxp_bfd_rx_packet_total${labels} 1000`,
  `mktxp_bfd_state_change_total${labels} 3`,
  `mktxp_bfd_tx_interval${labels} 200`,
  `mktxp_bfd_tx_interval_desired${labels} 200`,
  `mktxp_bfd_tx_packet_total${labels} 1001`,
  `mktxp_bfd_up${labels} 1`,
  `mktxp_bfd_uptime${labels} 60000`,
];

describe('bfd', () => {
  const measures = {
    multiplier: '5',
    'hold-time': '1s',
    'packets-rx': '1000',
    'packets-tx': '1001',
    'state-changes': '3',
    'actual-tx-interval': '200ms',
    'desired-tx-interval': '200ms',
    up: 'true',
    uptime: '1m',
  };

  it('v7 has sessions, v6 has neighbours whose address is the remote one', async () => {
    const session = { ...measures, 'local-address': '10.0.0.1', 'remote-address': '10.0.0.2', interface: 'ether1' };
    const neighbor = { ...measures, address: '10.0.0.2', interface: 'ether1' };
    expect((await run(bfdCollector, { '/routing/bfd/session': [session] }, v7)).lines).toEqual(
      bfdLines('{local_address="10.0.0.1",remote_address="10.0.0.2",interface="ether1"}'),
    );
    expect((await run(bfdCollector, { '/routing/bfd/neighbor': [neighbor] }, v6)).lines).toEqual(
      bfdLines('{local_address="",remote_address="10.0.0.2",interface="ether1"}'),
    );
  });

  it('a session that is down says no more than that', async () => {
    const { lines } = await run(
      bfdCollector,
      { '/routing/bfd/session': [{ 'remote-address': '10.0.0.2', up: 'false' }] },
      v7,
    );
    expect(lines).toEqual(['mktxp_bfd_up{local_address="",remote_address="10.0.0.2",interface=""} 0']);
  });
});

describe('ospf', () => {
  const measures = { 'router-id': '10.255.0.2', address: '10.0.0.2', 'state-changes': '6', adjacency: '2h30m' };

  it('v7 names the area, v6 the interface', async () => {
    const { lines } = await run(ospfCollector, {
      '/routing/ospf/neighbor': [
        { ...measures, instance: 'default', area: 'backbone', state: 'Full' },
        { 'router-id': '10.255.0.3', address: '10.0.0.3', instance: 'default', interface: 'ether1', state: 'Init' },
      ],
    });
    const full = '{instance="default",area="backbone",interface="",router_id="10.255.0.2",address="10.0.0.2"}';
    const init = '{instance="default",area="",interface="ether1",router_id="10.255.0.3",address="10.0.0.3"}';
    expect(lines).toEqual([
      `linewarden_routeros_ospf_neighbor_full${full} 1`,
      `linewarden_routeros_ospf_neighbor_state${full} 8`,
      `linewarden_routeros_ospf_neighbor_state_changes_total${full} 6`,
      `linewarden_routeros_ospf_neighbor_adjacency_seconds${full} 9000`,
      `linewarden_routeros_ospf_neighbor_full${init} 0`,
      `linewarden_routeros_ospf_neighbor_state${init} 3`,
    ]);
  });

  it.each([
    ['Down', 1],
    ['Attempt', 2],
    ['2-Way', 4],
    ['TwoWay', 4],
    ['ExStart', 5],
    ['Exchange', 6],
    ['Loading', 7],
  ])('%s is state %d', async (state, value) => {
    const { lines } = await run(ospfCollector, { '/routing/ospf/neighbor': [{ state }] });
    const labels = '{instance="",area="",interface="",router_id="",address=""}';
    expect(lines).toContain(`linewarden_routeros_ospf_neighbor_state${labels} ${value}`);
  });
});

describe('routing_stats', () => {
  it('tells memory and time of each process', async () => {
    const { lines } = await run(routingStatsCollector, {
      '/routing/stats/process': [
        {
          tasks: 'routing tables',
          id: 'main',
          pid: '195',
          'private-mem-blocks': '2883584',
          'shared-mem-blocks': '1835008',
          'kernel-time': '2s320ms',
          'process-time': '8s490ms',
          'max-busy': '50ms',
          'max-calc': '20ms',
        },
      ],
    });
    expect(lines).toEqual([
      'mktxp_routing_stats_processes_info{tasks="routing tables",id="main",pid="195"} 1',
      'mktxp_routing_stats_private_mem{tasks="routing tables"} 2883584',
      'mktxp_routing_stats_shared_mem{tasks="routing tables"} 1835008',
      'mktxp_routing_stats_kernel_time_total{tasks="routing tables"} 2.32',
      'mktxp_routing_stats_process_time_total{tasks="routing tables"} 8.49',
      'mktxp_routing_stats_max_busy_total{tasks="routing tables"} 0.05',
      'mktxp_routing_stats_max_calc_total{tasks="routing tables"} 0.02',
    ]);
  });

  it('is not asked of v6', () => {
    expect(needsMet(routingStatsCollector.needs, v6.facts)).toBe(false);
  });
});
