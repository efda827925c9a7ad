// Those of the sample network that send by themselves: edges by MQTT, clients and a headend by the push API.
import { randomBytes } from 'node:crypto';
import { startEdges } from './edges.ts';
import type { SimulatedEdge } from './edges.ts';
import { startPushAgents } from './push-agents.ts';
import type { PushAgents } from './push-agents.ts';

const EDGES_EVERY_MS = 10_000;
const AGENTS_EVERY_MS = 15_000;
const RETRY_MS = 2_000;

const edges: readonly SimulatedEdge[] = [
  { id: 'LAB-E1001', type: 'dedicated-edge', name: 'edge-harbour' },
  { id: 'LAB-E1002', type: 'dedicated-edge', name: 'edge-chapel' },
  { id: 'LAB-M2001', type: 'mtge', name: 'mtge-market', isBridged: true },
  { id: 'LAB-C3001', type: 'connector' },
];

/** What the engine lets in, with keys that hold for this run. */
export type SampleSenders = {
  readonly edges: { readonly username: string; readonly password: string; readonly ids: readonly string[] };
  readonly clients: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly key: string;
  }[];
  readonly headends: readonly {
    readonly id: string;
    readonly name: string;
    readonly region: string;
    readonly datacenter: string;
  }[];
  readonly headendSecret: string;
};

/** Where they send to; a way that is missing is not open. */
export type SendTo = { readonly mqtt?: string | undefined; readonly push?: string | undefined };

const secret = (): string => randomBytes(24).toString('base64url');

export function describeSenders(): SampleSenders {
  return {
    edges: { username: 'sample', password: secret(), ids: edges.map(({ id }) => id) },
    clients: [
      { id: 'lab-laptop', name: 'laptop-field', type: 'native', key: secret() },
      { id: 'lab-docker', name: 'docker-build', type: 'docker', key: secret() },
    ],
    headends: [{ id: 'lab-headend', name: 'headend-eu-1', region: 'eu', datacenter: 'fra1' }],
    headendSecret: secret(),
  };
}

/** Sends until the returned function is called. */
export function startSenders(
  { edges: account, clients, headends, headendSecret }: SampleSenders,
  to: SendTo,
): () => void {
  let isOver = false;
  const ends: (() => unknown)[] = [];
  const connect = async (url: URL): Promise<void> => {
    const { username, password } = account;
    try {
      const end = await startEdges({ host: url.hostname, port: Number(url.port) }, edges, EDGES_EVERY_MS, {
        username,
        password,
      });
      if (isOver) await end();
      else ends.push(end);
    } catch {
      if (!isOver) setTimeout(() => void connect(url), RETRY_MS).unref();
    }
  };
  if (to.mqtt !== undefined) void connect(new URL(to.mqtt));
  if (to.push !== undefined) {
    const agents: PushAgents = {
      clients: clients.map(({ id, key, type }) => ({ id, key, headless: type === 'docker' })),
      headends,
      secret: headendSecret,
    };
    ends.push(startPushAgents(to.push, agents, AGENTS_EVERY_MS));
  }
  return () => {
    isOver = true;
    for (const end of ends) void end();
  };
}
