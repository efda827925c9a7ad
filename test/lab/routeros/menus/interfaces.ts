// Interfaces and VLANs.
import type { SimulatedInterface } from '../device.ts';
import type { Properties } from '../wire.ts';
import { bool, id, type Menus, record } from './menu.ts';

function interfaceRow(each: SimulatedInterface, nowMs: number): Properties {
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
    'mac-address': spec.mac ?? `02:00:00:00:00:${index.toString(16).padStart(2, '0').toUpperCase()}`,
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
  '/interface': (device) => device.interfaces.map((each) => interfaceRow(each, device.nowMs)),
  '/interface/vlan': (device) => device.interfaces.filter(({ spec }) => spec.type === 'vlan').map(vlanRow),
};
