// A v6 and a v7 router with every collector switched on, polled by the engine: each series under its name, with the value
// that the router sent.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectors } from '../../../electron/engine/collectors/routeros/collectors/registry.ts';
import type { NetworkSpec, SimulatedRouter } from '../../lab/routeros/index.ts';
import { startRouter } from '../../lab/routeros/index.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const network: NetworkSpec = {
  hosts: ['nas', 'phone'],
  wirelessClients: 2,
  managesAccessPoints: true,
  w60g: ['wlan60-1'],
  hasLte: true,
  tunnels: true,
  ipsec: true,
  bgp: { '64500': '192.0.2.1' },
  ospf: [{ routerId: '10.255.0.2', address: '10.0.0.2', interface: 'ether1' }],
  kids: ['tablet', 'console'],
  containers: ['dns'],
  guests: ['room-1'],
};

type Rows = readonly Readonly<Record<string, string>>[];

/** The very rows that these menus answer. */
const common: Readonly<Record<string, Rows>> = {
  '/interface': [
    {
      '.id': '*1',
      name: 'ether1',
      type: 'ether',
      running: 'true',
      disabled: 'false',
      'rx-byte': '11',
      'tx-byte': '12',
    },
    { '.id': '*F00001', name: '<pppoe-anna>', type: 'pppoe-in', running: 'true', 'rx-byte': '100', 'tx-byte': '2000' },
  ],
  '/ppp/active': [
    { name: 'anna', service: 'pppoe', 'caller-id': '06:00:00:00:00:01', address: '10.9.0.2', uptime: '2h3m4s' },
  ],
  '/ip/hotspot/active': [
    {
      server: 'hs1',
      user: 'room-1',
      address: '10.5.0.10',
      'mac-address': '06:00:00:00:00:02',
      uptime: '10m',
      'bytes-in': '21',
      'bytes-out': '22',
    },
  ],
  '/queue/simple': [
    {
      name: 'bakery',
      target: '10.7.0.2/32',
      'max-limit': '10000000/50000000',
      rate: '31/32',
      bytes: '33/34',
      'queued-bytes': '35/36',
      dropped: '37/38',
    },
  ],
  '/queue/tree': [{ name: 'down', rate: '41', bytes: '42', 'queued-bytes': '43', dropped: '44' }],
  '/ip/neighbor': [{ interface: 'ether1', address: '10.1.0.2', 'mac-address': '06:00:00:00:00:03', identity: 'tower' }],
  '/ipv6/neighbor': [
    { address: 'fe80::3', interface: 'ether1', 'mac-address': '06:00:00:00:00:03', status: 'reachable' },
    { address: 'fe80::4', interface: 'ether1', 'mac-address': '06:00:00:00:00:04', status: 'stale' },
  ],
  '/ip/arp': [
    { address: '10.0.0.5', 'mac-address': '06:00:00:00:00:05', interface: 'bridge', complete: 'true' },
    { address: '10.0.0.6', interface: 'bridge', complete: 'false' },
  ],
  '/ip/dhcp-server/lease': [
    {
      address: '10.0.0.5',
      'mac-address': '06:00:00:00:00:05',
      'active-address': '10.0.0.5',
      'active-mac-address': '06:00:00:00:00:05',
      'host-name': 'nas',
      server: 'lan',
      'client-id': '1:6',
      'expires-after': '9m43s',
    },
  ],
  '/ip/ipsec/active-peers': [
    {
      'local-address': '192.0.2.10',
      'remote-address': '198.51.100.7',
      state: 'established',
      'rx-bytes': '51',
      uptime: '1m',
    },
  ],
  '/routing/ospf/neighbor': [
    { instance: 'default', 'router-id': '10.255.0.2', address: '10.0.0.2', state: 'Full', 'state-changes': '6' },
  ],
};

const six: Readonly<Record<string, Rows>> = {
  ...common,
  '/routing/bgp/peer': [
    {
      name: 'up',
      'remote-address': '192.0.2.1',
      'remote-as': '64500',
      state: 'established',
      uptime: '1h',
      'prefix-count': '3',
    },
  ],
  '/routing/bfd/neighbor': [{ address: '10.0.0.2', interface: 'ether1', up: 'true', 'actual-tx-interval': '200ms' }],
  '/interface/wireless/registration-table': [
    { interface: 'wlan1', 'mac-address': '06:00:00:00:00:05', bytes: '61,62', 'signal-strength': '-61dBm@6Mbps' },
  ],
  '/caps-man/registration-table': [
    { interface: 'cap1', ssid: 'x', 'mac-address': '06:00:00:00:00:06', bytes: '63,64', 'rx-signal': '-55' },
  ],
};

