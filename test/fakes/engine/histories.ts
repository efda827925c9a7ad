// The histories of the fake devices: functions of time, smooth, with a day's swing and with gaps.
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import type { FakeSeries } from './promql.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function hash(text: string): number {
  let h = 2_166_136_261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619);
  return (h >>> 0) / 4_294_967_296;
}

/** Smooth noise in 0..1 that is the same at the same time, however often it is asked for. */
function noise(seed: number, timeMs: number, periodMs: number): number {
  const x = timeMs / periodMs + seed * 1000;
  const at = (i: number): number => {
    const v = Math.sin(i * 127.1 + seed * 311.7) * 43_758.5453;
    return v - Math.floor(v);
  };
  const i = Math.floor(x);
  const f = x - i;
  const s = f * f * (3 - 2 * f);
  return at(i) * (1 - s) + at(i + 1) * s;
}

/** A day's swing with slow and fast noise on it; about 0.1 to 1. */
export function wave(name: string, timeMs: number): number {
  const seed = hash(name);
  const day = 0.5 - 0.4 * Math.cos(((timeMs % DAY) / DAY) * 2 * Math.PI);
  return (
    0.1 +
    0.5 * day * (0.6 + 0.4 * noise(seed, timeMs, 40 * MINUTE)) +
    0.3 * noise(seed + 0.3, timeMs, 3 * MINUTE) +
    0.1 * noise(seed + 0.7, timeMs, 7_000)
  );
}

/** Every device misses a quarter of an hour a day; the offline ones end where they went offline. */
const gap = (name: string, timeMs: number, endMs: number): boolean => {
  if (timeMs > endMs) return true;
  const start = hash(`${name} gap`) * 22 * HOUR;
  const ofDay = timeMs % DAY;
  return ofDay > start && ofDay < start + 15 * MINUTE;
};

const PORTS: readonly (readonly [string, string, number])[] = [
  ['6', '443', 60e6],
  ['17', '443', 45e6],
  ['6', '80', 9e6],
  ['17', '53', 1.2e6],
  ['17', '51820', 14e6],
  ['6', '22', 2.5e6],
  ['6', '8291', 0.4e6],
  ['6', '993', 1.8e6],
  ['17', '123', 0.05e6],
  ['17', '5060', 0.7e6],
  ['47', '0', 3e6],
  ['6', '3389', 2.2e6],
];

