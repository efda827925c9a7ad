// What was found, as the window lists it: without what is watched already, the best name and address first.
import { isIPv4 } from 'node:net';
import type { FoundDevice, FoundList } from '../../../shared/contract/index.ts';
import { addressesOf, kindOf } from './entry.ts';
import type { FoundEntry } from './entry.ts';

const MAX_SENT = 5_000;

export type Known = {
  readonly addresses: ReadonlySet<string>;
  readonly macs: ReadonlySet<string>;
  /** By id. */
  readonly names: ReadonlyMap<string, string>;
  readonly hereId: string;
};

export type Presented = Pick<FoundList, 'entries' | 'counts' | 'left'>;

export function present(
  all: Iterable<FoundEntry>,
  known: Known,
  nameOf: (address: string) => string | undefined,
  wanted: { readonly hosts: boolean; readonly ignored: boolean },
): Presented {
  const counts = { devices: 0, hosts: 0, ignored: 0 };
  const chosen: FoundEntry[] = [];
  for (const entry of all) {
    if (isKnown(entry, known)) continue;
    const isHost = kindOf(entry) === 'host';
    if (entry.isIgnored) counts.ignored++;
    else if (isHost) counts.hosts++;
    else counts.devices++;
    if (entry.isIgnored ? wanted.ignored : !isHost || wanted.hosts) chosen.push(entry);
  }
  const newest = chosen.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || (a.id < b.id ? -1 : 1));
  const sent = newest.slice(0, MAX_SENT).map((entry) => toFound(entry, known, nameOf));
  return { entries: sent, counts, left: newest.length - sent.length };
}

const isKnown = (entry: FoundEntry, known: Known): boolean =>
  addressesOf(entry).some((address) => known.addresses.has(address)) || entry.macs.some((mac) => known.macs.has(mac));

const LINK_LOCAL = /^(?:fe[89ab]|169\.254\.)/i;

const rank = (address: string): number => (LINK_LOCAL.test(address) ? 2 : isIPv4(address) ? 0 : 1);

/** IPv4 before IPv6, the one seen last first; those that mean nothing beyond their link come last. */
export function reachable(entry: FoundEntry): string[] {
  return addressesOf(entry).toSorted((a, b) => rank(a) - rank(b));
}

function toFound(
  entry: FoundEntry,
  { names, hereId }: Known,
  nameOf: (address: string) => string | undefined,
): FoundDevice {
  const { facts } = entry;
  const addresses = reachable(entry);
  const [first] = addresses;
  return {
    id: entry.id,
    kind: kindOf(entry),
    name: facts.identity ?? facts.comment ?? facts.hostName ?? (first === undefined ? '' : (nameOf(first) ?? '')),
    identity: facts.identity ?? '',
    platform: facts.platform ?? '',
    version: facts.version ?? '',
    board: facts.board ?? '',
    macs: [...entry.macs],
    addresses,
    seenBy: entry.seenBy
      .toSorted((a, b) => b.atMs - a.atMs)
      .map(({ by, ...seen }) => ({
        ...seen,
        deviceId: by,
        by: by === hereId ? 'This computer' : (names.get(by) ?? by),
      })),
    firstSeenMs: entry.firstSeenMs,
    lastSeenMs: entry.lastSeenMs,
    ignored: entry.isIgnored,
  };
}
