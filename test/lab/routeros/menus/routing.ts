// Routing: BGP, BFD and OSPF in the shapes of v6 and v7, and v7's routing processes.
import { type SimulatedDevice, uptimeText } from '../device.ts';
import { bootMsOf, secondsSince, seedOf } from '../network.ts';
import type { Properties } from '../wire.ts';
import { bool, id, type Menus, record } from './menu.ts';

const peersOf = (device: SimulatedDevice): [as: string, address: string][] =>
  Object.entries(device.options.network?.bgp ?? {});

/** Up 20 seconds after the start. */
const upSeconds = (device: SimulatedDevice): number => secondsSince(device, bootMsOf(device) + 20_000);

function bgpSession(device: SimulatedDevice, [as, address]: [string, string], index: number): Properties {
  const seconds = upSeconds(device);
  return record({
    '.id': id(index + 1),
    name: `upstream-${index + 1}-1`,
    'remote.address': address,
    'remote.as': as,
    'remote.afi': 'ip',
    'remote.messages': String(120 + Math.floor(seconds / 30)),
    'remote.bytes': String(9_000 + 19 * Math.floor(seconds / 30)),
    'local.address': '192.0.2.10',
    'local.as': '64511',
    'local.afi': 'ip',
    'local.messages': String(118 + Math.floor(seconds / 30)),
    'local.bytes': String(8_000 + 19 * Math.floor(seconds / 30)),
    'prefix-count': String(900 + (seedOf(device, as) % 90)),
    uptime: uptimeText(seconds),
    established: bool(seconds > 0),
  });
}

function bgpPeer(device: SimulatedDevice, [as, address]: [string, string], index: number): Properties {
  const seconds = upSeconds(device);
  return record({
    '.id': id(index + 1),
    name: `upstream-${index + 1}`,
    'remote-address': address,
    'remote-as': as,
    'address-families': 'ip',
    state: seconds > 0 ? 'established' : 'active',
    uptime: seconds > 0 ? uptimeText(seconds) : undefined,
    'prefix-count': String(900 + (seedOf(device, as) % 90)),
  });
}

const bfd = (device: SimulatedDevice): Properties[] =>
  (device.options.network?.ospf ?? []).map((each, index) =>
    record({
      '.id': id(index + 1),
      ...(device.major < 7
        ? { address: each.address }
        : { 'remote-address': each.address, 'local-address': '10.255.1.1' }),
      interface: each.interface,
      up: 'true',
      multiplier: '5',
      'hold-time': '1s',
      'actual-tx-interval': '200ms',
      'desired-tx-interval': '200ms',
      'packets-rx': String(5 * upSeconds(device)),
      'packets-tx': String(5 * upSeconds(device) + 3),
      'state-changes': '1',
      uptime: uptimeText(upSeconds(device)),
    }),
  );

const ospf = (device: SimulatedDevice): Properties[] =>
  (device.options.network?.ospf ?? []).map((each, index) =>
    record({
      '.id': id(index + 1),
      instance: 'default',
      ...(device.major < 7 ? { interface: each.interface } : { area: 'backbone' }),
      'router-id': each.routerId,
      address: each.address,
      priority: '1',
      state: upSeconds(device) > 40 ? 'Full' : 'Init',
      'state-changes': '6',
      adjacency: uptimeText(Math.max(0, upSeconds(device) - 40)),
    }),
  );

export const routingMenus: Menus = {
  '/routing/bgp/session': (device) =>
    device.major < 7 ? undefined : peersOf(device).map((p, i) => bgpSession(device, p, i)),
  '/routing/bgp/peer': (device) =>
    device.major < 7 ? peersOf(device).map((p, i) => bgpPeer(device, p, i)) : undefined,
  '/routing/bfd/session': (device) => (device.major < 7 ? undefined : bfd(device)),
  '/routing/bfd/neighbor': (device) => (device.major < 7 ? bfd(device) : undefined),
  '/routing/ospf/neighbor': ospf,
  '/routing/stats/process': (device) =>
    device.major < 7
      ? undefined
      : ['routing tables', 'rib', 'bgp-input'].map((tasks, index) =>
          record({
            '.id': id(index + 1),
            tasks,
            id: index === 0 ? 'main' : String(20 + index),
            pid: String(190 + index),
            'private-mem-blocks': String(262_144 * (index + 1)),
            'shared-mem-blocks': '1835008',
            'kernel-time': `${Math.floor(device.uptimeSeconds / 3_600)}s320ms`,
            'process-time': `${Math.floor(device.uptimeSeconds / 900)}s490ms`,
            'max-busy': '50ms',
            'max-calc': '20ms',
          }),
        ),
};
