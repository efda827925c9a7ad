// Joins the labels of a series or an alert to the device that it is about.
import type { Labels } from '../../../shared/model/labels.ts';
import type { DeviceDefinition } from './device.ts';

/** Labels that name one device by themselves; `job` and the like only narrow. */
const IDENTIFYING = ['routerboard_name', 'routerboard_address', 'instance', 'exporter', 'edge_id'] as const;

type Candidate = { readonly id: string; readonly pairs: readonly (readonly [string, string])[] };

export type DeviceJoin = (labels: Labels) => string | undefined;

const MATCHER = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy;

/** The equality matchers of `name="value",...`; others cannot name a device. */
export function equalityPairs(selector: string): [string, string][] {
  return [...selector.matchAll(MATCHER)]
    .filter(([, , op]) => op === '=')
    .map(([, name = '', , quoted = '']) => [name, unquote(quoted)]);
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    return quoted;
  }
}

/** An index over the devices; build it anew when a device is added or removed. */
export function createDeviceJoin(devices: Iterable<DeviceDefinition>): DeviceJoin {
  const ids = new Set<string>();
  const byPair = new Map<string, Candidate[]>();
  for (const device of devices) {
    ids.add(device.id);
    const pairs = equalityPairs(device.selector);
    const edgeId = device.labels['edge_id'];
    if (edgeId !== undefined && pairs.every(([name]) => name !== 'edge_id')) {
      index(byPair, { id: device.id, pairs: [['edge_id', edgeId]] });
    }
    // A router that exports flows is the device behind its exporter address.
    if (device.kind === 'router') index(byPair, { id: device.id, pairs: [['exporter', device.address]] });
    if (pairs.length > 0) index(byPair, { id: device.id, pairs });
  }
  return (labels) => {
    const full = new Set<string>();
    const partial = new Set<string>();
    for (const name of IDENTIFYING) {
      const value = labels.get(name);
      if (value === '') continue;
      for (const candidate of byPair.get(pairKey(name, value)) ?? []) {
        const given = candidate.pairs.map(([pairName, wanted]) => ({ wanted, value: labels.get(pairName) }));
        if (given.every((pair) => pair.value === pair.wanted)) full.add(candidate.id);
        // An aggregation may have dropped `job`: what is left must name one device alone.
        else if (given.every((pair) => pair.value === pair.wanted || pair.value === '')) partial.add(candidate.id);
      }
    }
    const own = labels.get('device');
    return only(full) ?? (full.size === 0 ? only(partial) : undefined) ?? (ids.has(own) ? own : undefined);
  };
}

const pairKey = (name: string, value: string): string => `${name}=${value}`;

function index(byPair: Map<string, Candidate[]>, candidate: Candidate): void {
  for (const [name, value] of candidate.pairs) {
    if (!(IDENTIFYING as readonly string[]).includes(name)) continue;
    const key = pairKey(name, value);
    const list = byPair.get(key);
    if (list === undefined) byPair.set(key, [candidate]);
    else list.push(candidate);
  }
}

const only = (ids: ReadonlySet<string>): string | undefined => (ids.size === 1 ? [...ids][0] : undefined);
