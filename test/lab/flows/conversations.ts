// The traffic of a small site, made up from a seed: the same seed gives the same flows.

export type SimFlow = {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly bytes: number;
  readonly packets: number;
  readonly durationMs: number;
  readonly inInterface: number;
  readonly outInterface: number;
  readonly tcpFlags: number;
  readonly tos: number;
  /** The addresses after translation, of IPv4 and where the exporter tells them. */
  readonly nat?: { readonly src: string; readonly dst: string };
};

type Service = {
  readonly weight: number;
  readonly protocol: number;
  readonly port: number;
  readonly requestBytes: number;
  readonly replyBytes: number;
  readonly maxPackets: number;
};

const TCP = 6;
const UDP = 17;
const ICMP = 1;

const SERVICES: readonly Service[] = [
  { weight: 40, protocol: TCP, port: 443, requestBytes: 120, replyBytes: 1_350, maxPackets: 400 },
  { weight: 10, protocol: UDP, port: 443, requestBytes: 90, replyBytes: 1_200, maxPackets: 300 },
  { weight: 8, protocol: TCP, port: 80, requestBytes: 110, replyBytes: 1_200, maxPackets: 60 },
  { weight: 25, protocol: UDP, port: 53, requestBytes: 70, replyBytes: 180, maxPackets: 2 },
  { weight: 4, protocol: TCP, port: 22, requestBytes: 100, replyBytes: 140, maxPackets: 200 },
  { weight: 4, protocol: UDP, port: 123, requestBytes: 76, replyBytes: 76, maxPackets: 1 },
  { weight: 3, protocol: TCP, port: 993, requestBytes: 100, replyBytes: 600, maxPackets: 40 },
  { weight: 3, protocol: TCP, port: 8291, requestBytes: 90, replyBytes: 300, maxPackets: 80 },
  { weight: 3, protocol: ICMP, port: 0, requestBytes: 84, replyBytes: 84, maxPackets: 5 },
];

const TOTAL_WEIGHT = SERVICES.reduce((sum, { weight }) => sum + weight, 0);
const LAN_INTERFACE = 2;
const WAN_INTERFACE = 1;

/** A 32-bit generator with a period of 2^32 (mulberry32): good enough for traffic. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Endless flows: a request, then its reply. A fifth of the conversations are IPv6 where that is wanted. */
export function* conversations(options: { seed: number; ipv6: boolean }): Generator<SimFlow, never> {
  const random = seededRandom(options.seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = (): Service => {
    let at = random() * TOTAL_WEIGHT;
    for (const service of SERVICES) {
      at -= service.weight;
      if (at < 0) return service;
    }
    return SERVICES[0] as Service;
  };
  for (;;) {
    const service = pick();
    const isIpv6 = options.ipv6 && service.protocol !== ICMP && random() < 0.2;
    const client = isIpv6 ? `2001:db8:88::${(10 + below(40)).toString(16)}` : `192.168.88.${10 + below(40)}`;
    const server = isIpv6 ? `2001:db8:ffff::${(1 + below(60)).toString(16)}` : `203.0.113.${1 + below(60)}`;
    const clientPort = service.protocol === ICMP ? 0 : 49_152 + below(16_384);
    const requestPackets = 1 + below(service.maxPackets);
    const replyPackets = Math.max(1, Math.round(requestPackets * (0.8 + random() * 0.6)));
    const common = {
      protocol: service.protocol,
      durationMs: below(30_000),
      tcpFlags: service.protocol === TCP ? 0x1b : 0,
      tos: service.port === 22 ? 0x10 : 0,
    };
    yield {
      ...common,
      src: client,
      dst: server,
      srcPort: clientPort,
      // Exporters put ICMP's type and code here; an echo request is type 8.
      dstPort: service.protocol === ICMP ? 2_048 : service.port,
      packets: requestPackets,
      bytes: requestPackets * service.requestBytes + below(requestPackets * 8),
      inInterface: LAN_INTERFACE,
      outInterface: WAN_INTERFACE,
    };
    yield {
      ...common,
      src: server,
      dst: client,
      srcPort: service.port,
      dstPort: service.protocol === ICMP ? 0 : clientPort,
      packets: replyPackets,
      bytes: replyPackets * service.replyBytes + below(replyPackets * 8),
      inInterface: WAN_INTERFACE,
      outInterface: LAN_INTERFACE,
    };
  }
}
