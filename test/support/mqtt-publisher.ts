// An edge that publishes numbered samples with QoS 1 and remembers which of them were acknowledged.
import { MqttClient, connect } from 'mqtt';
import type { IClientOptions } from 'mqtt';

export type Publisher = {
  readonly client: MqttClient;
  /** The numbers whose PUBACK came. */
  readonly acked: Set<number>;
  /** Publishes on, so many messages at once, until the returned function is called; resolves when all is acknowledged or given up. */
  run(options: { perSecond: number }): () => Promise<void>;
  end(): Promise<void>;
};

/** Sample `n` is `edge_number n` at `startMs + n` ms. */
export function createPublisher(url: string, edgeId: string, startMs: number, options: IClientOptions = {}): Publisher {
  const client = connect(url, { reconnectPeriod: 200, clientId: `publisher-${edgeId}`, clean: true, ...options });
  client.on('error', () => {
    // The peer is killed on purpose.
  });
  const acked = new Set<number>();
  let next = 0;
  return {
    client,
    acked,
    run({ perSecond }) {
      let isOver = false;
      const beganMs = performance.now();
      const first = next;
      const timer = setInterval(() => {
        if (isOver || !client.connected) return;
        const due = first + Math.floor(((performance.now() - beganMs) / 1_000) * perSecond);
        while (next < due && next - acked.size < 4 * perSecond) {
          const n = next++;
          client.publish(`edge/${edgeId}/metrics`, `edge_number ${n} ${startMs + n}\n`, { qos: 1 }, (error) => {
            if (error === undefined || error === null) acked.add(n);
          });
        }
      }, 5);
      return async () => {
        isOver = true;
        clearInterval(timer);
        for (let i = 0; i < 200 && acked.size < next; i++) await new Promise((resolve) => setTimeout(resolve, 50));
      };
    },
    end: () => client.endAsync(true),
  };
}
