// Three hours of a small network under the names and labels that its collectors write, for the built-in dashboards.
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';

export const END_MS = Date.UTC(2026, 10, 20, 15, 0, 0);
const HOURS = 3;
const POLL_MS = 15_000;

type Labels = Readonly<Record<string, string>>;
type Value = (seconds: number) => number;

const gauge =
  (value: number): Value =>
  () =>
    value;
const counter =
  (perSecond: number): Value =>
  (seconds) =>
    1_000 + perSecond * seconds;

/** Every metric that is stored. */
export const stored = new Set<string>();

export function network(): MemoryStorage {
  const storage = new MemoryStorage();
  const startMs = END_MS - HOURS * 3_600_000;
  const put = (name: string, labels: Labels, value: Value): void => {
    stored.add(name);
    const samples = [];
    for (let timeMs = startMs; timeMs <= END_MS; timeMs += POLL_MS) {
      samples.push({ timeMs, value: value((timeMs - startMs) / 1_000) });
    }
    storage.append({ __name__: name, ...labels }, samples);
  };
  for (const [router, address] of [
    ['core', '10.0.0.1'],
    ['mill', '10.0.0.2'],
  ] as const) {
    routerHealth(put, { routerboard_name: router, routerboard_address: address });
    routerTraffic(put, { routerboard_name: router, routerboard_address: address });
    routerVpn(put, { routerboard_name: router, routerboard_address: address }, router);
  }
  computer(put, { job: 'node', instance: 'pc' });
  computer(put, { job: 'node', instance: '10.0.0.9:9100' });
  pushed(put);
  containers(put, { job: 'docker', instance: 'nas' });
  edges(put);
  mesh(put, { job: 'muti-metroo', instance: 'hub:8080' });
  return storage;
}

type Put = (name: string, labels: Labels, value: Value) => void;

function pushed(put: Put): void {
  const client = { client_id: 'c1', name: 'laptop-7', type: 'native', headless: 'false' };
  const headend = { headend_id: 'h1', name: 'headend-eu-1', region: 'eu', datacenter: 'fra1' };
  put('tobogganing_client_last_check_in_timestamp', client, gauge(END_MS / 1_000 - 60));
  put('tobogganing_client_bytes_sent', client, counter(1_000));
  put('tobogganing_client_bytes_received', client, counter(2_000));
  put('tobogganing_headend_cpu_usage_percent', headend, gauge(45.2));
}

/** What an agent of a mesh exposes; its latencies are 25 ms, or 75 for one in a hundred. */
function mesh(put: Put, own: Labels): void {
  for (const [name, value] of [
    ['peers_connected', 6],
    ['streams_active', 42],
    ['routes_total', 118],
    ['socks5_connections_active', 17],
  ] as const) {
    put(`muti_metroo_${name}`, own, gauge(value));
  }
  put('muti_metroo_bytes_sent_total', { ...own, type: 'data' }, counter(800_000));
  put('muti_metroo_bytes_received_total', { ...own, type: 'data' }, counter(2_000_000));
  put('muti_metroo_frames_sent_total', { ...own, frame_type: 'stream_data' }, counter(700));
  put('muti_metroo_frames_received_total', { ...own, frame_type: 'stream_data' }, counter(2_000));
  for (const name of ['stream_open_latency', 'keepalive_rtt', 'exit_dns_latency', 'socks5_connect_latency']) {
    for (const [le, perSecond] of [
      ['0.05', 0.99],
      ['0.1', 1],
      ['+Inf', 1],
    ] as const) {
      put(`muti_metroo_${name}_seconds_bucket`, { ...own, le }, counter(perSecond));
    }
  }
  put('muti_metroo_stream_errors_total', { ...own, error_type: 'timeout' }, counter(0.1));
  put('muti_metroo_socks5_auth_failures_total', own, counter(0.1));
  put('muti_metroo_peer_disconnects_total', { ...own, reason: 'timeout' }, counter(0.01));
  put('process_resident_memory_bytes', own, gauge(5e7));
  put('go_goroutines', own, gauge(180));
}

