// A network of as many routers as wanted, in the shape that a small WISP has: a border, a core, towers, and sites behind
// them. What one end of a link sends is what the other gets.
import type { InterfaceSpec, NetworkSpec } from '../routeros/index.ts';
import { portMac } from '../routeros/device.ts';
import type { NeighbourSpec, PppUser } from '../routeros/network.ts';
import { random } from '../routeros/traffic.ts';

export type DaySite = {
  readonly name: string;
  readonly version: string;
  readonly board: string;
  readonly serial: string;
  readonly interfaces: readonly InterfaceSpec[];
  readonly ppp: readonly PppUser[];
  /** Towards the border; none for the border itself. */
  readonly uplink?: { readonly site: string; readonly port: string; readonly ownPort: string };
};

const STREETS = [
  'mill-street',
  'harbour',
  'old-farm',
  'quarry',
  'school',
  'bakery-row',
  'station',
  'hilltop',
  'riverside',
  'market',
  'chapel',
  'orchard',
  'lighthouse',
  'depot',
  'windmill',
] as const;
const SURNAMES = [
  'adler',
  'bergmann',
  'castillo',
  'dubois',
  'eriksen',
  'fischer',
  'garcia',
  'haddad',
  'ivanova',
  'jensen',
  'kowalski',
  'lindqvist',
] as const;
/** As small networks mix them. */
const BOARDS = [
  ['hEX S', '7.15.3'],
  ['RB4011iGS+', '6.49.17'],
  ['hAP ax3', '7.16'],
  ['RB750Gr3', '6.48.6'],
  ['RB5009UG+S+', '7.18.2'],
] as const;
const TIERS = [
  { profile: 'gold', limits: [50_000_000, 10_000_000] },
  { profile: 'silver', limits: [20_000_000, 5_000_000] },
  { profile: 'bronze', limits: [8_000_000, 2_000_000] },
] as const;
const SITES_A_TOWER = 5;
const CUSTOMERS_A_TOWER = 4;

type Draft = { name: string; uplink?: string; downBps: number; upBps: number };

/** The border first, then the core, then each tower with its sites. */
export function dayNetwork(count: number, seed: number): DaySite[] {
  const next = random(seed);
  const drafts: Draft[] = [];
  const add = (name: string, uplink?: string): void => {
    const downBps = (6 + 22 * next()) * 1e6;
    drafts.push({ name, downBps, upBps: downBps * (0.08 + 0.1 * next()), ...(uplink !== undefined && { uplink }) });
  };
  add('border');
  if (count > 1) add('core', 'border');
  for (let tower = 1; drafts.length < count; tower++) {
    add(`tower-${tower}`, 'core');
    for (let n = 0; n < SITES_A_TOWER && drafts.length < count; n++) {
      const index = (tower - 1) * SITES_A_TOWER + n;
      add(STREETS[index] ?? `site-${index + 1}`, `tower-${tower}`);
    }
  }
  // What a router carries is its own and all that is behind it.
  for (const draft of drafts.toReversed()) {
    const above = drafts.find(({ name }) => name === draft.uplink);
    if (above === undefined) continue;
    above.downBps += draft.downBps;
    above.upBps += draft.upBps;
  }
  return drafts.map((draft, index) => siteOf(draft, index, drafts, seed));
}

const isTower = (name: string): boolean => name.startsWith('tower-');
const portTo = (above: string, place: number): string => (isTower(above) ? `wlan60-${place + 1}` : `ether${place + 2}`);

function siteOf(
  { name, uplink, downBps, upBps }: Draft,
  index: number,
  drafts: readonly Draft[],
  seed: number,
): DaySite {
  const below = drafts.filter((draft) => draft.uplink === name);
  const seeds = (site: string): { down: number; up: number } => {
    const at = drafts.findIndex((draft) => draft.name === site);
    return { down: seed * 7_001 + at * 2, up: seed * 7_001 + at * 2 + 1 };
  };
  const own = seeds(name);
  const [board, version] = BOARDS[index % BOARDS.length] ?? BOARDS[0];
  const customers = isTower(name) ? CUSTOMERS_A_TOWER : 0;
  return {
    name,
    board: index === 0 ? 'CCR2004-1G-12S+2XS' : board,
    version,
    serial: `HF1${(0x9_0a00 + index).toString(16).toUpperCase()}DAY`,
    interfaces: [
      { name: 'ether1', comment: 'uplink', rxBps: downBps, txBps: upBps, rxSeed: own.down, txSeed: own.up },
      ...below.map((draft, place): InterfaceSpec => {
        const theirs = seeds(draft.name);
        return {
          name: portTo(name, place),
          comment: draft.name,
          ...(isTower(name) && { type: 'w60g' }),
          rxBps: draft.upBps,
          txBps: draft.downBps,
          rxSeed: theirs.up,
          txSeed: theirs.down,
        };
      }),
      ...(below.length === 0 ? [{ name: 'bridge', type: 'bridge', rxBps: upBps, txBps: downBps }] : []),
    ],
    ppp: Array.from({ length: customers }, (_, n): PppUser => {
      const who = SURNAMES[n % SURNAMES.length] ?? 'somebody';
      return { name: `${who}-${name.slice('tower-'.length)}`, ...TIERS[n % TIERS.length] };
    }),
    ...(uplink !== undefined && {
      uplink: {
        site: uplink,
        port: portTo(
          uplink,
          drafts.filter((draft) => draft.uplink === uplink).findIndex((draft) => draft.name === name),
        ),
        ownPort: 'ether1',
      },
    }),
  };
}

/** Whom the site hears at which port; `pace` is how many times faster customers come and go. */
export function networkOfSite(
  name: string,
  sites: readonly DaySite[],
  addressOf: (index: number) => string,
  pace: number,
): NetworkSpec {
  const own = sites.find((site) => site.name === name);
  const hear = (site: DaySite, port: string, remotePort: string): NeighbourSpec => {
    const index = sites.indexOf(site);
    const place = site.interfaces.findIndex((each) => each.name === remotePort);
    return {
      interface: port,
      identity: site.name,
      address: addressOf(index),
      mac: portMac(index + 1, place + 1),
      board: site.board,
      version: `${site.version} (${site.version.startsWith('6') ? 'long-term' : 'stable'})`,
      remoteInterface: remotePort,
      softwareId: `DAY0-${String(index + 1).padStart(4, '0')}`,
    };
  };
  const above = sites.find((site) => site.name === own?.uplink?.site);
  return {
    ppp: own?.ppp ?? [],
    pace,
    neighbours: [
      ...(own?.uplink === undefined || above === undefined ? [] : [hear(above, own.uplink.ownPort, own.uplink.port)]),
      ...sites.flatMap((site) =>
        site.uplink?.site === name ? [hear(site, site.uplink.port, site.uplink.ownPort)] : [],
      ),
    ],
    w60g: own?.interfaces.flatMap(({ name: port, type }) => (type === 'w60g' ? [String(port)] : [])) ?? [],
  };
}
