// From mentions to links: who is directly next to whom. Announcements pass through switches, so that a device hears many
// that are behind others; what is heard through one that is between is no link of its own.
import type { Identify } from './identify.ts';
import type { Mention } from './heard.ts';

export type PortPair = { readonly a: string; readonly b: string };

/** Ends are node ids, `a` before `b`; a segment's port is ''. */
export type Link = {
  readonly a: string;
  readonly b: string;
  readonly ports: readonly PortPair[];
  readonly isHeard: boolean;
  readonly lastHeardMs: number;
};

export type Links = { readonly links: readonly Link[]; readonly segments: readonly string[] };

type Pair = { a: string; b: string; ports: PortPair[]; isHeard: boolean; lastHeardMs: number };
type Near = Map<string, Map<string, Pair>>;

export const segmentId = (end: string): string => `segment ${end}`;

/** `isAway`: what a device that is offline told last says nothing of now. */
export function linksOf(
  mentions: Iterable<Mention>,
  identify: Identify,
  isAway: (deviceId: string) => boolean,
  isKnown: (deviceId: string) => boolean,
): Links {
  const near: Near = new Map();
  const pairs: Pair[] = [];
  for (const mention of mentions) {
    if (!isKnown(mention.by)) continue;
    const to = identify(mention);
    if (to === undefined || to === mention.by) continue;
    const isSwapped = to < mention.by;
    const [a, b] = isSwapped ? [to, mention.by] : [mention.by, to];
    let pair = near.get(a)?.get(b);
    if (pair === undefined) {
      pair = { a, b, ports: [], isHeard: false, lastHeardMs: 0 };
      pairs.push(pair);
      join(near, a, b, pair);
      join(near, b, a, pair);
    }
    const remote = identify.portOf(to, mention);
    addPorts(pair.ports, isSwapped ? { a: remote, b: mention.port } : { a: mention.port, b: remote });
    pair.isHeard ||= mention.isNow && !isAway(mention.by);
    pair.lastHeardMs = Math.max(pair.lastHeardMs, mention.atMs);
  }
  for (const pair of pairs) pair.ports = settled(pair.ports);
  const direct = pairs.filter((pair) => !isThroughAnother(pair, near));
  return joinSegments(direct);
}

function join(near: Near, from: string, to: string, pair: Pair): void {
  const own = near.get(from) ?? new Map<string, Pair>();
  near.set(from, own.set(to, pair));
}

function addPorts(ports: PortPair[], { a, b }: PortPair): void {
  if (!ports.some((one) => one.a === a && one.b === b)) ports.push({ a, b });
}

/** A pair of ports of which one end is not known is that of a known pair with the same other end, or of what is left over. */
function settled(ports: readonly PortPair[]): PortPair[] {
  const whole = ports.filter(({ a, b }) => a !== '' && b !== '');
  const rest = ports.filter(
    ({ a, b }) =>
      (a === '' || b === '') && !whole.some((one) => (a === '' || one.a === a) && (b === '' || one.b === b)),
  );
  const [ofA, ofB] = [rest.filter(({ a }) => a !== ''), rest.filter(({ b }) => b !== '')];
  if (ofA.length === 1 && ofB.length === 1) return [...whole, { a: ofA[0]?.a ?? '', b: ofB[0]?.b ?? '' }];
  const named = [...whole, ...ofA, ...ofB];
  return named.length > 0 ? named : [{ a: '', b: '' }];
}

/** The ports of `of` towards the other end; '' stands for one that is not known. */
function portsOf(pair: Pair, of: string): Set<string> {
  return new Set(pair.ports.map(({ a, b }) => (pair.a === of ? a : b)));
}

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((port) => all.has(port));

