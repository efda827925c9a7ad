// Interfaces and VLANs.
import { portMac, type SimulatedDevice, type SimulatedInterface } from '../device.ts';
import type { Properties } from '../wire.ts';
import { bool, type Commands, id, type Menus, record } from './menu.ts';
import { sessionInterfaces } from './sessions.ts';

function interfaceRow(each: SimulatedInterface, { nowMs, options }: SimulatedDevice): Properties {
  const { spec, index } = each;
  const type = spec.type ?? 'ether';
  const counters = each.counters(nowMs);
  const mtu = String(spec.mtu ?? 1_500);
  return record({
    '.id': id(index),
    name: spec.name,
    'default-name': spec.defaultName ?? (type === 'ether' ? `ether${index}` : undefined),
    type,
    mtu,
    'actual-mtu': mtu,
    'mac-address': spec.mac ?? portMac(options.seed, index),
    'link-downs': String(each.linkDowns),
    'rx-byte': String(counters.rxBytes),
    'tx-byte': String(counters.txBytes),
    'rx-packet': String(counters.rxPackets),
    'tx-packet': String(counters.txPackets),
    'rx-drop': '0',
    'tx-drop': '0',
    'tx-queue-drop': '0',
    'rx-error': '0',
    'tx-error': '0',
    running: bool(each.running),
    disabled: bool(each.disabled),
    comment: spec.comment,
  });
}

const vlanRow = (each: SimulatedInterface): Properties =>
  record({
    '.id': id(each.index),
    name: each.spec.name,
    'vlan-id': String(each.spec.vlanId ?? 1),
    interface: each.spec.parent,
    running: bool(each.running),
    disabled: bool(each.disabled),
  });

export const interfaceMenus: Menus = {
  '/interface': (device) => [
    ...device.interfaces.map((each) => interfaceRow(each, device)),
    ...sessionInterfaces(device),
  ],
  '/interface/vlan': (device) => device.interfaces.filter(({ spec }) => spec.type === 'vlan').map(vlanRow),
};

export const interfaceCommands: Commands = {
  '/interface/monitor-traffic': (device, words) => {
    const asked = words.find((word) => word.startsWith('=interface='))?.slice('=interface='.length) ?? '';
    return asked.split(',').flatMap((name) => {
      const found = device.interfaces.find(({ spec }) => spec.name === name);
      if (found === undefined) return [];
      const { rxBps, txBps } = found.rates(device.nowMs);
      return [
        record({
          name,
          'rx-packets-per-second': String(Math.floor(rxBps / 6_800)),
          'rx-bits-per-second': String(rxBps),
          'tx-packets-per-second': String(Math.floor(txBps / 6_800)),
          'tx-bits-per-second': String(txBps),
        }),
      ];
    });
  },
};