const seven: Readonly<Record<string, Rows>> = {
  ...common,
  '/routing/bgp/session': [
    {
      name: 'up-1',
      'remote.address': '192.0.2.1',
      'remote.as': '64500',
      'local.as': '64511',
      established: 'true',
      'remote.bytes': '71',
    },
  ],
  '/routing/bfd/session': [{ 'remote-address': '10.0.0.2', interface: 'ether1', up: 'false', 'state-changes': '9' }],
  '/interface/wifi/registration-table': [
    { interface: 'wifi1', ssid: 'y', 'mac-address': '06:00:00:00:00:05', bytes: '65,66', signal: '-48' },
  ],
  '/interface/wireguard/peers': [
    {
      name: 'laptop',
      interface: 'wg0',
      comment: 'Anna',
      'current-endpoint-address': '203.0.113.8',
      'current-endpoint-port': '51413',
      'allowed-address': '10.8.0.2/32',
      rx: '81',
      tx: '82',
      'last-handshake': '1m12s',
    },
  ],
};

const bothExpected: readonly (readonly [string, number])[] = [
  ['linewarden_routeros_ppp_active_sessions{service="pppoe"}', 1],
  ['linewarden_routeros_ppp_session_info{user="anna",address="10.9.0.2",caller_id="06:00:00:00:00:01"}', 1],
  ['linewarden_routeros_ppp_session_uptime_seconds{user="anna",interface="<pppoe-anna>"}', 7_384],
  ['linewarden_routeros_ppp_session_upload_bytes_total{user="anna"}', 100],
  ['linewarden_routeros_ppp_session_download_bytes_total{user="anna"}', 2_000],
  ['linewarden_routeros_hotspot_active_sessions{server="hs1"}', 1],
  ['linewarden_routeros_hotspot_session_uptime_seconds{user="room-1"}', 600],
  ['linewarden_routeros_hotspot_session_upload_bytes_total{user="room-1"}', 21],
  ['linewarden_routeros_hotspot_session_download_bytes_total{user="room-1"}', 22],
  ['mktxp_queue_simple_rates_upload_total{name="bakery"}', 31],
  ['mktxp_queue_simple_rates_download_total{name="bakery"}', 32],
  ['mktxp_queue_simple_bytes_upload_total{name="bakery"}', 33],
  ['mktxp_queue_simple_bytes_download_total{name="bakery"}', 34],
  ['mktxp_queue_simple_queued_bytes_upload_total{name="bakery"}', 35],
  ['mktxp_queue_simple_queued_bytes_downloadd_total{name="bakery"}', 36],
  ['mktxp_queue_simple_dropped_upload_total{name="bakery"}', 37],
  ['mktxp_queue_simple_dropped_download_total{name="bakery"}', 38],
  ['mktxp_queue_tree_rates_total{name="down"}', 41],
  ['mktxp_queue_tree_bytes_total{name="down"}', 42],
  ['mktxp_queue_tree_queued_bytes_total{name="down"}', 43],
  ['mktxp_queue_tree_dropped_total{name="down"}', 44],
  ['mktxp_neighbor_info{address="10.1.0.2",interface="ether1",mac_address="06:00:00:00:00:03"}', 1],
  ['mktxp_ipv6_neighbor_info{address="fe80::3",status="reachable"}', 1],
  ['linewarden_routeros_arp_entries{interface="bridge"}', 2],
  ['linewarden_routeros_arp_complete_entries{interface="bridge"}', 1],
  ['mktxp_dhcp_lease_active_count{server="lan"}', 1],
  ['mktxp_dhcp_lease_info{active_address="10.0.0.5",host_name="nas",client_id="1:6"}', 583],
  ['mktxp_ipsec_peer_rx_byte_total{remote_address="198.51.100.7"}', 51],
  ['mktxp_ipsec_peer_uptime{remote_address="198.51.100.7"}', 60_000],
  ['linewarden_routeros_ospf_neighbor_state{router_id="10.255.0.2"}', 8],
  ['linewarden_routeros_ospf_neighbor_state_changes_total{router_id="10.255.0.2"}', 6],
  // As the simulated radio, modem and tunnels answer.
  ['mktxp_w60g_connected{name="wlan60-1"}', 1],
  ['mktxp_w60g_tx_phy_rate{name="wlan60-1"}', 2_300_000_000],
  ['mktxp_lte_registration_status', 1],
  ['mktxp_lte_rsrq', -8.5],
  ['mktxp_lte_current_operator_info{current_operator="Example Mobile"}', 1],
  ['mktxp_interface_l2mtu{name="eoip-branch",tunnel_id="4"}', 1_458],
  ['mktxp_interface_mtu{name="gre-branch",mtu="auto"}', 1_476],
  ['mktxp_interface_mtu{name="ipip-branch"}', 1_476],
  ['mktxp_kid_control_device_idle_time{name="tablet",user="Tim"}', 5],
  ['mktxp_kid_control_device_idle_time{name="console",user=""}', 5],
];

