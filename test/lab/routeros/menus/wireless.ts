// Radios and modems: wireless of v6, wifi of v7, access points that are managed, 60 GHz and LTE.
import { type SimulatedDevice, uptimeText } from '../device.ts';
import { bootMsOf, connectedSince, macOf, movedSince, secondsSince, seedOf } from '../network.ts';
import { noise } from '../traffic.ts';
import type { Properties } from '../wire.ts';
import { type Commands, id, type Menus, record } from './menu.ts';

const hasOld = (device: SimulatedDevice): boolean =>
  device.packages.includes('wireless') || (device.major >= 7 && !device.atLeast(7, 13));
const hasNew = (device: SimulatedDevice): boolean => device.atLeast(7, 13);

type Client = { readonly mac: string; readonly sinceMs: number; readonly key: string };

/** The hosts of the LAN are wireless first, so that leases name them. */
function clientsOf(device: SimulatedDevice): Client[] {
  const { wirelessClients = 0, hosts = [] } = device.options.network ?? {};
  return Array.from({ length: wirelessClients }, (_, i) => hosts[i] ?? `phone-${i}`).flatMap((key) => {
    const sinceMs = connectedSince(device, `wifi ${key}`);
    return sinceMs === undefined ? [] : [{ mac: macOf(key), sinceMs, key }];
  });
}

const signalOf = (device: SimulatedDevice, key: string): number =>
  Math.round(-48 - (seedOf(device, key) % 30) + 3 * noise(seedOf(device, key), device.nowMs, 10_000));

const radio = (device: SimulatedDevice, name: string): Properties[] =>
  (device.options.network?.wirelessClients ?? 0) === 0
    ? []
    : [record({ '.id': id(30), name, 'mac-address': macOf(name), running: 'true', disabled: 'false' })];

function oldClient(device: SimulatedDevice, { mac, sinceMs, key }: Client, index: number): Properties {
  const moved = movedSince(device, key, sinceMs);
  const signal = signalOf(device, key);
  return record({
    '.id': id(index + 1),
    interface: 'wlan1',
    'mac-address': mac,
    ssid: 'office',
    bytes: `${moved.downloadBytes},${moved.uploadBytes}`,
    'signal-strength': `${signal}dBm@6Mbps`,
    'rx-signal': String(signal),
    'signal-to-noise': String(signal + 105),
    'tx-ccq': String(70 + (seedOf(device, key) % 30)),
    'tx-rate': '72.2Mbps-20MHz/1S/SGI',
    'rx-rate': '65Mbps-20MHz/1S',
    uptime: uptimeText(secondsSince(device, sinceMs)),
  });
}

function newClient(device: SimulatedDevice, { mac, sinceMs, key }: Client, index: number): Properties {
  const moved = movedSince(device, key, sinceMs);
  return record({
    '.id': id(index + 1),
    interface: 'wifi1',
    ssid: 'office',
    'mac-address': mac,
    uptime: uptimeText(secondsSince(device, sinceMs)),
    signal: String(signalOf(device, key)),
    'tx-rate': '1200000000',
    'rx-rate': '866700000',
    bytes: `${moved.downloadBytes},${moved.uploadBytes}`,
  });
}

const oldClients = (device: SimulatedDevice): Properties[] | undefined =>
  hasOld(device) ? clientsOf(device).map((client, i) => oldClient(device, client, i)) : undefined;

const manages = ({ options }: SimulatedDevice): boolean => options.network?.managesAccessPoints === true;

const remoteCap = (device: SimulatedDevice, names: readonly [mac: string, board: string]): Properties =>
  record({
    '.id': '*1',
    identity: 'cap-1',
    version: device.options.version,
    [names[0]]: macOf('cap-1'),
    [names[1]]: 'cAP ax',
  });