function edges(put: Put): void {
  for (const [edge_id, wan] of [
    ['SN7', 1],
    ['SN8', 0],
  ] as const) {
    const own = { edge_id, customer_id: 'acme' };
    put('edge_uptime_seconds', own, counter(1));
    put('edge_cpu_usage_percent', own, gauge(20));
    put('edge_memory_usage_bytes', own, gauge(5e8));
    put('edge_wan_up', own, gauge(wan));
    put('edge_ipfix_bytes_total', { ...own, protocol: '6', dst_port: '443' }, counter(1_000));
    for (const [what, perSecond] of [
      ['rx_bytes', 50_000],
      ['tx_bytes', 25_000],
      ['rx_errors', 0],
      ['tx_errors', 0],
      ['drops', 1],
    ] as const) {
      put(`edge_interface_${what}_total`, { ...own, interface: 'wan0' }, counter(perSecond));
    }
  }
}

function routerHealth(put: Put, own: Labels): void {
  const board = { ...own, version: '7.18.2 (stable)', board_name: 'CCR2004', cpu: 'ARM64', architecture_name: 'arm64' };
  put('mktxp_system_uptime', board, counter(1));
  put('mktxp_system_cpu_load', board, gauge(12));
  put('mktxp_system_free_memory', board, gauge(3e9));
  put('mktxp_system_total_memory', board, gauge(4e9));
  put('mktxp_system_free_hdd_space', board, gauge(1e8));
  put('mktxp_system_total_hdd_space', board, gauge(1.28e8));
  for (const sensor of [
    'cpu_temperature',
    'routerboard_temperature',
    'board_temperature1',
    'board_temperature2',
    'phy_temperature',
    'switch_temperature',
  ]) {
    put(`mktxp_system_${sensor}`, own, gauge(48));
  }
  for (const sensor of ['routerboard', 'jack', '2pin', 'psu1', 'psu2', 'poe_in']) {
    put(`mktxp_system_${sensor}_voltage`, own, gauge(24.1));
  }
  for (const fan of ['one', 'two', 'three', 'four']) put(`mktxp_system_fan_${fan}_speed`, own, gauge(4_100));
  put('mktxp_system_power_consumption', own, gauge(21));
  put('mktxp_system_poe_out_consumption', own, gauge(11));
  put('mktxp_poe_out_power', { ...own, name: 'ether5' }, gauge(6.4));
  put('mktxp_poe_out_voltage', { ...own, name: 'ether5' }, gauge(23.8));
  put('mktxp_poe_out_current', { ...own, name: 'ether5' }, gauge(260));
  put(
    'mktxp_certificate_expiration_timestamp_seconds',
    { ...own, name: 'web', common_name: 'router.example', trusted: 'true' },
    gauge(END_MS / 1_000 + 20 * 86_400),
  );
}

function routerTraffic(put: Put, own: Labels): void {
  for (const [name, type] of [
    ['ether1', 'ether'],
    ['bridge', 'bridge'],
  ] as const) {
    const port = { ...own, name };
    put('mktxp_interface_type_info', { ...port, type }, gauge(1));
    put('mktxp_interface_running', port, gauge(1));
    put('mktxp_interface_rx_byte_total', port, counter(1_250_000));
    put('mktxp_interface_tx_byte_total', port, counter(250_000));
    for (const what of ['rx_error', 'tx_error', 'rx_drop', 'tx_drop']) {
      put(`mktxp_interface_${what}_total`, port, counter(0));
    }
  }
  put('mktxp_interface_rate', { ...own, name: 'ether1' }, gauge(100));
}