/** Every series that the device's kind reports; nothing after `endMs`. */
export function seriesOf(device: DeviceSummary, endMs: number): FakeSeries[] {
  const base = Object.fromEntries(
    [...device.selector.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
  const make =
    (counter: boolean) =>
    (name: string, labels: Record<string, string>, size: (timeMs: number) => number): FakeSeries => ({
      labels: { __name__: name, ...base, ...labels },
      counter,
      at: (t) => (gap(device.name, t, endMs) ? null : size(t)),
    });
  const gauge = make(false);
  const counter = make(true);
  const id = device.name;
  if (device.lastSeenMs === null) return [];
  switch (device.kind) {
    case 'host': {
      const modes: readonly (readonly [string, number])[] = [
        ['user', 0.32],
        ['system', 0.12],
        ['iowait', 0.05],
        ['softirq', 0.01],
        ['nice', 0.002],
      ];
      return [
        ...modes.flatMap(([mode, size]) =>
          ['0', '1'].map((cpu) =>
            counter('node_cpu_seconds_total', { cpu, mode }, (t) => size * wave(`${id}${cpu}${mode}`, t)),
          ),
        ),
        ...['0', '1'].map((cpu) =>
          counter('node_cpu_seconds_total', { cpu, mode: 'idle' }, (t) => 1 - 0.5 * wave(`${id}${cpu}user`, t)),
        ),
        gauge('node_memory_MemTotal_bytes', {}, () => 16 * 2 ** 30),
        gauge('node_memory_MemAvailable_bytes', {}, (t) => (6 + 4 * wave(`${id}mem`, t)) * 2 ** 30),
        ...['wlp2s0', 'enp0s31f6', 'wg0'].flatMap((name, i) => [
          counter(
            'node_network_receive_bytes_total',
            { device: name },
            (t) => (3e6 / (1 + i * 3)) * wave(`${id}${name}rx`, t) ** 2,
          ),
          counter(
            'node_network_transmit_bytes_total',
            { device: name },
            (t) => (8e5 / (1 + i * 3)) * wave(`${id}${name}tx`, t) ** 2,
          ),
          counter('node_network_receive_errs_total', { device: name }, () => 0),
          counter('node_network_transmit_errs_total', { device: name }, () => 0),
          gauge('node_network_up', { device: name }, () => (i === 1 ? 0 : 1)),
          gauge('node_network_speed_bytes', { device: name }, () => (i === 1 ? 125e6 : -1)),
          gauge('node_network_mtu_bytes', { device: name }, () => (i === 2 ? 1420 : 1500)),
        ]),
        counter('node_disk_read_bytes_total', { device: 'nvme0n1' }, (t) => 4e6 * wave(`${id}dr`, t) ** 3),
        counter('node_disk_written_bytes_total', { device: 'nvme0n1' }, (t) => 9e6 * wave(`${id}dw`, t) ** 3),
        ...(
          [
            ['/', 0.41, 'ext4'],
            ['/home', 0.78, 'ext4'],
            ['/boot', 0.31, 'ext2'],
          ] as const
        ).flatMap(([mountpoint, used, fstype]) => [
          gauge('node_filesystem_size_bytes', { mountpoint, fstype }, () => 200 * 2 ** 30),
          gauge(
            'node_filesystem_avail_bytes',
            { mountpoint, fstype },
            (t) => 200 * 2 ** 30 * (1 - used - 0.01 * wave(mountpoint, t)),
          ),
        ]),
        gauge('node_load1', {}, (t) => 2.4 * wave(`${id}l`, t)),
        gauge('node_load5', {}, (t) => 2 * wave(`${id}l`, t - 2 * MINUTE)),
        gauge('node_load15', {}, (t) => 1.7 * wave(`${id}l`, t - 6 * MINUTE)),
        gauge('node_boot_time_seconds', {}, () => 1_794_000_000),
      ];
    }
    case 'router': {
      const board = { version: device.version, board_name: device.model, cpu: 'ARM64', architecture_name: 'arm64' };
      const ports = ['ether1', 'sfp-sfpplus1', 'ether2', 'ether3', 'bridge', 'vlan20', 'wg-hub'];
      return [
        gauge('mktxp_system_cpu_load', board, (t) => Math.round(70 * wave(`${id}cpu`, t))),
        gauge('mktxp_system_total_memory', board, () => 4 * 2 ** 30),
        gauge('mktxp_system_free_memory', board, (t) => (3.1 - 0.4 * wave(`${id}mem`, t)) * 2 ** 30),
        gauge('mktxp_system_uptime', board, (t) => (t - 1_794_600_000_000) / 1000),
        gauge('mktxp_system_routerboard_temperature', {}, (t) => Math.round(38 + 8 * wave(`${id}temp`, t))),
        gauge('mktxp_system_cpu_temperature', {}, (t) => Math.round(48 + 10 * wave(`${id}cpu`, t))),
        gauge('mktxp_system_routerboard_voltage', {}, (t) => Math.round(240 + 3 * wave(`${id}volt`, t)) / 10),
        ...ports.flatMap((name, i) => {
          const size = (device.name === 'core' ? 6e7 : 1.2e7) / (1 + i * 1.5);
          const up = i !== 3;
          const type =
            name === 'bridge' ? 'bridge' : name.startsWith('vlan') ? 'vlan' : name.startsWith('wg') ? 'wg' : 'ether';
          return [
            counter('mktxp_interface_rx_byte_total', { name }, (t) => (up ? size * wave(`${id}${name}rx`, t) ** 2 : 0)),
            counter('mktxp_interface_tx_byte_total', { name }, (t) =>
              up ? size * 0.25 * wave(`${id}${name}tx`, t) ** 2 : 0,
            ),
            counter('mktxp_interface_rx_error_total', { name }, () => (i === 2 ? 0.02 : 0)),
            counter('mktxp_interface_tx_error_total', { name }, () => 0),
            counter('mktxp_interface_rx_drop_total', { name }, () => 0),
            counter('mktxp_interface_tx_drop_total', { name }, () => (i === 0 ? 0.4 : 0)),
            gauge('mktxp_interface_running', { name }, () => (up ? 1 : 0)),
            gauge('mktxp_interface_disabled', { name }, () => (i === 6 && device.name !== 'core' ? 1 : 0)),
            gauge('mktxp_interface_actual_mtu', { name }, () => (i === 6 ? 1420 : 1500)),
            gauge('mktxp_interface_type_info', { name, type }, () => 1),
            ...(type === 'ether' && up
              ? [gauge('mktxp_interface_rate', { name }, () => (i === 1 ? 10_000 : 1000))]
              : []),
            ...(i === 0
              ? [gauge('mktxp_interface_comment_info', { name, comment: 'uplink to the exchange, port 14' }, () => 1)]
              : []),
          ];
        }),
      ];
    }
    case 'target':
      return [
        gauge('up', {}, () => 1),
        gauge('scrape_duration_seconds', {}, (t) => 0.008 + 0.02 * wave(id, t)),
        gauge('scrape_samples_scraped', {}, (t) => 1180 + Math.round(20 * wave(`${id}n`, t))),
      ];
    case 'edge':
    case 'headend':
    case 'client':
    case 'sender':
    case 'docker':
      return [];
    case 'exporter':
      return [
        ...PORTS.flatMap(([protocol, dst_port, size]) => [
          counter(
            'edge_ipfix_bytes_total',
            { protocol, dst_port },
            (t) => (size / 8) * wave(`${id}${dst_port}${protocol}`, t),
          ),
          counter(
            'edge_ipfix_packets_total',
            { protocol, dst_port },
            (t) => (size / 6_400) * wave(`${id}${dst_port}${protocol}`, t),
          ),
          counter(
            'edge_ipfix_flows_total',
            { protocol, dst_port },
            (t) => (size / 400_000) * wave(`${id}${dst_port}${protocol}`, t),
          ),
        ]),
        counter('linewarden_flow_lost_total', { unit: 'packets' }, (t) => (wave(`${id}loss`, t) > 0.6 ? 0.4 : 0)),
      ];
  }
}
