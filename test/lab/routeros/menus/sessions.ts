// Customers: PPP sessions with their interfaces and queues, hotspot guests, simple queues and the tree.
import { type SimulatedDevice, uptimeText } from '../device.ts';
import { macOf, movedSince, bootMsOf, type PppUser, rateNow, secondsSince, type Session, session } from '../network.ts';
import type { Properties } from '../wire.ts';
import { bool, id, type Menus, record } from './menu.ts';

const usersOf = (device: SimulatedDevice): readonly PppUser[] => device.options.network?.ppp ?? [];
const serviceOf = ({ service = 'pppoe' }: PppUser): string => service;
const interfaceOf = (user: PppUser): string => `<${serviceOf(user)}-${user.name}>`;
const addressOf = (index: number): string => `10.9.${Math.floor(index / 250)}.${(index % 250) + 2}`;

type Connected = { readonly user: PppUser; readonly index: number; readonly session: Session };

function connected(device: SimulatedDevice): Connected[] {
  return usersOf(device).flatMap((user, index): Connected[] => {
    const own = session(device, user.name, user.always);
    return own === undefined ? [] : [{ user, index, session: own }];
  });
}

/** The interfaces that sessions make; they are among all others in /interface. */
export function sessionInterfaces(device: SimulatedDevice): Properties[] {
  return connected(device).map(({ user, index, session: { uploadBytes, downloadBytes } }) =>
    record({
      '.id': id(0xf0_0000 + index),
      name: interfaceOf(user),
      type: `${serviceOf(user)}-in`,
      mtu: '1480',
      'actual-mtu': '1480',
      'link-downs': '0',
      'rx-byte': String(uploadBytes),
      'tx-byte': String(downloadBytes),
      'rx-packet': String(Math.floor(uploadBytes / 600)),
      'tx-packet': String(Math.floor(downloadBytes / 1_100)),
      'rx-drop': '0',
      'tx-drop': '0',
      'rx-error': '0',
      'tx-error': '0',
      dynamic: 'true',
      running: 'true',
      disabled: 'false',
    }),
  );
}

/** Of the services that somebody uses; v6 needs the package ppp for any of it. */
const serverMenus = Object.fromEntries(
  (['pppoe', 'l2tp', 'pptp', 'sstp', 'ovpn'] as const).map((service) => [
    `/interface/${service}-server`,
    (device: SimulatedDevice) =>
      connected(device)
        .filter(({ user }) => serviceOf(user) === service)
        .map(({ user, index }) =>
          record({ '.id': id(0xf0_0000 + index), name: interfaceOf(user), user: user.name, dynamic: 'true' }),
        ),
  ]),
);

function queueRow(
  device: SimulatedDevice,
  options: {
    readonly name: string;
    readonly key: string;
    readonly target: string;
    readonly index: number;
    readonly limits: readonly [number, number];
    readonly comment: string | undefined;
    readonly isDynamic: boolean;
    readonly session: Session;
  },
): Properties {
  const { name, target, index, limits, comment, isDynamic } = options;
  const { uploadBytes, downloadBytes } = options.session;
  const rate = rateNow(device, options.key);
  return record({
    '.id': id(index + 1),
    name,
    target,
    parent: 'none',
    'packet-marks': '',
    'max-limit': `${limits[1]}/${limits[0]}`,
    'limit-at': '0/0',
    rate: `${rate.up}/${rate.down}`,
    'packet-rate': `${Math.floor(rate.up / 5_000)}/${Math.floor(rate.down / 9_000)}`,
    bytes: `${uploadBytes}/${downloadBytes}`,
    packets: `${Math.floor(uploadBytes / 600)}/${Math.floor(downloadBytes / 1_100)}`,
    'queued-bytes': rate.down > limits[0] / 2 && limits[0] > 0 ? '0/24000' : '0/0',
    dropped: `0/${Math.floor(downloadBytes / 4_000_000)}`,
    comment,
    dynamic: bool(isDynamic),
    disabled: 'false',
  });
}

function simpleQueues(device: SimulatedDevice): Properties[] {
  const fixed = (device.options.network?.queues ?? []).map(({ name, address, limits, comment }, index) =>
    queueRow(device, {
      name,
      key: name,
      target: `${address}/32`,
      index,
      limits,
      comment,
      isDynamic: false,
      session: movedSince(device, name, bootMsOf(device)),
    }),
  );
  const dynamic = connected(device).flatMap(({ user, index, session: own }) => {
    if (user.limits === undefined) return [];
    const name = interfaceOf(user);
    const limits = user.limits;
    return [
      queueRow(device, {
        name,
        key: user.name,
        target: name,
        index: 0x1000 + index,
        limits,
        comment: undefined,
        isDynamic: true,
        session: own,
      }),
    ];
  });
  return [...fixed, ...dynamic];
}

function queueTree(device: SimulatedDevice): Properties[] {
  if ((device.options.network?.queues ?? []).length === 0) return [];
  return ['total-down', 'total-up'].map((name, index) => {
    const moved = movedSince(device, name, bootMsOf(device));
    const rate = rateNow(device, name);
    return record({
      '.id': id(index + 1),
      name,
      parent: 'global',
      'max-limit': '0',
      rate: String(rate.down),
      bytes: String(moved.downloadBytes),
      'queued-bytes': '0',
      dropped: String(Math.floor(moved.downloadBytes / 9_000_000)),
      disabled: 'false',
    });
  });
}

function guests(device: SimulatedDevice): Properties[] {
  return (device.options.network?.guests ?? []).flatMap((name, index) => {
    const own = session(device, name);
    if (own === undefined) return [];
    return [
      record({
        '.id': id(index + 1),
        server: 'hotspot1',
        user: name,
        address: `10.5.0.${index + 10}`,
        'mac-address': macOf(name),
        uptime: uptimeText(secondsSince(device, own.sinceMs)),
        'bytes-in': String(own.uploadBytes),
        'bytes-out': String(own.downloadBytes),
      }),
    ];
  });
}

export const sessionMenus: Menus = {
  '/ppp/active': (device) =>
    connected(device).map(({ user, index, session: own }) =>
      record({
        '.id': id(0x8000_0000 + index),
        name: user.name,
        service: serviceOf(user),
        'caller-id': serviceOf(user) === 'pppoe' ? macOf(user.name) : `203.0.113.${(index % 250) + 1}`,
        address: addressOf(index),
        uptime: uptimeText(secondsSince(device, own.sinceMs)),
        encoding: '',
        radius: 'false',
      }),
    ),
  '/ppp/secret': (device) =>
    usersOf(device).map((user, index) =>
      record({
        '.id': id(index + 1),
        name: user.name,
        // A monitor must never ask for it.
        password: `secret-of-${user.name}`,
        service: serviceOf(user),
        profile: user.profile ?? 'default',
        comment: user.comment,
        disabled: 'false',
      }),
    ),
  ...serverMenus,
  '/ip/hotspot/active': guests,
  '/queue/simple': simpleQueues,
  '/queue/tree': queueTree,
};
