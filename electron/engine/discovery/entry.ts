// One machine of the network as it was found: all that was said of it, by whom, in one place.
import { isMikrotikMac } from './vendor.ts';

export type SightingSource = 'mndp' | 'neighbor' | 'dhcp' | 'arp';

/** One mention of a machine, normalised and cleaned. It has a MAC or an address. */
export type Sighting = {
  /** The device that tells. */
  readonly by: string;
  readonly source: SightingSource;
  readonly atMs: number;
  readonly interface?: string | undefined;
  readonly mac?: string | undefined;
  readonly address?: string | undefined;
  readonly identity?: string | undefined;
  readonly platform?: string | undefined;
  readonly version?: string | undefined;
  readonly board?: string | undefined;
  readonly softwareId?: string | undefined;
  readonly hostName?: string | undefined;
  readonly comment?: string | undefined;
};

const FACTS = ['identity', 'platform', 'version', 'board', 'softwareId', 'hostName', 'comment'] as const;
type Facts = { [K in (typeof FACTS)[number]]?: string };

export type Place = { readonly by: string; readonly address: string };

export type SeenBy = { by: string; source: SightingSource; interface: string; atMs: number };

export type FoundEntry = {
  readonly id: string;
  readonly facts: Facts;
  readonly macs: string[];
  /** Who saw it at which address, the last one last: two sites may use the same private network. */
  readonly places: Place[];
  readonly seenBy: SeenBy[];
  readonly firstSeenMs: number;
  lastSeenMs: number;
  isIgnored: boolean;
};

/** mikrotik: a router of theirs; neighbour: another device that announces itself; host: a plain machine. */
export type FoundKind = 'mikrotik' | 'neighbour' | 'host';

const MAX_EACH = 16;

export function kindOf({ facts, macs, seenBy }: FoundEntry): FoundKind {
  if (facts.platform !== undefined) return /mikrotik/i.test(facts.platform) ? 'mikrotik' : 'neighbour';
  if (macs.some((mac) => isMikrotikMac(mac))) return 'mikrotik';
  return seenBy.some(({ source }) => source === 'mndp' || source === 'neighbor') ? 'neighbour' : 'host';
}

/** Each once, the one seen last first. */
export const addressesOf = ({ places }: FoundEntry): string[] => [
  ...new Set(places.toReversed().map(({ address }) => address)),
];

/** Its id is what it was first known by; that may since have become another machine's. */
export function createEntry({ mac, address, atMs }: Sighting, isTaken: (id: string) => boolean): FoundEntry {
  const first = mac === undefined ? `address ${address ?? ''}` : `mac ${mac}`;
  let id = first;
  for (let n = 2; isTaken(id); n++) id = `${first} (${n})`;
  return {
    id,
    facts: {},
    macs: [],
    places: [],
    seenBy: [],
    firstSeenMs: atMs,
    lastSeenMs: atMs,
    isIgnored: false,
  };
}

/** Takes over what the sighting says; whether anything but times changed. */
export function mention(entry: FoundEntry, sighting: Sighting): boolean {
  const { by, source, atMs, mac, address } = sighting;
  let changed = false;
  for (const name of FACTS) {
    const value = sighting[name];
    if (value === undefined || value === '' || entry.facts[name] === value) continue;
    entry.facts[name] = value;
    changed = true;
  }
  if (mac !== undefined) changed = latest(entry.macs, mac, (one) => one === mac) || changed;
  if (address !== undefined) {
    const isSame = (one: Place): boolean => one.by === by && one.address === address;
    changed = latest(entry.places, { by, address }, isSame) || changed;
  }
  const place = sighting.interface ?? '';
  const known = entry.seenBy.find((one) => one.by === by && one.source === source);
  if (known === undefined) {
    entry.seenBy.push({ by, source, interface: place, atMs });
    if (entry.seenBy.length > MAX_EACH) entry.seenBy.shift();
    changed = true;
  } else {
    changed ||= known.interface !== place;
    known.interface = place;
    known.atMs = Math.max(known.atMs, atMs);
  }
  entry.lastSeenMs = Math.max(entry.lastSeenMs, atMs);
  return changed;
}

/** Puts the value last; true where it is new. The first goes where there are too many. */
function latest<T>(values: T[], value: T, isSame: (one: T) => boolean): boolean {
  const at = values.findIndex((one) => isSame(one));
  if (at >= 0 && at === values.length - 1) return false;
  if (at >= 0) values.splice(at, 1);
  values.push(value);
  if (values.length > MAX_EACH) values.shift();
  return at < 0;
}
