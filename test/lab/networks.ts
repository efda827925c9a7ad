// What is behind each router of the sample network, and which of its ports lead to which other router.
import type { InterfaceSpec } from './routeros/index.ts';
import { defaultInterfaces } from './routeros/index.ts';
import { portMac } from './routeros/device.ts';
import { macOf, type NeighbourSpec, type NetworkSpec, type PppUser } from './routeros/network.ts';

type Site = {
  readonly name: string;
  readonly version: string;
  readonly board: string;
  readonly interfaces?: readonly InterfaceSpec[];
};

type End = readonly [site: string, port: string];

const links: readonly (readonly [End, End])[] = [
  [
    ['core', 'ether2'],
    ['tower-north', 'ether1'],
  ],
  [
    ['core', 'ether3'],
    ['tower-south', 'ether1'],
  ],
  [
    ['core', 'bridge'],
    ['vpn-hub', 'ether1'],
  ],
  [
    ['tower-north', 'wlan60-1'],
    ['mill-street', 'ether1'],
  ],
  [
    ['tower-south', 'wlan60-2'],
    ['office', 'ether1'],
  ],
];

/** Heard by the core, and watched by nobody yet. */
const unwatched: NeighbourSpec = {
  interface: 'ether1',
  identity: 'switch-basement',
  address: '10.0.0.3',
  mac: macOf('switch-basement'),
  board: 'CRS326-24G-2S+',
  version: '7.15.3 (stable)',
  remoteInterface: 'bridge/ether24',
  softwareId: 'LAB0-SW01',
};

const tiers = {
  gold: { profile: 'gold', limits: [50_000_000, 10_000_000] },
  silver: { profile: 'silver', limits: [20_000_000, 5_000_000] },
  bronze: { profile: 'bronze', limits: [8_000_000, 2_000_000] },
} as const;

const customer = (name: string, tier: keyof typeof tiers, comment?: string): PppUser => ({
  name,
  ...tiers[tier],
  ...(comment !== undefined && { comment }),
});

const behind: Readonly<Record<string, NetworkSpec>> = {
  core: {
    hosts: ['nas', 'printer', 'billing', 'voip-gateway'],
    staticNames: {
      'nas.lan': '10.0.0.20',
      'status.lan': '10.0.0.2',
      // Whom the sample network's flows go to: nobody resolves addresses for documentation.
      'video-1.example': '198.51.100.10',
      'video-2.example': '198.51.100.11',
      'video-3.example': '198.51.100.12',
      'updates.example': '198.51.100.40',
      'mail.example': '203.0.113.25',
      'cloud-1.example': '203.0.113.20',
      'cloud-2.example': '203.0.113.21',
      'calls.example': '203.0.113.60',
      'backup.example': '203.0.113.90',
      'dns-1.example': '192.0.2.53',
      'dns-2.example': '192.0.2.54',
      'ntp.example': '192.0.2.123',
      'branch.example': '192.0.2.200',
      'www.example': '198.51.100.80',
    },
    bgp: { '64500': '192.0.2.1', '64501': '192.0.2.5' },
    ospf: [
      { routerId: '10.255.0.12', address: '10.255.1.2', interface: 'ether2' },
      { routerId: '10.255.0.13', address: '10.255.1.6', interface: 'ether3' },
    ],
    leases: 40,
  },
  'tower-north': {
    w60g: ['wlan60-1', 'wlan60-2'],
    ospf: [{ routerId: '10.255.0.11', address: '10.255.1.1', interface: 'ether1' }],
    ppp: [
      customer('adler', 'gold', 'Hill road 2'),
      customer('bergmann', 'silver'),
      customer('castillo', 'silver', 'Mill street 9'),
      customer('dubois', 'bronze'),
      customer('eriksen', 'gold'),
      customer('fischer', 'bronze', 'pays in June'),
      customer('garcia', 'silver'),
      customer('haddad', 'bronze'),
    ],
  },
  'tower-south': {
    w60g: ['wlan60-1', 'wlan60-2'],
    ospf: [{ routerId: '10.255.0.11', address: '10.255.1.5', interface: 'ether1' }],
    ppp: [
      customer('ivanova', 'gold', 'School'),
      customer('jensen', 'silver'),
      customer('kowalski', 'bronze'),
      customer('lindqvist', 'silver'),
      customer('moreau', 'bronze'),
    ],
  },
  'mill-street': {
    hosts: ['till-1', 'till-2', 'camera-yard'],
    guests: ['room-1', 'room-4', 'room-12'],
    queues: [
      { name: 'bakery', address: '10.7.0.2', comment: 'tier=gold', limits: [50_000_000, 10_000_000] },
      { name: 'garage', address: '10.7.0.3', comment: 'tier=bronze', limits: [8_000_000, 2_000_000] },
    ],
  },
  office: {
    hosts: ['laptop-ana', 'laptop-ben', 'phone-cy', 'tv-lobby'],
    wirelessClients: 6,
    kids: ['tablet', 'console'],
    staticNames: { 'printer.office': '10.0.0.21' },
  },
  'vpn-hub': {
    wireguard: [
      { name: 'laptop-ana', address: '10.8.0.2' },
      { name: 'phone-ana', address: '10.8.0.3' },
      { name: 'branch-mill', address: '10.8.0.4', isFixed: true },
      { name: 'laptop-ben', address: '10.8.0.5' },
    ],
    ppp: [
      { name: 'road-cy', service: 'l2tp', profile: 'vpn' },
      { name: 'road-dee', service: 'ovpn', profile: 'vpn', comment: 'on call' },
    ],
    tunnels: true,
    ipsec: true,
  },
};

const portsOf = ({ interfaces = defaultInterfaces }: Site): readonly InterfaceSpec[] => interfaces;

/** The routers that hear each other over a cable or a radio link; each is at the address that it is watched at. */
export function networkOf<S extends Site>(
  name: string,
  sites: readonly S[],
  addressOf: (site: S) => string,
): NetworkSpec {
  const neighbours = links.flatMap(([a, b]): NeighbourSpec[] => {
    const [own, other] = a[0] === name ? [a, b] : [b, a];
    const index = sites.findIndex((site) => site.name === other[0]);
    const site = sites[index];
    if (own[0] !== name || site === undefined) return [];
    const port = portsOf(site).findIndex((each) => each.name === other[1]);
    return [
      {
        interface: own[1],
        identity: site.name,
        address: addressOf(site),
        mac: portMac(index + 1, port + 1),
        board: site.board,
        version: `${site.version} (${site.version.startsWith('6') ? 'long-term' : 'stable'})`,
        remoteInterface: other[1],
        softwareId: `LAB0-${String(index + 1).padStart(4, '0')}`,
      },
    ];
  });
  return { ...behind[name], neighbours: name === 'core' ? [...neighbours, unwatched] : neighbours };
}