export const wirelessMenus: Menus = {
  '/interface/wireless': (device) => (hasOld(device) ? radio(device, 'wlan1') : undefined),
  '/interface/wireless/registration-table': oldClients,
  '/interface/wifi': (device) => (hasNew(device) ? radio(device, 'wifi1') : undefined),
  '/interface/wifi/registration-table': (device) =>
    hasNew(device) ? clientsOf(device).map((client, i) => newClient(device, client, i)) : undefined,
  '/interface/wifi/capsman/remote-cap': (device) =>
    hasNew(device) ? (manages(device) ? [remoteCap(device, ['base-mac-address', 'board-name'])] : []) : undefined,
  '/caps-man/remote-cap': (device) =>
    hasOld(device) ? (manages(device) ? [remoteCap(device, ['base-mac', 'board'])] : []) : undefined,
  '/caps-man/registration-table': (device) => (manages(device) || !hasOld(device) ? oldClients(device) : []),
  '/caps-man/interface': (device) => {
    if (!hasOld(device)) return undefined;
    if (!manages(device)) return [];
    return [
      record({
        '.id': '*1',
        name: 'cap1',
        configuration: 'cfg1',
        'mac-address': macOf('cap1'),
        'current-state': 'running-ap',
        'current-channel': '2412/20/gn',
        'current-registered-clients': String(clientsOf(device).length),
      }),
    ];
  },
  '/interface/w60g': (device) => {
    const names = device.options.network?.w60g;
    return names?.map((name, index) => {
      const running = device.interfaces.find(({ spec }) => spec.name === name)?.running ?? true;
      return record({ '.id': id(index + 1), name, running: String(running), disabled: 'false' });
    });
  },
  '/interface/lte': (device) =>
    device.options.network?.hasLte === true
      ? [record({ '.id': '*1', name: 'lte1', running: 'true', disabled: 'false' })]
      : [],
};

function lteStatus(device: SimulatedDevice): Properties[] {
  const rsrp = Math.round(-95 + 4 * noise(device.options.seed, device.nowMs, 10_000));
  return [
    record({
      'pin-status': 'ok',
      'registration-status': 'registered',
      functionality: 'full',
      'current-operator': 'Example Mobile',
      'access-technology': 'Evolved 3G (LTE)',
      'session-uptime': uptimeText(secondsSince(device, bootMsOf(device) + 30_000)),
      rsrp: `${rsrp}dBm`,
      rsrq: '-8.5dB',
      sinr: '19dB',
      rssi: `${rsrp + 29}dBm`,
    }),
  ];
}

export const wirelessCommands: Commands = {
  '/interface/wireless/monitor': (device) =>
    hasOld(device)
      ? [
          record({
            status: 'running-ap',
            channel: '2412/20-Ce/gn(17dBm)',
            'noise-floor': '-105dBm',
            'overall-tx-ccq': '86%',
            'registered-clients': String(clientsOf(device).length),
          }),
        ]
      : undefined,
  '/interface/wifi/monitor': (device) =>
    hasNew(device)
      ? [record({ state: 'running', channel: '5180/ax/Ceee', 'registered-peers': String(clientsOf(device).length) })]
      : undefined,
  '/interface/w60g/monitor': (device, words) => {
    const name = words.find((word) => word.startsWith('=numbers='))?.slice('=numbers='.length) ?? '';
    if (device.interfaces.find(({ spec }) => spec.name === name)?.running === false)
      return [record({ connected: 'false', frequency: '58320' })];
    const rssi = Math.round(-57 + 2 * noise(seedOf(device, name), device.nowMs, 10_000));
    return [
      record({
        connected: 'true',
        frequency: '58320',
        'remote-address': macOf(name),
        'tx-mcs': '8',
        'tx-phy-rate': '2.3Gbps',
        signal: String(rssi + 137),
        rssi: String(rssi),
        'tx-sector': '28',
        'tx-sector-info': 'center',
        distance: '160.9m',
        'tx-packet-error-rate': '0%',
      }),
    ];
  },
  '/interface/lte/monitor': (device) => (device.major >= 7 ? lteStatus(device) : undefined),
  '/interface/lte/info': (device) => (device.major < 7 ? lteStatus(device) : undefined),
};
