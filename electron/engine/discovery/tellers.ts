// What each kind of observation says of machines that may not be watched yet.
import { cleanText, normalizeAddress, normalizeMac } from '../observations/index.ts';
import type { ObservationHub, Observed } from '../observations/index.ts';
import type { Sighting } from './entry.ts';

const clean = (text: string | undefined): string | undefined => (text === undefined ? undefined : cleanText(text));
const address = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : normalizeAddress(text);
const mac = (text: string | undefined): string | undefined => (text === undefined ? undefined : normalizeMac(text));

function* ofHosts({ deviceId: by, atMs, observation: { source, rows } }: Observed<'hosts'>): Generator<Sighting> {
  for (const row of rows) {
    yield {
      by,
      source,
      atMs,
      mac: mac(row.mac),
      address: address(row.address),
      hostName: clean(row.hostName),
      comment: clean(row.comment),
      interface: clean(row.interface),
    };
  }
}

function* ofNeighbours({ deviceId: by, atMs, observation }: Observed<'neighbours'>): Generator<Sighting> {
  const { source, rows } = observation;
  for (const row of rows) {
    yield {
      by,
      source,
      atMs,
      mac: mac(row.mac),
      address: address(row.address),
      identity: clean(row.identity),
      platform: clean(row.platform),
      version: clean(row.version),
      board: clean(row.board),
      softwareId: clean(row.softwareId),
      interface: clean(source === 'mndp' ? row.remoteInterface : row.interface),
    };
  }
}

/** Returns what ends it. What the hub knows already is told at once. */
export function listen(hub: ObservationHub, see: (sighting: Sighting) => void): () => void {
  const seeAll = (sightings: Iterable<Sighting>): void => {
    for (const sighting of sightings) see(sighting);
  };
  for (const observed of hub.latest('hosts')) seeAll(ofHosts(observed));
  for (const observed of hub.latest('neighbours')) seeAll(ofNeighbours(observed));
  const ends = [
    hub.subscribe('hosts', (observed) => seeAll(ofHosts(observed))),
    hub.subscribe('neighbours', (observed) => seeAll(ofNeighbours(observed))),
  ];
  return () => {
    for (const end of ends) end();
  };
}
