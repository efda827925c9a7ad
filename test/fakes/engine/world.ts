// The fake network: twelve devices in every state, their histories as functions of time, with gaps.
import type { Alert, CollectorState, DeviceSummary, Rule } from '../../../shared/contract/index.ts';
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

export type World = {
  readonly devices: DeviceSummary[];
  readonly series: readonly FakeSeries[];
  readonly alerts: readonly Alert[];
  readonly rules: readonly Rule[];
  collectorsOf(device: DeviceSummary): CollectorState[];
};

type Plan = Partial<DeviceSummary> & Pick<DeviceSummary, 'id' | 'name' | 'kind' | 'address' | 'state' | 'reason'>;

function plans(nowMs: number): Plan[] {
  const router = (name: string, address: string, rest: Partial<Plan> = {}): Plan => ({
    id: `router:${name}`,
    name,
    kind: 'router',
    address,
    state: 'online',
    reason: 'Answers and sends data.',
    selector: `routerboard_name="${name}",routerboard_address="${address}"`,
    model: 'CCR2004-1G-12S+2XS',
    version: '7.16.2 (stable)',
    ...rest,
  });
  return [
    {
      id: 'host',
      name: 'ops-laptop',
      kind: 'host',
      address: '127.0.0.1',
      state: 'online',
      reason: 'This machine.',
      selector: 'job="host",instance="ops-laptop"',
      model: 'ThinkPad T14 Gen 4',
      version: 'Debian 12',
    },
    router('core', '10.0.0.1', { provisioned: true }),
    router('Mill street', '10.0.7.1', {
      state: 'offline',
      reason: 'No data for 6 minutes; it stopped answering before that.',
      stateSinceMs: nowMs - 6 * MINUTE,
      lastSeenMs: nowMs - 6 * MINUTE,
      model: 'RB5009UG+S+',
      version: '7.15.3 (stable)',
      lastError: {
        code: 'LW_ROUTEROS_TIMEOUT',
        message: 'No answer from 10.0.7.1:8728 within 5 s.',
        atMs: nowMs - 12_000,
      },
    }),
    router('Harbour tower', '10.0.3.1', {
      state: 'degraded',
      reason: 'Two polls in a row were missed.',
      stateSinceMs: nowMs - 50_000,
      lastSeenMs: nowMs - 48_000,
      model: 'hAP ax³',
      lastError: {
        code: 'LW_ROUTEROS_RESET',
        message: 'The router closed the connection while it was answering.',
        atMs: nowMs - 20_000,
      },
    }),
    router('north-relay-with-a-rather-long-name', '10.0.4.1', { model: 'CRS326-24G-2S+', version: '7.16.2 (stable)' }),
    router('depot', '10.0.9.1', { sample: true, model: 'CHR' }),
    router('new router', '10.0.12.1', {
      state: 'unknown',
      reason: 'Never seen since it was added.',
      lastSeenMs: null,
      lastTelemetryMs: null,
      model: '',
      version: '',
      stateSinceMs: nowMs - 2 * HOUR,
    }),
    {
      id: 'target:node',
      name: 'node 10.0.0.5:9100',
      kind: 'target',
      address: '10.0.0.5:9100',
      state: 'online',
      reason: 'Scraped 4 s ago.',
      selector: 'job="node",instance="10.0.0.5:9100"',
      provisioned: true,
    },
    {
      id: 'target:muti',
      name: 'muti-metroo 10.0.0.8:8080',
      kind: 'target',
      address: '10.0.0.8:8080',
      state: 'offline',
      reason: 'The last 5 scrapes failed.',
      stateSinceMs: nowMs - 3 * HOUR,
      lastSeenMs: nowMs - 3 * HOUR,
      selector: 'job="muti",instance="10.0.0.8:8080"',
      lastError: { code: 'LW_SCRAPE_REFUSED', message: '10.0.0.8:8080 refused the connection.', atMs: nowMs - 9_000 },
    },
    {
      id: 'target:cadvisor',
      name: 'cadvisor 10.0.0.6:8081',
      kind: 'target',
      address: '10.0.0.6:8081',
      state: 'online',
      reason: 'Scraped 11 s ago.',
      selector: 'job="cadvisor",instance="10.0.0.6:8081"',
    },
    {
      id: 'exporter:10.0.0.1',
      name: 'core flows',
      kind: 'exporter',
      address: '10.0.0.1',
      state: 'online',
      reason: 'Sends NetFlow v9.',
      selector: 'exporter="10.0.0.1"',
      version: 'NetFlow v9',
    },
    {
      id: 'exporter:10.0.3.1',
      name: '10.0.3.1',
      kind: 'exporter',
      address: '10.0.3.1',
      state: 'online',
      reason: 'Sends IPFIX.',
      selector: 'exporter="10.0.3.1"',
      version: 'IPFIX',
    },
  ];
}

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

