// The map as the window gets it: nodes and links with their state, and what the links carry.
import type { DeviceSummary, MapLink, MapNode, MapRates } from '../../../shared/contract/index.ts';
import type { InterfaceSeen } from '../observations/index.ts';
import type { FoundNode } from './identify.ts';
import type { Link, PortPair } from './links.ts';
import type { PortRate } from './rates.ts';

/** More than anybody could look at. */
const MAX_FOUND = 500;
/** What they carry is carried by a port as well, or by several. */
const VIRTUAL = new Set(['vlan', 'bridge', 'vrrp', 'macvlan', 'vxlan', 'loopback']);

type Interfaces = ReadonlyMap<string, ReadonlyMap<string, InterfaceSeen>>;

export function nodesOf(
  devices: readonly DeviceSummary[],
  found: ReadonlyMap<string, FoundNode>,
  links: readonly Link[],
  segments: readonly string[],
): { nodes: MapNode[]; left: number } {
  const linked = new Set(links.flatMap(({ a, b }) => [a, b]));
  const shownFound = [...found.values()].filter(({ id }) => linked.has(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    nodes: [
      ...devices.map(({ id, name, model, address }): MapNode => ({
        id,
        kind: 'device',
        deviceId: id,
        name,
        detail: model,
        address,
      })),
      ...shownFound.slice(0, MAX_FOUND).map((one): MapNode => ({ ...one, kind: 'found', deviceId: null })),
      ...segments.map((id): MapNode => ({ id, kind: 'segment', deviceId: null, name: '', detail: '', address: '' })),
    ],
    left: Math.max(0, shownFound.length - MAX_FOUND),
  };
}

export const linkId = ({ a, b, ports }: Link): string =>
  // Two ports of one device may end at one wire.
  a.startsWith('segment ') || b.startsWith('segment ')
    ? `${a}\n${b}\n${ports.map((one) => `${one.a}${one.b}`).join(' ')}`
    : `${a}\n${b}`;

export function drawLink(link: Link, interfaces: Interfaces): MapLink {
  const counted = countedPorts(link, interfaces);
  const ends = link.ports.map((pair) => seenOf(link, pair, interfaces));
  // One link of several that is down leaves the others.
  const isDown = ends.length > 0 && ends.every(([a, b]) => a?.isRunning === false || b?.isRunning === false);
  const speeds = counted.map((pair) => {
    const [a, b] = seenOf(link, pair, interfaces).map((seen) => seen?.speedBps);
    return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
  });
  const speedBps = speeds.every((speed) => speed !== undefined) ? speeds.reduce((sum, speed) => sum + speed, 0) : 0;
  return {
    id: linkId(link),
    a: link.a,
    b: link.b,
    ports: [...link.ports],
    speedBps: speedBps > 0 ? speedBps : null,
    state: isDown ? 'down' : link.isHeard ? 'up' : 'quiet',
    lastHeardMs: link.lastHeardMs,
  };
}

/** Each end's own word of what it sends counts before the other's of what it gets. */
export function rateOfLink(
  link: Link,
  interfaces: Interfaces,
  rateOf: (deviceId: string, port: string) => PortRate | undefined,
): MapRates['rates'][number] {
  let aToB: number | null = null;
  let bToA: number | null = null;
  for (const pair of countedPorts(link, interfaces)) {
    const ofA = isBridge(link.a, pair.a, interfaces) ? undefined : rateOf(link.a, pair.a);
    const ofB = isBridge(link.b, pair.b, interfaces) ? undefined : rateOf(link.b, pair.b);
    aToB = plus(aToB, ofA?.txBps ?? ofB?.rxBps);
    bToA = plus(bToA, ofB?.txBps ?? ofA?.rxBps);
  }
  return { id: linkId(link), aToB, bToA };
}

const plus = (sum: number | null, more: number | undefined): number | null =>
  more === undefined ? sum : Math.round((sum ?? 0) + more);

const seenOf = (
  { a, b }: Link,
  pair: PortPair,
  interfaces: Interfaces,
): readonly [InterfaceSeen | undefined, InterfaceSeen | undefined] => [
  interfaces.get(a)?.get(pair.a),
  interfaces.get(b)?.get(pair.b),
];

const isBridge = (node: string, port: string, interfaces: Interfaces): boolean =>
  interfaces.get(node)?.get(port)?.type === 'bridge';

/** VLANs beside the port that carries them would be counted twice. */
function countedPorts(link: Link, interfaces: Interfaces): readonly PortPair[] {
  const isVirtual = (pair: PortPair): boolean =>
    seenOf(link, pair, interfaces).every((seen) => seen === undefined || VIRTUAL.has(seen.type ?? ''));
  const physical = link.ports.filter((pair) => !isVirtual(pair));
  return physical.length > 0 ? physical : link.ports;
}
