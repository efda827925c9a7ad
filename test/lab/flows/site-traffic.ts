// What the hosts of one site do with the network: video in the evening, a backup now and then, calls, cameras, updates.
// Made up from a seed and the time of day, in both directions, so that every question about traffic has an answer.
import { seededRandom, type SimFlow } from './conversations.ts';

/** What a host is for; it says whom it talks to. */
export type Habit = 'video' | 'office' | 'server' | 'phone' | 'camera' | 'till' | 'game';

export type SiteHost = {
  readonly address: string;
  readonly address6?: string;
  readonly habit: Habit;
  /** The number of the router's interface that leads to it. */
  readonly port: number;
  /** Of the site's traffic; 1 where left out. */
  readonly share?: number;
};

export type SiteTrafficOptions = {
  readonly seed: number;
  readonly hosts: readonly SiteHost[];
  /** The interface towards the internet. */
  readonly uplink: number;
  /** The address that the site's hosts have outside; without one nothing is translated. */
  readonly publicAddress?: string;
  readonly now?: () => number;
};

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ESP = 50;
const MINUTE_MS = 60_000;

type Peer = { readonly address: string; readonly address6?: string };

type Doing = {
  readonly weight: number;
  readonly protocol: number;
  readonly port: number;
  readonly peers: readonly Peer[];
  /** Mean bytes that the peer sends in one record, and the host. */
  readonly down: number;
  readonly up: number;
  readonly dscp?: number;
  /** Busy for `busyMin` of every `everyMin` minutes; always where left out. */
  readonly burst?: { readonly everyMin: number; readonly busyMin: number };
};

/** All of them addresses for documentation (RFC 5737, RFC 3849). */
const VIDEO = peersOf('198.51.100', 10, 4, '2001:db8:cd:1');
const CLOUD = peersOf('203.0.113', 20, 6, '2001:db8:c10d');
const WEB = peersOf('198.51.100', 80, 14, '2001:db8:beef');
const MAIL = peersOf('203.0.113', 25, 1);
const RESOLVERS = peersOf('192.0.2', 53, 2, '2001:db8:53');
const CLOCKS = peersOf('192.0.2', 123, 2);
const CALLS = peersOf('203.0.113', 60, 2);
const BACKUP = peersOf('203.0.113', 90, 1);
const UPDATES = peersOf('198.51.100', 40, 2, '2001:db8:0dd');
const BRANCH = peersOf('192.0.2', 200, 1);

function peersOf(prefix: string, first: number, count: number, prefix6?: string): readonly Peer[] {
  return Array.from({ length: count }, (_, index) => ({
    address: `${prefix}.${first + index}`,
    ...(prefix6 === undefined ? {} : { address6: `${prefix6}::${(first + index).toString(16)}` }),
  }));
}

const names: Doing = { weight: 18, protocol: UDP, port: 53, peers: RESOLVERS, down: 210, up: 70 };
const clock: Doing = { weight: 2, protocol: UDP, port: 123, peers: CLOCKS, down: 76, up: 76 };
const web: Doing = { weight: 26, protocol: TCP, port: 443, peers: WEB, down: 60_000, up: 6_000 };
const quic: Doing = { weight: 12, protocol: UDP, port: 443, peers: VIDEO, down: 260_000, up: 9_000 };
const mail: Doing = { weight: 3, protocol: TCP, port: 993, peers: MAIL, down: 18_000, up: 4_000 };
const ping: Doing = { weight: 1, protocol: ICMP, port: 0, peers: RESOLVERS, down: 84, up: 84 };

const HABITS: Readonly<Record<Habit, readonly Doing[]>> = {
  video: [
    names,
    web,
    clock,
    ping,
    { ...quic, weight: 30, down: 900_000, burst: { everyMin: 47, busyMin: 34 } },
    {
      weight: 4,
      protocol: TCP,
      port: 80,
      peers: UPDATES,
      down: 700_000,
      up: 9_000,
      burst: { everyMin: 90, busyMin: 8 },
    },
  ],
  office: [
    names,
    { ...web, weight: 34 },
    quic,
    mail,
    clock,
    {
      weight: 10,
      protocol: UDP,
      port: 3_478,
      peers: CALLS,
      down: 120_000,
      up: 95_000,
      dscp: 34,
      burst: { everyMin: 60, busyMin: 25 },
    },
    { weight: 8, protocol: TCP, port: 443, peers: CLOUD, down: 40_000, up: 120_000 },
    { weight: 2, protocol: TCP, port: 22, peers: CLOUD, down: 12_000, up: 7_000, dscp: 4 },
  ],
  server: [
    names,
    clock,
    ping,
    { weight: 12, protocol: TCP, port: 443, peers: CLOUD, down: 30_000, up: 45_000 },
    {
      weight: 16,
      protocol: TCP,
      port: 873,
      peers: BACKUP,
      down: 14_000,
      up: 1_100_000,
      dscp: 8,
      burst: { everyMin: 75, busyMin: 18 },
    },
    { weight: 3, protocol: ESP, port: 0, peers: BRANCH, down: 90_000, up: 70_000 },
  ],
  phone: [
    names,
    { weight: 6, protocol: UDP, port: 5_060, peers: CALLS, down: 900, up: 800, dscp: 26 },
    {
      weight: 22,
      protocol: UDP,
      port: 10_020,
      peers: CALLS,
      down: 86_000,
      up: 86_000,
      dscp: 46,
      burst: { everyMin: 21, busyMin: 8 },
    },
  ],
  camera: [clock, { weight: 20, protocol: TCP, port: 554, peers: CLOUD, down: 4_000, up: 190_000, dscp: 32 }],
  till: [names, clock, { ...web, weight: 10, down: 9_000, up: 7_000 }, { ...mail, weight: 1 }],
  game: [
    names,
    web,
    { weight: 14, protocol: UDP, port: 3_074, peers: CALLS, down: 70_000, up: 30_000, dscp: 18 },
    {
      weight: 5,
      protocol: TCP,
      port: 443,
      peers: UPDATES,
      down: 1_500_000,
      up: 20_000,
      burst: { everyMin: 110, busyMin: 11 },
    },
  ],
};

