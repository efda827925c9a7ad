// Flows like the load generator's: 1,000 hosts, 5,000 remotes and 200 ports, few of them met often (Zipf).

const HOSTS = 1_000;
const REMOTES = 5_000;
const PORTS = 200;
const KNOWN_PORTS = [443, 80, 53, 22, 25, 993, 123, 3389, 8080, 5060, 1194, 8291];

export type MadeFlow = {
  host: number;
  remote: number;
  protocol: number;
  service: number;
  /** From the remote, which has the service, to the host. */
  isReply: boolean;
  dscp: number;
  /** The interface on the host's side; the other one is 1. */
  inside: number;
  bytes: number;
  packets: number;
};

/** The same for the same seed; each call draws the next one into the same object. */
export function makeFlows(seed: number): () => MadeFlow {
  const random = randomOf(seed);
  const [hosts, remotes, ports] = [zipf(HOSTS, random), zipf(REMOTES, random), zipf(PORTS, random)];
  const flow: MadeFlow = {
    host: 0,
    remote: 0,
    protocol: 0,
    service: 0,
    isReply: false,
    dscp: 0,
    inside: 0,
    bytes: 0,
    packets: 0,
  };
  return () => {
    const host = hosts();
    const port = ports();
    const of = random();
    flow.host = 0x0a00_0000 + (Math.floor(host / 250) << 8) + 2 + (host % 250);
    flow.remote = 0xc612_0000 + remotes();
    flow.protocol = of < 0.7 ? 6 : of < 0.95 ? 17 : of < 0.99 ? 1 : 47;
    flow.service = flow.protocol === 1 ? 0x0800 : flow.protocol === 47 ? 0 : (KNOWN_PORTS[port] ?? 2_000 + port * 37);
    flow.isReply = random() < 0.45;
    flow.dscp = random() < 0.05 ? 46 : 0;
    flow.inside = 2 + (host % 8);
    flow.packets = 1 + Math.floor(Math.exp(random() * 7));
    flow.bytes = flow.packets * (60 + Math.floor(random() * 1_340));
    return flow;
  };
}

/** Numbers of 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function zipf(count: number, random: () => number): () => number {
  const until = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) until[rank] = sum += 1 / (rank + 1);
  return () => {
    const drawn = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((until[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
