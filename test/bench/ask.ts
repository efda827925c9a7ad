// Times queries over one kept-alive HTTP connection, bodies read whole.
import { Agent, request } from 'node:http';

const WARM_UP = 3;
const TIMEOUT_MS = 120_000;

export type Query = {
  readonly id: string;
  readonly query: string;
  /** Unix seconds; a range query has all three, an instant query `time`. */
  readonly start?: number;
  readonly end?: number;
  readonly step?: number;
  readonly time?: number;
};

export type Server = { readonly url: string; readonly token?: string };

/** The median in ms of `runs` answers after some to warm up, and how many points an answer has. */
export async function p50(server: Server, query: Query, runs = 31): Promise<{ ms: number; points: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const tookMs: number[] = [];
    let last = '';
    for (let i = 0; i < runs + WARM_UP; i++) {
      const startedMs = performance.now();
      last = await ask(server, query, agent);
      if (i >= WARM_UP) tookMs.push(performance.now() - startedMs);
    }
    const { status, data } = JSON.parse(last) as {
      status: string;
      data: { result: { values?: unknown[] }[] };
    };
    if (status !== 'success') throw new Error(`${query.id}: ${last.slice(0, 200)}`);
    const points = data.result.reduce((sum, { values }) => sum + (values?.length ?? 1), 0);
    return { ms: tookMs.toSorted((a, b) => a - b)[tookMs.length >> 1] ?? Number.NaN, points };
  } finally {
    agent.destroy();
  }
}

const WARM_UP_ASKS = 400;

/** Asks each server the same query many times. */
export async function warmUp(servers: readonly Server[], query: Query): Promise<void> {
  for (const server of servers) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < WARM_UP_ASKS; i++) await ask(server, query, agent);
    agent.destroy();
  }
}

function ask({ url, token }: Server, { query, start, end, step, time }: Query, agent: Agent): Promise<string> {
  const given = Object.entries({ query, start, end, step, time }).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const kind = time === undefined ? 'query_range' : 'query';
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}/api/v1/${kind}?${text.toString()}`,
      { agent, headers, timeout: TIMEOUT_MS },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => resolve(Buffer.concat(pieces).toString()));
        answer.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end();
  });
}
