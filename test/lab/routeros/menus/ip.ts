// Pools, connections, firewall, address lists, routes, DNS, netwatch, cloud and certificates.
import type { SimulatedDevice } from '../device.ts';
import { dayCurve, noise, Traffic } from '../traffic.ts';
import type { Properties } from '../wire.ts';
import { id, type Menus, record } from './menu.ts';

const DAY_MS = 86_400_000;

/** So many rows, each with the properties that a filter may ask for. */
const rows = (count: number, of: (index: number) => Readonly<Record<string, string | undefined>>): Properties[] =>
  Array.from({ length: count }, (_, i) => record({ '.id': id(i + 1), ...of(i) }));

const busy = (device: SimulatedDevice, base: number, swing: number): number =>
  Math.round(base + swing * (dayCurve(device.nowMs) + 0.3 * noise(device.options.seed + 7, device.nowMs, 30_000)));

/** Before 7.10 months are words. */
function date(device: SimulatedDevice, atMs: number): string {
  const iso = new Date(atMs).toISOString();
  const [day, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  if (device.atLeast(7, 10)) return `${day} ${clock}`;
  const month = new Date(atMs).toLocaleString('en', { month: 'short', timeZone: 'UTC' }).toLowerCase();
  return `${month}/${day.slice(8)}/${day.slice(0, 4)} ${clock}`;
}

const bootMs = (device: SimulatedDevice): number => device.nowMs - device.uptimeSeconds * 1_000;

/** A rule's counter since the start. */
function matched(device: SimulatedDevice, rule: number, bps: number): Readonly<Record<string, string>> {
  const bytes = Math.floor(new Traffic(bps / 8, device.options.seed * 31 + rule).amount(bootMs(device), device.nowMs));
  return { bytes: String(bytes), packets: String(Math.floor(bytes / 600)) };
}

const filter = (device: SimulatedDevice): Properties[] =>
  (
    [
      ['input', 'accept', 'established', 4e6],
      ['input', 'drop', 'drop all else', 12e3],
      ['forward', 'fasttrack-connection', 'fasttrack', 160e6],
      ['forward', 'drop', 'invalid', 30e3],
      ['forward', 'accept', undefined, 9e6],
    ] as const
  ).map(([chain, action, comment, bps], i) =>
    record({ '.id': id(i + 1), chain, action, comment, log: 'false', ...matched(device, i, bps) }),
  );

const routes = (device: SimulatedDevice): Properties[] => [
  ...rows(device.interfaces.length, () => ({ connect: 'true', dynamic: 'true' })),
  ...rows(4, () => ({ static: 'true' })),
  ...rows(23, () => ({ ospf: 'true', dynamic: 'true' })),
];

export const ipMenus: Menus = {
  '/ip/pool': () => [
    record({ '.id': '*1', name: 'dhcp', ranges: '10.20.0.10-10.20.0.254' }),
    record({ '.id': '*2', name: 'pppoe', ranges: '10.21.0.2-10.21.3.254' }),
  ],
  '/ip/pool/used': (device) => [
    ...rows(busy(device, 120, 40), (i) => ({ pool: 'dhcp', address: `10.20.0.${10 + i}` })),
    ...rows(busy(device, 240, 90), (i) => ({ pool: 'pppoe', address: `10.21.${i >> 8}.${i & 255}` })),
  ],
  '/ip/firewall/connection': (device) =>
    rows(busy(device, 2_400, 1_100), (i) => ({ 'src-address': `10.20.0.${10 + (i % 97)}:${40_000 + i}` })),
  '/ip/firewall/connection/tracking': () => [record({ enabled: 'auto', 'max-entries': '1048576' })],
  '/ipv6/firewall/connection': (device) => (device.major < 7 ? undefined : rows(busy(device, 300, 120), () => ({}))),
  '/ip/firewall/filter': filter,
  '/ip/firewall/nat': (device) => [
    record({ '.id': '*1', chain: 'srcnat', action: 'masquerade', log: 'false', ...matched(device, 20, 2e6) }),
  ],
  '/ip/firewall/mangle': (device) => [
    record({ '.id': '*1', chain: 'forward', action: 'change-mss', log: 'false', ...matched(device, 30, 80e3) }),
  ],
  '/ip/firewall/raw': () => [],
  '/ipv6/firewall/filter': (device) => (device.major < 7 ? undefined : []),
  '/ip/firewall/address-list': () => [
    ...rows(3, (i) => ({ list: 'management', address: `192.0.2.${i + 1}`, dynamic: 'false', disabled: 'false' })),
    ...rows(40, (i) => ({
      list: 'blocked',
      address: `198.51.100.${i + 1}`,
      dynamic: 'true',
      disabled: 'false',
      timeout: '23h59m',
    })),
  ],
  '/ip/route': routes,
  '/ipv6/route': (device) => (device.major < 7 ? undefined : rows(6, () => ({ connect: 'true', dynamic: 'true' }))),
  '/ip/dns': (device) => [
    record({
      servers: '192.0.2.53',
      'cache-size': device.major < 7 ? '2048KiB' : '2048',
      'cache-used': `${busy(device, 700, 200)}${device.major < 7 ? 'KiB' : ''}`,
    }),
  ],
  '/tool/netwatch': (device) => [
    record({
      '.id': '*1',
      host: '192.0.2.53',
      comment: 'resolver',
      ...(device.atLeast(7, 0) && {
        type: 'icmp',
        'done-tests': String(Math.floor(device.uptimeSeconds / 10)),
        'failed-tests': '3',
        'loss-percent': '0',
        'rtt-avg': `${busy(device, 12, 5)}ms400us`,
      }),
      timeout: '1s',
      interval: '10s',
      since: date(device, bootMs(device)),
      status: 'up',
      disabled: 'false',
    }),
  ],
  '/ip/cloud': (device) => [
    record({
      'ddns-enabled': 'true',
      'public-address': `198.51.100.${device.options.seed}`,
      'dns-name': `${device.options.serial.toLowerCase()}.sn.mynetname.net`,
    }),
  ],
  '/certificate': (device) => [
    record({
      '.id': '*1',
      name: 'api-ssl',
      'common-name': device.identity,
      'key-type': 'rsa',
      'key-size': '2048',
      'days-valid': '365',
      trusted: 'true',
      'key-usage': 'tls-server',
      fingerprint: 'ab'.repeat(32),
      'invalid-before': date(device, bootMs(device) - 30 * DAY_MS),
      'invalid-after': date(device, bootMs(device) + (60 + 20 * device.options.seed) * DAY_MS),
    }),
  ],
};
