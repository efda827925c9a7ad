import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRouter } from '../../lab/routeros/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { session } from '../../lab/routeros/network.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

/** Twelve users whose connections last for 8 minutes to 2 hours, looked at every three minutes of theirs. */
const STEP_MS = 180_000;
const USERS = Array.from({ length: 12 }, (_, i) => ({
  name: `user-${i}`,
  profile: i % 2 === 0 ? 'gold' : 'default',
  comment: i % 2 === 0 ? '' : 'tier=silver',
  limits: [20e6, 5e6] as const,
}));

let routerMs = Date.UTC(2026, 10, 21, 12);
let router: SimulatedRouter;
let served: Served;
let rpc: RpcConnection;
const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-subscribers-'));

async function start(): Promise<void> {
  served = await startServe({
    dataDir,
    config: `
netflow: {listen: []}
host: {enabled: false}
subscribers: {latency: {from: off}}
routeros:
  - {name: core, address: 127.0.0.1, port: ${router.port}, username: monitor, password_file: password, interval: 1s}
`,
  });
  rpc = await connectRpc(served);
}

beforeAll(async () => {
  router = await startRouter({ password: 'secret', network: { ppp: USERS }, clock: { now: () => routerMs } });
  writeFileSync(path.join(dataDir, 'password'), 'secret\n');
  await start();
});
afterAll(async () => {
  rpc.close();
  await served.stop();
  await router.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Whatever the order of the users. */
const textOf = (record: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(record).toSorted(([a], [b]) => a.localeCompare(b)));

type Known = { readonly sinceMs: number; readonly down: number; readonly up: number };

it('counts what each user moved, over reconnects, a kill and a restart, and its series never fall', async () => {
  const known = new Map<string, Known>();
  const expected = new Map(USERS.map(({ name }) => [name, { rx: 0, tx: 0 }]));
  let reconnects = 0;
  let away = 0;
  /** As the engine must see it, from what the router says at this moment. */
  const look = (): void => {
    for (const { name } of USERS) {
      const before = known.get(name);
      const now = session(router.device, name);
      known.delete(name);
      if (now === undefined) {
        away++;
        continue;
      }
      const { sinceMs, downloadBytes: down, uploadBytes: up } = now;
      known.set(name, { sinceMs, down, up });
      // Of a connection that is older than the last look, and was not there then, nobody knows when it moved what.
      if (before === undefined) continue;
      const isSame = before.sinceMs === sinceMs;
      if (!isSame) reconnects++;
      const total = expected.get(name) ?? { rx: 0, tx: 0 };
      expected.set(name, {
        rx: total.rx + down - (isSame ? before.down : 0),
        tx: total.tx + up - (isSame ? before.up : 0),
      });
    }
  };
  const wanted = (): Record<string, unknown> =>
    Object.fromEntries(
      USERS.map(({ name }) => [name, { state: known.has(name) ? 'up' : 'down', ...expected.get(name) }]),
    );
  const seen = async (): Promise<Record<string, unknown>> => {
    const { rows } = await rpc.client.subscribers.list();
    return Object.fromEntries(
      rows
        .filter(({ name }) => name.startsWith('user-'))
        .map(({ name, state, thisMonth }) => [name, { state, ...thisMonth }]),
    );
  };
  const agree = async (): Promise<void> => {
    await eventually('the totals', seen, (record) => textOf(record) === textOf(wanted())).catch(() => {});
    expect(await seen()).toEqual(wanted());
  };
  const appended = (): Promise<unknown> =>
    eventually(
      'the series',
      () => query(served, 'linewarden_subscriber_rx_bytes_total'),
      (series) =>
        series.length === USERS.length &&
        series.every(({ metric, value }) => Number(value[1]) === expected.get(metric['subscriber'] ?? '')?.rx),
      40_000,
    );

  look();
  await agree();
  for (let step = 1; step <= 20; step++) {
    routerMs += STEP_MS;
    if (step === 9 || step === 17) {
      routerMs -= STEP_MS;
      await appended();
      rpc.close();
      await (step === 9 ? served.kill() : served.stop());
      routerMs += STEP_MS;
      await start();
    }
    look();
    await agree();
  }
  await appended();
  expect(reconnects).toBeGreaterThan(3);
  expect(away).toBeGreaterThan(0);
  expect(await query(served, 'sum(resets(linewarden_subscriber_rx_bytes_total[1h]))')).toMatchObject([
    { value: [expect.any(Number), '0'] },
  ]);
  const up = await query(served, 'count by (tier) (linewarden_subscriber_up)');
  expect(Object.fromEntries(up.map(({ metric, value }) => [metric['tier'], value[1]]))).toEqual({
    gold: '6',
    silver: '6',
  });
  const [first] = (await rpc.client.subscribers.list()).rows;
  const detail = await rpc.client.subscribers.get({ key: first?.key ?? '' });
  expect(detail.sessions.length).toBeGreaterThan(0);
}, 240_000);
