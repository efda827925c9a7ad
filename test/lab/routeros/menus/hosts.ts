// Hosts: DHCP leases, ARP, static DNS, neighbours of both kinds, kid control, containers.
import { type SimulatedDevice, uptimeText } from '../device.ts';
import { bootMsOf, macOf, movedSince, rateNow, secondsSince, seedOf } from '../network.ts';
import type { Properties } from '../wire.ts';
import { bool, id, type Menus, record } from './menu.ts';

const LEASE_SECONDS = 600;

type Host = { readonly name: string | undefined; readonly address: string; readonly mac: string };

function hostsOf(device: SimulatedDevice): Host[] {
  const { hosts = [], leases = 0 } = device.options.network ?? {};
  const named = hosts.map((name, i): Host => ({ name, address: `10.0.0.${i + 20}`, mac: macOf(name) }));
  const nameless = Array.from({ length: leases }, (_, i): Host => {
    const n = i + 256;
    return {
      name: undefined,
      address: `10.${32 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
      mac: macOf(`host-${i}`),
    };
  });
  return [...named, ...nameless];
}

function leaseRow(device: SimulatedDevice, { name, address, mac }: Host, index: number): Properties {
  const age = (secondsSince(device, bootMsOf(device)) + seedOf(device, mac)) % (LEASE_SECONDS / 2);
  return record({
    '.id': id(index + 1),
    address,
    'mac-address': mac,
    'client-id': `1:${mac.toLowerCase()}`,
    server: name === undefined ? 'customers' : 'lan',
    status: 'bound',
    'expires-after': uptimeText(LEASE_SECONDS - age),
    'last-seen': uptimeText(age),
    'active-address': address,
    'active-mac-address': mac,
    'active-client-id': `1:${mac.toLowerCase()}`,
    'active-server': name === undefined ? 'customers' : 'lan',
    'host-name': name,
    dynamic: 'true',
    disabled: 'false',
  });
}

function arp(device: SimulatedDevice): Properties[] {
  type Entry = { readonly address: string; readonly mac?: string; readonly port: string };
  const answered = hostsOf(device).map(({ address, mac }): Entry => ({ address, mac, port: 'bridge' }));
  const beside = device.options.network?.neighbours ?? [];
  const entries: readonly Entry[] = [
    ...beside.map(({ address, mac, interface: port }): Entry => ({ address, mac, port })),
    ...answered,
    ...(answered.length === 0 ? [] : [{ address: '10.0.0.250', port: 'bridge' }]),
  ];
  return entries.map(({ address, mac, port }, index) =>
    record({
      '.id': id(index + 1),
      address,
      'mac-address': mac,
      interface: port,
      complete: bool(mac !== undefined),
      dynamic: 'true',
      disabled: 'false',
    }),
  );
}

function neighbours(device: SimulatedDevice): Properties[] {
  const isUp = (name: string): boolean =>
    device.interfaces.find(({ spec }) => spec.name === name)?.running ?? device.interfaces.length > 0;
  return (device.options.network?.neighbours ?? [])
    .filter((each) => isUp(each.interface))
    .map((each, index) =>
      record({
        '.id': id(index + 1),
        interface: each.interface,
        address: each.address,
        address4: each.address,
        'mac-address': each.mac,
        identity: each.identity,
        platform: 'MikroTik',
        version: each.version,
        unpack: 'none',
        age: `${seedOf(device, each.mac) % 50}s`,
        uptime: uptimeText(device.uptimeSeconds),
        'software-id': each.softwareId,
        board: each.board,
        'interface-name': each.remoteInterface,
      }),
    );
}

const KIDS_MENU = (device: SimulatedDevice): Properties[] =>
  (device.options.network?.kids ?? []).map((name, index) => {
    const moved = movedSince(device, name, bootMsOf(device));
    const rate = rateNow(device, name);
    return record({
      '.id': id(index + 1),
      name,
      'mac-address': macOf(name),
      // Every other device was given to somebody.
      user: index % 2 === 0 ? 'Tim' : '',
      'ip-address': `10.0.0.${index + 20}`,
      'bytes-down': String(moved.downloadBytes),
      'bytes-up': String(moved.uploadBytes),
      'rate-down': String(rate.down),
      'rate-up': String(rate.up),
      'idle-time': '5s',
      disabled: 'false',
    });
  });

export const hostMenus: Menus = {
  '/ip/dhcp-server/lease': (device) => hostsOf(device).map((host, index) => leaseRow(device, host, index)),
  '/ip/arp': arp,
  '/ip/dns/static': (device) =>
    Object.entries(device.options.network?.staticNames ?? {}).map(([name, address], index) =>
      record({ '.id': id(index + 1), name, address, ttl: '1d', dynamic: 'false', disabled: 'false' }),
    ),
  '/ip/neighbor': neighbours,
  '/ipv6/neighbor': (device) =>
    device.options.network?.neighbours?.map((each, index) =>
      record({
        '.id': id(index + 1),
        address: `fe80::${index + 1}`,
        interface: each.interface,
        'mac-address': each.mac,
        status: index % 2 === 0 ? 'reachable' : 'stale',
      }),
    ) ?? [],
  '/ip/kid-control/device': KIDS_MENU,
  '/container': (device) =>
    device.packages.includes('container')
      ? (device.options.network?.containers ?? []).map((name, index) =>
          record({ '.id': id(index + 1), name, repo: `${name}:latest`, os: 'linux', arch: 'arm64', status: 'running' }),
        )
      : undefined,
};
