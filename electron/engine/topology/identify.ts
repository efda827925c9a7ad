// Whom a mention is of: a device that is watched, by its MACs, its address or its name; else something that was found.
import type { InterfaceSeen } from '../observations/index.ts';
import { normalizeMac } from '../observations/index.ts';
import { HOST, type Mention } from './heard.ts';

export type KnownDevice = {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly formerNames?: readonly string[] | undefined;
};

export type FoundNode = {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly address: string;
};

export type Identify = {
  /** The node's id; undefined for what cannot be told or is the teller itself. */
  (mention: Mention): string | undefined;
  readonly found: ReadonlyMap<string, FoundNode>;
  /** Which port of a device it is that another heard. */
  portOf(nodeId: string, mention: Mention): string;
};

/** What every router is called that nobody named. */
const FACTORY_IDENTITY = 'MikroTik';
/** One device's ports have MACs one after the other. */
const MAC_SPAN = 64;

export function createIdentify(
  devices: readonly KnownDevice[],
  interfacesOf: ReadonlyMap<string, readonly InterfaceSeen[]>,
  here: { readonly id: string; readonly macs: ReadonlySet<string>; readonly addresses: ReadonlySet<string> },
): Identify {
  const macs = new Map<string, Set<string>>();
  const ports = new Map<string, Map<string, string[]>>();
  for (const [id, rows] of interfacesOf) {
    const own = new Map<string, string[]>();
    ports.set(id, own);
    for (const row of rows) {
      const mac = normalizeMac(row.mac ?? '');
      if (mac === undefined) continue;
      push(own, mac, row.name);
      const owners = macs.get(mac) ?? new Set();
      macs.set(mac, owners.add(id));
    }
  }
  for (const mac of here.macs) macs.set(mac, new Set([...(macs.get(mac) ?? []), here.id]));
  const byAddress = new Map<string, string[]>();
  const byName = new Map<string, string[]>();
  const known = new Set(devices.map(({ id }) => id));
  for (const { id, name, address, formerNames = [] } of devices) {
    push(byAddress, address, id);
    for (const one of new Set([name, ...formerNames])) push(byName, one, id);
  }
  for (const address of here.addresses) push(byAddress, address, here.id);

  /** A name or an address says who it is unless that device's own MACs say otherwise. */
  const hasNoMacs = (id: string): boolean => (ports.get(id)?.size ?? 0) === 0;

  const deviceOf = ({ mac, address, identity, deviceId, remotePort }: Mention): string | undefined => {
    const owners = macs.get(mac);
    if (owners !== undefined)
      return only(owners) ?? only([...owners].filter((id) => byName.get(identity)?.includes(id)));
    const atAddress = only(byAddress.get(address));
    if (atAddress !== undefined) {
      if (remotePort === HOST || hasNoMacs(atAddress) || byName.get(identity)?.includes(atAddress)) return atAddress;
    }
    const named = identity === '' || identity === FACTORY_IDENTITY ? undefined : only(byName.get(identity));
    if (named !== undefined && hasNoMacs(named)) return named;
    return deviceId !== undefined && known.has(deviceId) && hasNoMacs(deviceId) ? deviceId : undefined;
  };

  const found = new Map<string, FoundNode>();
  const foundMacs = new Map<string, string>();
  const foundByName = new Map<string, { id: string; mac: number; detail: string }[]>();
  const foundOf = ({ mac, address, identity, detail, softwareId }: Mention): string | undefined => {
    if (mac === '') return undefined;
    const number = Number.parseInt(mac.replaceAll(':', ''), 16);
    const near = foundByName
      .get(identity)
      ?.find((one) => one.detail === detail && Math.abs(one.mac - number) < MAC_SPAN)?.id;
    const id = foundMacs.get(mac) ?? (softwareId === '' ? (near ?? `found ${mac}`) : `found ${softwareId}`);
    foundMacs.set(mac, id);
    if (identity !== '' && identity !== FACTORY_IDENTITY) push(foundByName, identity, { id, mac: number, detail });
    const before = found.get(id);
    if (before === undefined || (before.name === '' && identity !== '')) {
      found.set(id, { id, name: identity || before?.name || address || mac, detail, address });
    }
    return id;
  };

  const identify = (mention: Mention): string | undefined => {
    const device = deviceOf(mention);
    if (device !== undefined) {
      if (device !== here.id) mention.deviceId = device;
      return device === mention.by ? undefined : device;
    }
    return mention.remotePort === HOST ? undefined : foundOf(mention);
  };

  const portOf = (nodeId: string, { mac, remotePort }: Mention): string => {
    if (remotePort === HOST) return '';
    const own = ports.get(nodeId);
    if (own === undefined) return remotePort;
    const ofMac = own.get(mac) ?? [];
    if (remotePort === '') return only(ofMac) ?? '';
    const names = interfacesOf.get(nodeId);
    return names?.some(({ name }) => name === remotePort) === true ? remotePort : (only(ofMac) ?? '');
  };

  return Object.assign(identify, { found, portOf });
}

/** The one that there is, where there is one only. */
function only(ids: Iterable<string> | undefined): string | undefined {
  const [first, second] = ids ?? [];
  return second === undefined ? first : undefined;
}

function push<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