const sixExpected: readonly (readonly [string, number])[] = [
  ['mktxp_bgp_sessions_info{name="up",remote_as="64500"}', 1],
  ['mktxp_bgp_established{name="up"}', 1],
  ['mktxp_bgp_prefix_count{name="up"}', 3],
  ['mktxp_bgp_uptime{name="up"}', 3_600_000],
  ['mktxp_bfd_up{remote_address="10.0.0.2"}', 1],
  ['mktxp_bfd_tx_interval{remote_address="10.0.0.2"}', 200],
  ['mktxp_wlan_noise_floor', -105],
  ['mktxp_wlan_overall_tx_ccq', 86],
  ['mktxp_wlan_clients_tx_bytes_total{dhcp_name="nas"}', 61],
  ['mktxp_wlan_clients_rx_bytes_total{dhcp_name="nas"}', 62],
  ['mktxp_wlan_clients_signal_strength{mac_address="06:00:00:00:00:05"}', -61],
  ['mktxp_capsman_remote_caps_info{identity="cap-1",board="cAP ax"}', 1],
  ['mktxp_capsman_registrations_count{interface="cap1"}', 1],
  ['mktxp_capsman_clients_tx_bytes_total{dhcp_name="06:00:00:00:00:06"}', 63],
  ['mktxp_capsman_clients_signal_strength{dhcp_name="06:00:00:00:00:06"}', -55],
];

const sevenExpected: readonly (readonly [string, number])[] = [
  ['mktxp_bgp_sessions_info{name="up-1",local_as="64511"}', 1],
  ['mktxp_bgp_established{name="up-1"}', 1],
  ['mktxp_bgp_remote_bytes_total{name="up-1"}', 71],
  ['mktxp_bfd_up{remote_address="10.0.0.2"}', 0],
  ['mktxp_bfd_state_change_total{remote_address="10.0.0.2"}', 9],
  ['mktxp_wlan_clients_rx_bytes_total{dhcp_name="nas"}', 66],
  ['mktxp_wlan_clients_signal_strength{mac_address="06:00:00:00:00:05"}', -48],
  ['mktxp_wlan_clients_devices_info{dhcp_address="10.0.0.5",ssid="y",interface="wifi1"}', 1],
  ['mktxp_capsman_clients_rx_bytes_total{dhcp_name="nas"}', 66],
  ['mktxp_peer_rx_total{name="laptop",allowed_address="10.8.0.2/32",current_endpoint_address=""}', 81],
  ['mktxp_peer_tx_total{name="laptop"}', 82],
  ['mktxp_last_handshake{name="laptop"}', 72],
  ['linewarden_routeros_wireguard_peer_endpoint_info{name="laptop",endpoint_address="203.0.113.8"}', 1],
  ['mktxp_routing_stats_shared_mem{tasks="rib"}', 1_835_008],
  ['mktxp_container_info{name="dns",repo="dns:latest",status="running"}', 1],
];

async function started(version: string, packages: readonly string[] | undefined, rows: typeof common) {
  const router = await startRouter({ version, network, ...(packages && { packages }) });
  for (const [menu, given] of Object.entries(rows)) router.faults.rows.set(`${menu}/print`, given);
  return router;
}

