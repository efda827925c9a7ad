// Edges that publish informs and keepalives of each type over MQTT, for the tests and for a look by hand.
import { connectAsync } from 'mqtt';
import type { IClientOptions } from 'mqtt';

export type SimulatedEdge = { readonly id: string; readonly type: 'dedicated-edge' | 'mtge' | 'connector' };

/** Publishes for all of them every `everyMs` until the returned function is called. */
export async function startEdges(
  url: string,
  edges: readonly SimulatedEdge[],
  everyMs: number,
  options: IClientOptions = {},
): Promise<() => Promise<void>> {
  const client = await connectAsync(url, { protocolVersion: 4, ...options });
  let tick = 0;
  const timer = setInterval(() => {
    tick++;
    for (const [place, { id, type }] of edges.entries()) {
      if (type !== 'dedicated-edge')
        client.publish(`edge/${id}/keepalive`, JSON.stringify({ edge_id: id }), { qos: 1 });
      if (type === 'connector') continue;
      client.publish(`edge/${id}/inform`, JSON.stringify(informOf(id, type, place, tick)), { qos: 1 });
    }
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await client.endAsync(true);
  };
}

/** The second of each three has no WAN address: its port is bridged. */
const informOf = (id: string, type: string, place: number, tick: number) => ({
  edge_id: id,
  type,
  wan_ip: place % 3 === 1 ? null : `203.0.113.${place + 1}`,
  uptime: 86_400 + tick,
  cpu: 20 + ((tick + place) % 9),
  memory: 600_000_000,
  interfaces: ['wan0', 'lan0'].map((name, i) => ({
    name,
    up: true,
    rx_bytes: tick * 400_000 * (i + 1),
    tx_bytes: tick * 90_000,
    rx_packets: tick * 400,
    tx_packets: tick * 300,
    rx_errors: 0,
    tx_errors: 0,
    drops: tick,
  })),
});
