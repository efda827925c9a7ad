// Edges that publish metrics, informs and keepalives of each type over MQTT.
import { connectAsync } from 'mqtt';
import type { IClientOptions } from 'mqtt';

export type SimulatedEdge = {
  readonly id: string;
  readonly type: 'dedicated-edge' | 'mtge' | 'connector';
  readonly name?: string;
  /** Its WAN port is bridged: no address can be read. */
  readonly isBridged?: boolean;
};

/** Publishes for all of them every `everyMs`, at first at once, until the returned function is called. */
export async function startEdges(
  at: { readonly host: string; readonly port: number },
  edges: readonly SimulatedEdge[],
  everyMs: number,
  options: IClientOptions = {},
): Promise<() => Promise<void>> {
  const client = await connectAsync({ ...at, protocolVersion: 4, ...options });
  // It connects again by itself; a broker that went away is no fault of the edges.
  client.on('error', () => {});
  let tick = 0;
  const publish = (): void => {
    tick++;
    for (const [place, edge] of edges.entries()) {
      const { id, type } = edge;
      if (type !== 'dedicated-edge')
        client.publish(`edge/${id}/keepalive`, JSON.stringify({ edge_id: id }), { qos: 1 });
      if (type === 'connector') continue;
      client.publish(`edge/${id}/inform`, JSON.stringify(informOf(edge, place, tick)), { qos: 1 });
      client.publish(`edge/${id}/metrics`, ipfixOf(place, tick), { qos: 1 });
    }
  };
  publish();
  const timer = setInterval(publish, everyMs);
  return async () => {
    clearInterval(timer);
    await client.endAsync(true);
  };
}

const ports = [
  [6, 443, 620_000],
  [17, 443, 240_000],
  [17, 53, 2_400],
  [6, 22, 900],
] as const;

/** Flows as an edge adds them up: by protocol and destination port. */
const ipfixOf = (place: number, tick: number): string =>
  (['bytes', 'packets', 'flows'] as const)
    .map((what, i) => {
      const per = [1, 900, 40_000][i]!;
      const lines = ports.map(([protocol, port, rate]) => {
        const total = Math.round((tick * rate * (1 + place / 3)) / per);
        return `edge_ipfix_${what}_total{protocol="${protocol}",dst_port="${port}"} ${total}\n`;
      });
      return `# TYPE edge_ipfix_${what}_total counter\n${lines.join('')}`;
    })
    .join('');

const informOf = ({ id, type, name, isBridged }: SimulatedEdge, place: number, tick: number) => ({
  edge_id: id,
  type,
  ...(name !== undefined && { name }),
  wan_ip: isBridged === true ? null : `203.0.113.${place + 1}`,
  uptime: 86_400 * (3 + place * 8) + tick * 10,
  cpu: 20 + place * 6 + Math.round(60 * (1 + Math.sin(tick / 12 + place))) / 10,
  memory: 600_000_000 + place * 150_000_000 + (tick % 24) * 2_000_000,
  interfaces: ['wan0', 'lan0'].map((port, i) => {
    const total = (perTick: number): number => Math.round(perTick * (tick + 3 * Math.sin(tick / 9 + place)));
    return {
      name: port,
      up: true,
      rx_bytes: total(4_000_000 / (i + 1)),
      tx_bytes: total(900_000 * (i + 1)),
      rx_packets: total(4_000),
      tx_packets: total(3_000),
      rx_errors: 0,
      tx_errors: 0,
      drops: Math.floor(tick / 20),
    };
  }),
});
