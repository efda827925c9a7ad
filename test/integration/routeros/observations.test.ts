// What routers tell besides metrics: with the collectors on, switched off, and forbidden; and a router with 20,000 leases.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { type RouterConfig, startRouterPoller } from '../../../electron/engine/collectors/routeros/index.ts';
import type { Observation } from '../../../electron/engine/observations/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { NetworkSpec, SimulatedRouter } from '../../lab/routeros/index.ts';
import { RecordingAppender, RecordingPresence } from './recorders.ts';
import { atEnd, router, until } from './support.ts';

const network: NetworkSpec = {
  ppp: [
    { name: 'anna', always: true, profile: 'gold', comment: 'Mill street 4', limits: [50_000_000, 10_000_000] },
    { name: 'road', always: true, service: 'l2tp', profile: 'vpn' },
  ],
  hosts: ['nas'],
  staticNames: { 'nas.lan': '10.0.0.20' },
  queues: [{ name: 'bakery', address: '10.7.0.2', comment: 'silver', limits: [20_000_000, 5_000_000] }],
  wireguard: [{ name: 'branch', address: '10.8.0.4', isFixed: true }],
  neighbours: [
    {
      interface: 'ether2',
      identity: 'tower',
      address: '10.1.0.2',
      mac: '06:00:00:00:00:03',
      board: 'RB5009',
      version: '7.15.3 (stable)',
      remoteInterface: 'bridge/ether1',
    },
  ],
};

function observe({ port, username, password }: SimulatedRouter, device: Partial<RouterConfig> = {}) {
  const appender = new RecordingAppender();
  const told = new Map<string, Observation>();
  const poller = startRouterPoller({
    device: {
      id: 'core',
      name: 'core',
      address: '127.0.0.1',
      port,
      tls: 'off',
      username,
      intervalMs: 200,
      collectors: {},
      labels: {},
      ...device,
    },
    password: () => Promise.resolve(password),
    appender,
    presence: new RecordingPresence(),
    observe: (id, _atMs, observation) => told.set(`${id} ${observation.kind} ${observation.source}`, observation),
    clock: systemClock,
    logger: silentLogger,
    timing: { startSpreadMs: 0 },
  });
  atEnd(() => poller.stop());
  const rowsOf = (key: string): readonly object[] => told.get(`core ${key}`)?.rows ?? [];
  return { poller, appender, told, rowsOf };
}

const OBSERVING = ['arp', 'dhcp', 'hotspot', 'neighbor', 'ppp', 'queue', 'wireguard_peers'];
const EVERYTHING = [
  'core hosts arp',
  'core hosts dhcp',
  'core neighbours neighbor',
  'core profiles ppp',
  'core sessions hotspot',
  'core sessions ppp',
  'core sessions queue',
  'core sessions wireguard',
  'core static-names dns',
];

const seriesOf = (appender: RecordingAppender): string[] => [
  ...new Set(appender.batches.flatMap(({ samples }) => [...samples.keys()])),
];

describe('observations', () => {
  it('come with what collectors read, also of those that are off by default', async () => {
    const { told, rowsOf, appender } = observe(await router({ version: '7.18.2', network }));
    await until(() => EVERYTHING.every((key) => told.has(key)));
    expect(rowsOf('sessions ppp')).toMatchObject([
      { name: 'anna', isUp: true, address: '10.9.0.2', service: 'pppoe', interface: '<pppoe-anna>' },
      { name: 'road', isUp: true, address: '10.9.0.3', service: 'l2tp', interface: '<l2tp-road>' },
    ]);
    expect(rowsOf('sessions queue')).toMatchObject([
      { name: 'bakery', address: '10.7.0.2', comment: 'silver', rxLimitBps: 20_000_000, txLimitBps: 5_000_000 },
      { name: '<pppoe-anna>', interface: '<pppoe-anna>', rxLimitBps: 50_000_000, txLimitBps: 10_000_000 },
    ]);
    expect(rowsOf('sessions wireguard')).toMatchObject([{ name: 'branch', isUp: true, address: '10.8.0.4' }]);
    expect(rowsOf('profiles ppp')).toEqual([
      { user: 'anna', profile: 'gold', comment: 'Mill street 4' },
      { user: 'road', profile: 'vpn' },
    ]);
    expect(rowsOf('static-names dns')).toEqual([{ address: '10.0.0.20', name: 'nas.lan' }]);
    expect(rowsOf('neighbours neighbor')).toMatchObject([
      { interface: 'ether2', identity: 'tower', address: '10.1.0.2', remoteInterface: 'ether1' },
    ]);
    expect(rowsOf('hosts dhcp')).toMatchObject([{ address: '10.0.0.20', hostName: 'nas' }]);
    // WireGuard's switch is off by default: its peers are subscribers, and no series.
    await until(() => appender.batches.length > 0);
    expect(seriesOf(appender).filter((series) => series.startsWith('mktxp_peer'))).toEqual([]);
  });

  it('go on where their collectors are switched off: no series, and read once, not with each poll', async () => {
    const started = await router({ version: '7.18.2', network });
    const switches = Object.fromEntries(OBSERVING.map((name) => [name, false]));
    const { told, appender } = observe(started, { collectors: switches });
    await until(() => EVERYTHING.every((key) => told.has(key)) && appender.batches.length >= 5);
    const own = /linewarden_routeros_(?!connections_)|mktxp_(dhcp_lease_active|neighbor|queue|peer)/;
    expect(seriesOf(appender).filter((series) => own.test(series))).toEqual([]);
    for (const menu of ['/ppp/active', '/queue/simple', '/ip/arp', '/ip/neighbor', '/interface/wireguard/peers'])
      expect(started.commands.filter(([command]) => command === `${menu}/print`)).toHaveLength(1);
  });

  it('where nothing is to be observed, what is switched off is not read at all', async () => {
    const started = await router({ version: '7.18.2', network });
    const switches = Object.fromEntries(OBSERVING.map((name) => [name, false]));
    const { told, appender } = observe(started, { collectors: switches, observe: false });
    await until(() => appender.batches.length >= 3);
    expect([...told.keys()].filter((key) => / (hosts|neighbours|sessions) /.test(key))).toEqual([]);
    for (const menu of ['/ppp/active', '/queue/simple', '/ip/arp', '/ip/neighbor', '/interface/wireguard/peers'])
      expect(started.commands.filter(([command]) => command === `${menu}/print`)).toEqual([]);
  });
});

describe('a router with 20,000 leases', () => {
  it('is counted whole, read once for all that need it, and its series are capped and told', async () => {
    const started = await router({ version: '6.49.17', network: { leases: 20_000 } });
    const { poller, appender, told } = observe(started, { intervalMs: 15_000 });
    await until(() => appender.batches.length > 0, 30_000);
    const [first] = appender.batches;
    const names = [...(first?.samples.keys() ?? [])];
    const common = 'routerboard_address="127.0.0.1",routerboard_name="core"';
    expect(first?.samples.get(`mktxp_dhcp_lease_active_count{${common},server="customers"}`)).toBe(20_000);
    expect(names.filter((name) => name.startsWith('mktxp_dhcp_lease_info'))).toHaveLength(2_000);
    expect(told.get('core hosts dhcp')?.rows).toHaveLength(20_000);
    const leases = poller.status().find(({ name }) => name === 'dhcp_lease');
    expect(leases).toMatchObject({ lastError: null, samples: 2_000 });
    expect(leases?.warning).toContain('20000 DHCP leases are active');
    expect(started.commands.filter(([command]) => command === '/ip/dhcp-server/lease/print')).toHaveLength(1);
  });
});
