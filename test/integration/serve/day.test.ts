// A simulated day of twenty routers in twenty seconds: what the engine makes of reboots, flapping links, a power cut, and
// customers that come and go.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDay } from '../../lab/day/index.ts';
import type { Day, DayEvent } from '../../lab/day/index.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const DAY_MS = 20_000;
const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-day-'));
let day: Day;
let served: Served;
let rpc: RpcConnection;

beforeAll(async () => {
  day = await startDay({ routers: 20, dayMs: DAY_MS });
  writeFileSync(path.join(dataDir, 'password'), 'monitor-secret\n');
  const routers = day.routers.map(
    ({ name, port }) =>
      `  - {name: ${name}, address: 127.0.0.1, port: ${port}, username: monitor, password_file: password, interval: 1s, collectors: {neighbor: 1s}}`,
  );
  served = await startServe({
    dataDir,
    config: `
netflow: {listen: []}
host: {enabled: false}
presence: {offline_after: 10s}
subscribers: {latency: {from: off}}
routeros:
${routers.join('\n')}
`,
  });
  rpc = await connectRpc(served);
}, 60_000);
afterAll(async () => {
  rpc?.close();
  await served?.stop();
  await day?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const settles = (what: string, assert: () => Promise<void>, timeoutMs: number): Promise<boolean> =>
  eventually(
    what,
    async () => {
      await assert();
      return true;
    },
    Boolean,
    timeoutMs,
  );
const states = async (): Promise<Map<string, string>> =>
  new Map((await rpc.client.devices.list()).map(({ id, state }) => [id, state]));
const linkOf = async (site: string): Promise<string | undefined> => {
  const above = day.routers.find(({ name }) => name === site)?.site.uplink?.site;
  const { links } = await rpc.client.map.get();
  return links.find(({ a, b }) => (a === site && b === above) || (b === site && a === above))?.state;
};
const allOnline = async (): Promise<void> => {
  expect([...(await states())].filter(([, state]) => state !== 'online')).toEqual([]);
};
/** The value of each series, by the router's name. */
const byRouter = async (expr: string): Promise<Map<string, number>> =>
  new Map((await query(served, expr)).map(({ metric, value }) => [metric['routerboard_name'] ?? '', Number(value[1])]));
const sitesOf = (kind: DayEvent['kind']): string[] =>
  day.script.filter((event) => event.kind === kind).map(({ site }) => site);

it('tells reboots, cuts and reconnects apart, and loses count of nothing', { timeout: 90_000 }, async () => {
  await settles('all are online', allOnline, 30_000);
  await settles('the map is whole', async () => expect((await rpc.client.map.get()).links).toHaveLength(19), 20_000);
  const beganMs = Date.now();
  const ended = Promise.withResolvers<void>();
  let endings = 0;
  day.begin((_, phase) => {
    if (phase === 'ends' && ++endings === day.script.length) ended.resolve();
  });

  // While the power is off: it is offline after ten seconds, and the port that leads there is down; nobody else is.
  const [dark = ''] = sitesOf('power');
  await settles('the cut link is down', async () => expect(await linkOf(dark)).toBe('down'), 20_000);
  await settles('the site is offline', async () => expect((await states()).get(dark)).toBe('offline'), 20_000);
  expect([...(await states())].filter(([, state]) => state === 'offline').map(([id]) => id)).toEqual([dark]);

  await ended.promise;
  await settles('all are online again', allOnline, 30_000);
  await settles(
    'all links are up again',
    async () =>
      expect((await rpc.client.map.get()).links.map(({ state }) => state)).toEqual(Array<string>(19).fill('up')),
    30_000,
  );

  // Counters began anew where a router did, once each, and nowhere else.
  const rebooted = [...sitesOf('reboot'), dark];
  const resets = await byRouter('max by (routerboard_name) (resets(mktxp_interface_rx_byte_total{name="ether1"}[2m]))');
  expect(resets.size).toBe(20);
  expect(Object.fromEntries([...resets].filter(([, count]) => count > 0))).toEqual(
    Object.fromEntries(rebooted.map((site) => [site, 1])),
  );

  // Nothing ever carried more than it can: means swing by less than twice, and a second poll may come early.
  const most = Math.max(...day.routers.flatMap(({ site }) => site.interfaces.map(({ rxBps = 0 }) => rxBps)));
  for (const way of ['rx', 'tx']) {
    const rates = `8 * rate(mktxp_interface_${way}_byte_total{name!~"<.*"}[10s])`;
    const [highest] = await query(served, `max(max_over_time((${rates})[1m:1s]))`);
    const [lowest] = await query(served, `min(min_over_time((${rates})[1m:1s]))`);
    expect(Number(highest?.value[1])).toBeGreaterThan(most / 20);
    expect(Number(highest?.value[1])).toBeLessThan(3 * most);
    expect(Number(lowest?.value[1])).toBeGreaterThanOrEqual(0);
  }

  // Each link that was cut is counted by the port that leads to it, and marked as not running at the time.
  const cut = day.script.map(({ site }) => day.routers.find(({ name }) => name === site)?.site.uplink);
  for (const [i, uplink] of cut.entries()) {
    const port = `routerboard_name="${uplink?.site}",name="${uplink?.port}"`;
    const [downs] = await query(served, `mktxp_link_downs_total{${port}}`);
    expect(Number(downs?.value[1]), `link to ${day.script[i]?.site}`).toBe(1);
  }

  // Customers: each was seen to leave and come back, and has moved no more than it can.
  const customers = day.routers.flatMap(({ site }) => site.ppp.map(({ name }) => name));
  expect(customers).toHaveLength(12);
  await settles(
    'every customer was away',
    async () => {
      const { rows } = await rpc.client.subscribers.list();
      expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(customers));
      const details = await Promise.all(rows.map(({ key }) => rpc.client.subscribers.get({ key })));
      const stayed = details.filter(({ sessions }) => sessions.every(({ endedMs }) => endedMs === null));
      expect(stayed.map(({ name }) => name)).toEqual([]);
      // At most 8 Mb/s down, from the session that was on when the day began.
      const seconds = (Date.now() - beganMs) / 1_000 + 60;
      for (const { today } of details) expect(today.rx).toBeLessThan(1e6 * seconds);
    },
    30_000,
  );
});