const MEAN_PACKET_BYTES = 1_180;
const SMALL_PACKET_BYTES = 90;
/** An address of IPv6 is taken where both ends have one. */
const IPV6_SHARE = 0.4;

/** Endless: what goes out, then what comes back. */
export function* siteTraffic(options: SiteTrafficOptions): Generator<SimFlow, never> {
  const { hosts, uplink, publicAddress, seed, now = Date.now } = options;
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (;;) {
    const nowMs = now();
    const host = weighted(hosts, random(), ({ share = 1 }) => share);
    const offset = hosts.indexOf(host) * 13 + seed * 5;
    const doing = weighted(HABITS[host.habit], random(), (each) => each.weight * (isBusy(each, nowMs, offset) ? 1 : 0));
    const peer = doing.peers[Math.floor(random() ** 2 * doing.peers.length)] ?? doing.peers[0];
    if (peer === undefined) continue;
    const { address6: host6 } = host;
    const { address6: peer6 } = peer;
    const isIpv6 = host6 !== undefined && peer6 !== undefined && random() < IPV6_SHARE;
    const [inside, outside] = isIpv6 ? [host6, peer6] : [host.address, peer.address];
    const own = doing.protocol === TCP || doing.protocol === UDP ? 49_152 + below(16_000) : 0;
    const sway = busyness(nowMs, offset) * (0.3 + 1.4 * random());
    const common = {
      protocol: doing.protocol,
      durationMs: 200 + below(28_000),
      tcpFlags: doing.protocol === TCP ? 0x1b : 0,
      tos: (doing.dscp ?? 0) << 2,
    };
    const isTranslated = publicAddress !== undefined && !isIpv6;
    yield {
      ...common,
      ...amounts(doing.up * sway),
      src: inside,
      dst: outside,
      srcPort: own,
      // An echo request has type 8.
      dstPort: doing.protocol === ICMP ? 2_048 : doing.port,
      inInterface: host.port,
      outInterface: uplink,
      ...(isTranslated ? { nat: { src: publicAddress, dst: outside } } : {}),
    };
    yield {
      ...common,
      ...amounts(doing.down * sway),
      src: outside,
      dst: isTranslated ? publicAddress : inside,
      srcPort: doing.protocol === ICMP ? 0 : doing.port,
      dstPort: own,
      inInterface: uplink,
      outInterface: host.port,
      ...(isTranslated ? { nat: { src: outside, dst: inside } } : {}),
    };
  }
}

function amounts(wanted: number): { readonly bytes: number; readonly packets: number } {
  const bytes = Math.max(60, Math.round(wanted));
  const packets = Math.max(1, Math.round(bytes / (bytes < 1_000 ? SMALL_PACKET_BYTES : MEAN_PACKET_BYTES)));
  return { bytes, packets };
}

const isBusy = ({ burst }: Doing, nowMs: number, offset: number): boolean =>
  burst === undefined || (nowMs / MINUTE_MS + offset) % burst.everyMin < burst.busyMin;

/** Around 1: slow waves that no two hosts share. */
const busyness = (nowMs: number, offset: number): number =>
  1 + 0.45 * Math.sin(nowMs / (11 * MINUTE_MS) + offset) + 0.25 * Math.sin(nowMs / (3.1 * MINUTE_MS) + 2 * offset);

function weighted<T>(from: readonly T[], at: number, weightOf: (one: T) => number): T {
  let left = at * from.reduce((sum, one) => sum + weightOf(one), 0);
  for (const one of from) {
    left -= weightOf(one);
    if (left < 0) return one;
  }
  return from[0] as T;
}
