// The fake network: twelve devices in every state.
import type { Alert, CollectorState, DeviceSummary, Rule } from '../../../shared/contract/index.ts';
import { alerts, rules } from './alerts.ts';
import { seriesOf } from './histories.ts';
import type { FakeSeries } from './promql.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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