function routerVpn(put: Put, own: Labels, router: string): void {
  put('linewarden_routeros_ppp_active_sessions', { ...own, service: 'pppoe' }, gauge(2));
  for (const [user, began] of [
    ['anna', 0],
    ['bert', HOURS * 3_600 - 120],
  ] as const) {
    const session = { ...own, user, service: 'pppoe', interface: `<pppoe-${user}>` };
    put('linewarden_routeros_ppp_session_info', { ...session, address: '100.64.0.7', caller_id: 'AA' }, gauge(1));
    put('linewarden_routeros_ppp_session_uptime_seconds', session, (seconds) => Math.abs(seconds - began));
    put('linewarden_routeros_ppp_session_download_bytes_total', session, counter(500_000));
    put('linewarden_routeros_ppp_session_upload_bytes_total', session, counter(50_000));
  }
  for (const [name, handshake] of [
    ['laptop', 40],
    ['tablet', 4_000],
  ] as const) {
    const peer = { ...own, name, interface: 'wg1', comment: '', allowed_address: '10.9.0.2/32' };
    put('mktxp_last_handshake', peer, gauge(handshake));
    put('mktxp_peer_rx_total', peer, counter(10_000));
    put('mktxp_peer_tx_total', peer, counter(90_000));
  }
  for (const [name, state] of [
    ['branch', 'established'],
    ['depot', 'message-1-sent'],
  ] as const) {
    const peer = { ...own, name, local_address: '10.0.0.1', remote_address: '198.51.100.4' };
    put('mktxp_ipsec_peer_state_info', { ...peer, state }, gauge(1));
    put('mktxp_ipsec_peer_uptime', peer, gauge(3_600_000));
    put('mktxp_ipsec_peer_rx_byte_total', peer, counter(1_000));
    put('mktxp_ipsec_peer_tx_byte_total', peer, counter(2_000));
  }
  for (const [subscriber, up] of [
    ['anna', 1],
    ['carl', 0],
  ] as const) {
    const of = { subscriber, tier: 'home-50', device: router };
    put('linewarden_subscriber_up', of, (seconds) => (seconds < HOURS * 3_600 - 30 ? 1 : up));
    put('linewarden_subscriber_uptime_seconds', of, counter(1));
    put('linewarden_subscriber_rx_bytes_total', of, counter(500_000));
    put('linewarden_subscriber_tx_bytes_total', of, counter(50_000));
    put('linewarden_subscriber_rtt_seconds', of, gauge(0.012));
  }
}

function computer(put: Put, own: Labels): void {
  put('node_uname_info', { ...own, nodename: 'pc', release: '6.1.0', sysname: 'Linux' }, gauge(1));
  put('node_boot_time_seconds', own, gauge(END_MS / 1_000 - 900_000));
  put('node_cpu_seconds_total', { ...own, cpu: '0', mode: 'idle' }, counter(0.9));
  put('node_cpu_seconds_total', { ...own, cpu: '0', mode: 'user' }, counter(0.1));
  put('node_memory_MemTotal_bytes', own, gauge(16e9));
  put('node_memory_MemAvailable_bytes', own, gauge(9e9));
  const mount = { ...own, device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
  put('node_filesystem_size_bytes', mount, gauge(5e11));
  put('node_filesystem_avail_bytes', mount, gauge(2e11));
  put('node_hwmon_temp_celsius', { ...own, chip: 'pci0000:00', sensor: 'temp1' }, gauge(51));
  const card = { ...own, device: 'eth0' };
  put('node_network_receive_bytes_total', card, counter(125_000));
  put('node_network_transmit_bytes_total', card, counter(25_000));
  put('node_network_speed_bytes', card, gauge(125_000_000));
}

/** Two containers on a machine of four cores: half a core and 200 MB each. */
function containers(put: Put, engine: Labels): void {
  put('machine_cpu_cores', engine, gauge(4));
  for (const [name, health] of [
    ['web', 1],
    ['db', 0],
  ] as const) {
    const own = { ...engine, id: `/docker/${name}`, image: `${name}:1`, name };
    put('container_last_seen', own, counter(1));
    put('container_health_state', own, gauge(health));
    put('container_cpu_usage_seconds_total', { ...own, cpu: 'total' }, counter(0.5));
    put('container_memory_working_set_bytes', own, gauge(2e8));
    put('container_network_receive_bytes_total', { ...own, interface: 'eth0' }, counter(1_000));
    put('container_network_transmit_bytes_total', { ...own, interface: 'eth0' }, counter(2_000));
    put('container_fs_reads_bytes_total', { ...own, device: '/dev/sda' }, counter(3_000));
    put('container_fs_writes_bytes_total', { ...own, device: '/dev/sda' }, counter(4_000));
  }
}
