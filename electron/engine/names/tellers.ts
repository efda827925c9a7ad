// What each kind of observation says about the names of addresses.
import type { NameSource } from '../../../shared/contract/index.ts';
import { cleanText, normalizeAddress } from '../observations/index.ts';
import type { ObservationHub, ObservationKind, Observed } from '../observations/index.ts';

type Named = { readonly address: string; readonly name: string };
type Tell = (deviceId: string, source: NameSource, atMs: number, names: Iterable<Named>) => void;

function* named<Row>(
  rows: readonly Row[],
  addressOf: (row: Row) => string | undefined,
  nameOf: (row: Row) => string | undefined,
): Generator<Named> {
  for (const row of rows) {
    const raw = nameOf(row);
    const text = raw === undefined || raw === '' ? undefined : addressOf(row);
    if (raw === undefined || text === undefined) continue;
    const name = cleanText(raw);
    const address = name === '' ? undefined : normalizeAddress(text);
    // A name that repeats the address says nothing.
    if (address !== undefined && name !== address) yield { address, name };
  }
}

/** Dynamic queues are called "<pppoe-alice>" and "hs-<bob>": their session says it better. */
const ownName = (name: string): string | undefined => (/[<>]/.test(name) ? undefined : name);

/** Returns what ends it. What the hub knows already is told at once. */
export function listen(hub: ObservationHub, tell: Tell): () => void {
  const ends = [
    follow(hub, 'hosts', ({ deviceId, atMs, observation: { source, rows } }) => {
      const address = (row: (typeof rows)[number]): string => row.address;
      const comments = named(rows, address, ({ comment }) => comment);
      if (source === 'arp') {
        tell(deviceId, 'arp', atMs, comments);
        return;
      }
      tell(deviceId, 'dhcp-comment', atMs, comments);
      tell(
        deviceId,
        'dhcp',
        atMs,
        named(rows, address, ({ hostName }) => hostName),
      );
    }),
    follow(hub, 'sessions', ({ deviceId, atMs, observation: { source, rows } }) => {
      const up = rows.filter(({ isUp }) => isUp);
      const name = source === 'queue' ? (row: (typeof rows)[number]) => ownName(row.name) : undefined;
      tell(
        deviceId,
        source,
        atMs,
        named(up, ({ address }) => address, name ?? ((row) => row.name)),
      );
    }),
    follow(hub, 'static-names', ({ deviceId, atMs, observation: { rows } }) => {
      tell(
        deviceId,
        'dns',
        atMs,
        named(
          rows,
          ({ address }) => address,
          ({ name }) => name,
        ),
      );
    }),
    follow(hub, 'neighbours', ({ deviceId, atMs, observation: { rows } }) => {
      tell(
        deviceId,
        'neighbour',
        atMs,
        named(
          rows,
          ({ address }) => address,
          ({ identity }) => identity,
        ),
      );
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function follow<K extends ObservationKind>(
  hub: ObservationHub,
  kind: K,
  listener: (observed: Observed<K>) => void,
): () => void {
  for (const observed of hub.latest(kind)) listener(observed);
  return hub.subscribe(kind, listener);
}