/** Both ends hear a third one at the very ports at which they hear each other, and it has them at different ports of its own. */
function isThroughAnother(pair: Pair, near: Near): boolean {
  const { a, b } = pair;
  const [ofA, ofB] = [near.get(a), near.get(b)];
  if (ofA === undefined || ofB === undefined) return false;
  const [fewer, more] = ofA.size <= ofB.size ? [ofA, ofB] : [ofB, ofA];
  for (const z of fewer.keys()) {
    const [toA, toB] = [ofA.get(z), ofB.get(z)];
    if (!more.has(z) || toA === undefined || toB === undefined) continue;
    if (!isWithin(portsOf(pair, a), portsOf(toA, a)) || !isWithin(portsOf(pair, b), portsOf(toB, b))) continue;
    const [zToA, zToB] = [portsOf(toA, z), portsOf(toB, z)];
    if (zToA.has('') || zToB.has('')) {
      // A switch that is not watched and names no ports joins those that hear it; this computer does not.
      if (z.startsWith('found ') && zToA.has('') && zToB.has('')) return true;
      continue;
    }
    if (![...zToA].some((port) => zToB.has(port))) return true;
  }
  return false;
}

/** Three that hear each other at one port each are on one wire. */
function joinSegments(pairs: readonly Pair[]): Links {
  const near: Near = new Map();
  for (const pair of pairs) {
    join(near, pair.a, pair.b, pair);
    join(near, pair.b, pair.a, pair);
  }
  const wires = new Wires();
  const onWire = new Set<Pair>();
  const single = (pair: Pair, of: string): string | undefined => {
    const ports = portsOf(pair, of);
    return ports.size === 1 ? [...ports][0] : undefined;
  };
  for (const pair of pairs) {
    const [ofA, ofB] = [near.get(pair.a), near.get(pair.b)];
    const [portA, portB] = [single(pair, pair.a), single(pair, pair.b)];
    if (ofA === undefined || ofB === undefined || portA === undefined || portB === undefined) continue;
    const fewer = ofA.size <= ofB.size ? ofA : ofB;
    for (const z of fewer.keys()) {
      const [toA, toB] = [ofA.get(z), ofB.get(z)];
      if (toA === undefined || toB === undefined) continue;
      const portZ = single(toA, z);
      if (single(toA, pair.a) !== portA || single(toB, pair.b) !== portB) continue;
      if (portZ === undefined || single(toB, z) !== portZ) continue;
      wires.join(endOf(pair.a, portA), endOf(pair.b, portB));
      wires.join(endOf(pair.a, portA), endOf(z, portZ));
      for (const one of [pair, toA, toB]) onWire.add(one);
    }
  }
  const links: Link[] = pairs.filter((pair) => !onWire.has(pair));
  const spokes = new Map<string, Pair>();
  const segments = new Set<string>();
  for (const pair of onWire) {
    for (const node of [pair.a, pair.b]) {
      const port = single(pair, node) ?? '';
      const segment = segmentId(wires.nameOf(endOf(node, port)));
      segments.add(segment);
      const [a, b] = node < segment ? [node, segment] : [segment, node];
      const key = `${a}\n${b}\n${port}`;
      const spoke = spokes.get(key) ?? {
        a,
        b,
        ports: [a === node ? { a: port, b: '' } : { a: '', b: port }],
        isHeard: false,
        lastHeardMs: 0,
      };
      spoke.isHeard ||= pair.isHeard;
      spoke.lastHeardMs = Math.max(spoke.lastHeardMs, pair.lastHeardMs);
      spokes.set(key, spoke);
    }
  }
  return {
    links: [...links, ...spokes.values()].toSorted((x, y) => (`${x.a}\n${x.b}` < `${y.a}\n${y.b}` ? -1 : 1)),
    segments: [...segments].toSorted(),
  };
}

const endOf = (node: string, port: string): string => `${node} ${port}`;

/** Ends that are on one wire, named after the first of them. */
class Wires {
  readonly #first = new Map<string, string>();

  nameOf(end: string): string {
    let name = end;
    for (let next = this.#first.get(name); next !== undefined; next = this.#first.get(name)) name = next;
    return name;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.nameOf(one), this.nameOf(other)].toSorted();
    if (a !== b && a !== undefined && b !== undefined) this.#first.set(b, a);
  }
}