function seriesOf(device: DeviceSummary, endMs: number): FakeSeries[] {
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

export function createWorld(nowMs: number, empty: boolean): World {
  const devices = plans(nowMs)
    .filter((plan) => !empty || plan.kind === 'host')
    .map((plan): DeviceSummary => ({
      stateSinceMs: nowMs - 3 * DAY,
      lastSeenMs: nowMs - 4_000,
      lastTelemetryMs: nowMs - 4_000,
      lastError: null,
      model: '',
      version: '',
      provisioned: false,
      sample: false,
      selector: '',
      intervalMs: 15_000,
      ...plan,
    }));
  return {
    devices,
    series: devices.flatMap((device) => seriesOf(device, device.state === 'offline' ? device.stateSinceMs : Infinity)),
    alerts: empty ? [] : alerts(nowMs),
    rules: rules(nowMs),
    collectorsOf: (device) => collectors(device, nowMs),
  };
}

function collectors(device: DeviceSummary, nowMs: number): CollectorState[] {
  if (device.kind === 'target' || device.kind === 'exporter') return [];
  const names =
    device.kind === 'host'
      ? ['cpu', 'memory', 'network', 'disk', 'filesystem', 'load']
      : ['resource', 'health', 'interface', 'monitor', 'dhcp', 'firewall', 'neighbor', 'wireless'];
  return names.map((name, i) => ({
    name,
    enabled: name !== 'wireless',
    intervalMs: name === 'firewall' ? 60_000 : 15_000,
    lastSuccessMs: name === 'wireless' ? null : (device.lastSeenMs ?? null),
    lastDurationMs: name === 'wireless' ? null : 3 + i * 7.5,
    lastError:
      name === 'dhcp'
        ? {
            code: 'LW_ROUTEROS_NOT_ALLOWED',
            message: 'The user may not read /ip/dhcp-server/lease.',
            atMs: nowMs - 9 * MINUTE,
          }
        : null,
  }));
}

function alerts(nowMs: number): Alert[] {
  const one = (rest: Partial<Alert> & Pick<Alert, 'fingerprint' | 'state' | 'name'>): Alert => ({
    labels: { severity: 'warning' },
    annotations: {},
    value: 1,
    activeAtMs: nowMs - 6 * MINUTE,
    firedAtMs: null,
    resolvedAtMs: null,
    expr: 'linewarden_device_online == 0',
    deviceId: null,
    ...rest,
  });
  return [
    one({
      fingerprint: '9c5e1f3ab2d4e6f8',
      state: 'firing',
      name: 'DeviceOffline',
      labels: { alertname: 'DeviceOffline', device: 'Mill street', severity: 'critical' },
      annotations: { summary: 'Mill street is offline', description: 'No data for more than 5 minutes.' },
      value: 0,
      firedAtMs: nowMs - MINUTE,
      deviceId: 'router:Mill street',
    }),
    one({
      fingerprint: '1c5e1f3ab2d4e6f8',
      state: 'firing',
      name: 'TargetDown',
      labels: { alertname: 'TargetDown', job: 'muti', instance: '10.0.0.8:8080', severity: 'warning' },
      annotations: {
        summary: '10.0.0.8:8080 cannot be scraped',
        description: 'The target refused the connection in every scrape of the last 5 minutes.',
      },
      value: 0,
      activeAtMs: nowMs - 3 * HOUR,
      firedAtMs: nowMs - 3 * HOUR + 5 * MINUTE,
      deviceId: 'target:muti',
      expr: 'up == 0',
    }),
    one({
      fingerprint: '2c5e1f3ab2d4e6f8',
      state: 'pending',
      name: 'HighCpu',
      labels: { alertname: 'HighCpu', routerboard_name: 'core', severity: 'warning' },
      annotations: { summary: 'CPU of core above 60 %' },
      value: 63.4,
      activeAtMs: nowMs - 100_000,
      deviceId: 'router:core',
      expr: 'mktxp_system_cpu_load > 60',
    }),
    one({
      fingerprint: '3c5e1f3ab2d4e6f8',
      state: 'resolved',
      name: 'FilesystemFilling',
      labels: { alertname: 'FilesystemFilling', mountpoint: '/home', severity: 'warning' },
      annotations: { summary: '/home is 90 % full' },
      value: 90.2,
      activeAtMs: nowMs - 9 * HOUR,
      firedAtMs: nowMs - 8 * HOUR,
      resolvedAtMs: nowMs - 5 * HOUR,
      deviceId: 'host',
      expr: '100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes) > 90',
    }),
  ];
}

function rules(nowMs: number): Rule[] {
  const one = (rest: Partial<Rule> & Pick<Rule, 'name' | 'expr'>): Rule => ({
    group: 'devices',
    file: 'linewarden.yml',
    kind: 'alerting',
    forMs: 5 * MINUTE,
    labels: { severity: 'warning' },
    annotations: {},
    health: 'ok',
    lastError: null,
    lastEvaluationMs: nowMs - 7_000,
    evaluationMs: 1.4,
    shipped: true,
    ...rest,
  });
  return [
    one({ name: 'DeviceOffline', expr: 'linewarden_device_online == 0', forMs: MINUTE }),
    one({ name: 'TargetDown', expr: 'up == 0' }),
    one({ name: 'HighCpu', expr: 'mktxp_system_cpu_load > 60' }),
    one({
      name: 'FilesystemFilling',
      expr: '100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes) > 90',
      group: 'host',
    }),
    one({
      name: 'site:traffic:rate5m',
      kind: 'recording',
      expr: 'sum(rate(mktxp_interface_rx_byte_total[5m]))',
      forMs: 0,
      shipped: false,
      file: 'rules/site.yml',
      group: 'site',
    }),
    one({
      name: 'LinkSaturated',
      expr: 'rate(mktxp_interface_rx_byte_total[5m]) * 8 / (mktxp_interface_rate * 1e6) > 0.9',
      group: 'site',
      file: 'rules/site.yml',
      shipped: false,
      health: 'err',
      lastError: 'many-to-many matching not allowed: matching labels must be unique on one side',
      evaluationMs: null,
    }),
  ];
}
