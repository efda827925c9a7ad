// Clients and headends of Tobogganing's kind: they push what they carry, with their keys and tokens.
import { createHmac } from 'node:crypto';

export type SimulatedClient = { readonly id: string; readonly key: string; readonly headless: boolean };
export type SimulatedHeadend = { readonly id: string; readonly name: string };

export type PushAgents = {
  readonly clients: readonly SimulatedClient[];
  readonly headends: readonly SimulatedHeadend[];
  /** Signs the headends' tokens. */
  readonly secret: string;
};

const TIMEOUT_MS = 5_000;
const TOKEN_LASTS_S = 600;

/** Reports every `everyMs`, at first at once, until the returned function is called. What is refused comes again. */
export function startPushAgents(url: string, agents: PushAgents, everyMs: number): () => void {
  const stopping = new AbortController();
  const since = Date.now();
  let tick = 0;
  const post = (path: string, credential: string, body: unknown): void => {
    const request = fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    request.then(
      (answer) => answer.body?.cancel(),
      () => {},
    );
  };
  const report = (): void => {
    tick++;
    const aliveS = Math.round((Date.now() - since) / 1_000);
    for (const [place, { id, key, headless }] of agents.clients.entries()) {
      const total = (perTick: number): number =>
        Math.round(perTick * (1 + place) * (tick + 2 * Math.sin(tick / 7 + place)));
      const metrics = {
        bytes_sent: total(1_500_000),
        bytes_received: total(9_000_000),
        packets_sent: total(4_000),
        packets_received: total(9_000),
        connection_uptime: 3_600 * (1 + place * 5) + aliveS,
      };
      post(`/api/v1/clients/${id}/metrics`, key, { headless, metrics });
    }
    for (const { id, name } of agents.headends) {
      const metrics = {
        active_connections: 40 + Math.round(8 * Math.sin(tick / 9)),
        bandwidth_in: Math.round(10_485_760 * (1 + 0.4 * Math.sin(tick / 11))),
        bandwidth_out: Math.round(5_242_880 * (1 + 0.3 * Math.sin(tick / 7))),
        cpu_usage: 38 + Math.round(90 * (1 + Math.sin(tick / 13))) / 10,
        memory_usage: 2_147_483_648 + (tick % 40) * 1_000_000,
      };
      post(`/api/v1/headends/${id}/metrics`, tokenOf(id, agents.secret), { headend_name: name, metrics });
    }
  };
  report();
  const timer = setInterval(report, everyMs);
  return () => {
    clearInterval(timer);
    stopping.abort();
  };
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenOf(subject: string, secret: string): string {
  const exp = Math.floor(Date.now() / 1_000) + TOKEN_LASTS_S;
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: subject, aud: 'linewarden', exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