describe('everything that is read of a router, switched on', () => {
  let routers: readonly SimulatedRouter[];
  let served: Served;
  let rpc: RpcConnection;

  beforeAll(async () => {
    routers = await Promise.all([
      started('6.49.17', undefined, six),
      started('7.18.2', ['routeros', 'wifi-qcom', 'container'], seven),
    ]);
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-collectors-'));
    writeFileSync(path.join(dataDir, 'password'), 'monitor-secret\n');
    const switches = collectors.map(({ name }) => `${name}: true`).join(', ');
    const entries = routers.map(
      ({ port }, i) =>
        `  - {name: ${['six', 'seven'][i]}, address: 127.0.0.1, port: ${port}, username: monitor, password_file: password, interval: 2s, collectors: {${switches}}}`,
    );
    served = await startServe({ dataDir, config: `netflow: {listen: []}\nrouteros:\n${entries.join('\n')}\n` });
    rpc = await connectRpc(served);
    await eventually(
      'every collector had its turn',
      async () => await Promise.all(['six', 'seven'].map((id) => rpc.client.devices.get({ id }))),
      (devices) =>
        devices.every(({ collectors: states }) =>
          states.every(({ lastSuccessMs, isAbsent, lastError }) => lastSuccessMs !== null || isAbsent || lastError),
        ),
      30_000,
    );
  }, 60_000);
  afterAll(async () => {
    rpc.close();
    await served.stop();
    await Promise.all(routers.map((router) => router.stop()));
  });

  const valuesOf = async (name: string, expected: readonly (readonly [string, number])[]) =>
    await Promise.all(
      expected.map(async ([selector]) => {
        const own = selector.includes('{')
          ? selector.replace('{', `{routerboard_name="${name}",`)
          : `${selector}{routerboard_name="${name}"}`;
        const samples = await query(served, own);
        return [selector, samples.length === 1 ? Number(samples[0]?.value[1]) : `${samples.length} series`];
      }),
    );

  it('v6: each series has the value that the router sent', async () => {
    const expected = [...bothExpected, ...sixExpected];
    expect(await valuesOf('six', expected)).toEqual(expected);
  });

  it('v7: each series has the value that the router sent', async () => {
    const expected = [...bothExpected, ...sevenExpected];
    expect(await valuesOf('seven', expected)).toEqual(expected);
  });

  it('a neighbour that is not reachable, and what each version lacks, is no series', async () => {
    expect(await query(served, 'mktxp_ipv6_neighbor_info{status="stale"}')).toEqual([]);
    for (const metric of ['mktxp_peer_rx_total', 'mktxp_routing_stats_shared_mem', 'mktxp_container_info'])
      expect(await query(served, `${metric}{routerboard_name="six"}`)).toEqual([]);
  });

  it('no collector failed; what a version lacks is told as absent', async () => {
    const told = await Promise.all(
      ['six', 'seven'].map(async (id) => {
        const { collectors: states } = await rpc.client.devices.get({ id });
        const failed = states.flatMap(({ name, lastError }) => (lastError === null ? [] : [[name, lastError.message]]));
        return {
          failed,
          absent: states
            .filter(({ isAbsent }) => isAbsent)
            .map(({ name }) => name)
            .toSorted(),
        };
      }),
    );
    const mine = ['container', 'routing_stats', 'wireguard_peers'];
    expect(told.map(({ failed }) => failed)).toEqual([[], []]);
    expect(told.map(({ absent }) => absent.filter((name) => mine.includes(name)))).toEqual([mine, []]);
  });

  it('no password of an account and no key was asked for', () => {
    const asked = routers.flatMap(({ commands }) => commands);
    for (const menu of ['/ppp/secret/print', '/interface/wireguard/peers/print']) {
      const printed = asked.filter(([command]) => command === menu);
      expect(printed.length).toBeGreaterThan(0);
      for (const words of printed) {
        const proplist = words.find((word) => word.startsWith('=.proplist=')) ?? '';
        expect(proplist).toMatch(/^=\.proplist=name,/);
        expect(proplist).not.toMatch(/password|private-key|preshared/);
      }
    }
  });
});
