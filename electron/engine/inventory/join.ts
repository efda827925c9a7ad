// Joins the labels of a series or an alert to the device that it is about.
import type { Labels } from '../../../shared/model/labels.ts';
import { selectorNames } from '../../../shared/model/device-selector.ts';
import type { DeviceDefinition } from './device.ts';

/** Labels that name one device by themselves; `job` and the like only narrow. */
const IDENTIFYING = [
  'routerboard_name',
  'routerboard_address',
  'instance',
  'exporter',
  'edge_id',
  'client_id',
  'headend_id',
] as const;

/** Each label with the values that it may have: the present one, and those of before. */
type Pairs = readonly (readonly [string, readonly string[]])[];
type Candidate = { readonly id: string; readonly pairs: Pairs };

export type DeviceJoin = (labels: Labels) => string | undefined;

/** An index over the devices; build it anew when a device is added or removed. */
export function createDeviceJoin(devices: Iterable<DeviceDefinition>): DeviceJoin {
  const known = [...devices];
  const ids = new Map<string, string>();
  const byPair = new Map<string, Candidate[]>();
  for (const device of known) {
    const { id, formerNames = [], formerAddresses = [] } = device;
    // What bears a name now comes before what bore it.
    for (const former of formerNames) if (!ids.has(former)) ids.set(former, id);
    const pairs: Pairs = [...(selectorNames(device.selector) ?? [])];
    const edgeId = device.labels['edge_id'];
    if (edgeId !== undefined && pairs.every(([name]) => name !== 'edge_id')) {
      index(byPair, { id, pairs: [['edge_id', [edgeId]]] });
    }
    // A router that exports flows is the device behind its exporter address.
    if (device.kind === 'router') index(byPair, { id, pairs: [['exporter', [device.address, ...formerAddresses]]] });
    if (pairs.length > 0) index(byPair, { id, pairs });
  }
  for (const { id } of known) ids.set(id, id);
  return (labels) => {
    const full = new Set<string>();
    const partial = new Set<string>();
    for (const name of IDENTIFYING) {
      const value = labels.get(name);
      if (value === '') continue;
      for (const candidate of byPair.get(pairKey(name, value)) ?? []) {
        const given = candidate.pairs.map(([pairName, wanted]) => ({ wanted, value: labels.get(pairName) }));
        if (given.every((pair) => pair.wanted.includes(pair.value))) full.add(candidate.id);
        // An aggregation may have dropped `job`: what is left must name one device alone.
        else if (given.every((pair) => pair.wanted.includes(pair.value) || pair.value === ''))
          partial.add(candidate.id);
      }
    }
    const own = labels.get('device');
    return only(full) ?? (full.size === 0 ? only(partial) : undefined) ?? ids.get(own);
  };
}

const pairKey = (name: string, value: string): string => `${name}=${value}`;

function index(byPair: Map<string, Candidate[]>, candidate: Candidate): void {
  for (const [name, values] of candidate.pairs) {
    if (!(IDENTIFYING as readonly string[]).includes(name)) continue;
    for (const value of values) {
      const key = pairKey(name, value);
      const list = byPair.get(key);
      if (list === undefined) byPair.set(key, [candidate]);
      else list.push(candidate);
    }
  }
}

const only = (ids: ReadonlySet<string>): string | undefined => (ids.size === 1 ? [...ids][0] : undefined);
