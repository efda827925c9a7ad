import { describe, expect, it } from 'vitest';
import { SimulatedDevice } from '../../lab/routeros/device.ts';
import { menus } from '../../lab/routeros/menus/index.ts';
import { connectedSince, type NetworkSpec } from '../../lab/routeros/network.ts';
import { networkOf } from '../../lab/networks.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

const make = (clock: { ms: number }, network: NetworkSpec, version = '7.15.3') =>
  new SimulatedDevice({
    version,
    identity: 'core',
    boardName: 'RB5009UG+S+',
    serial: 'X',
    username: 'monitor',
    group: 'monitor',
    policies: ['read', 'api'],
    health: 'full',
    interfaces: [{ name: 'ether1' }],
    seed: 1,
    uptimeSeconds: 86_400,
    now: () => clock.ms,
    without: [],
    network,
  });

const rows = (device: SimulatedDevice, menu: string): Record<string, string>[] =>
  (menus[menu]?.(device) ?? []).map((row) =>
    Object.fromEntries([...row].map(([name, value]) => [name, String(value)])),
  );

const users = {
  ppp: Array.from({ length: 20 }, (_, i) => ({ name: `user${i}`, limits: [8_000_000, 2_000_000] as const })),
};

describe('customers of a simulated router', () => {
  it('come and go over a day, and each session has an interface and a queue of its own', () => {
    const clock = { ms: NOON };
    const device = make(clock, users);
    const counts = new Set<number>();
    for (let minute = 0; minute < 24 * 60; minute += 12) {
      clock.ms = NOON + minute * 60_000;
      const active = rows(device, '/ppp/active').map(({ name }) => name);
      counts.add(active.length);
      expect(rows(device, '/interface').map(({ name }) => name)).toEqual([
        'ether1',
        ...active.map((name) => `<pppoe-${name}>`),
      ]);
      expect(rows(device, '/queue/simple').map(({ target }) => target)).toEqual(
        active.map((name) => `<pppoe-${name}>`),
      );
    }
    expect(counts.size).toBeGreaterThan(3);
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });

  it('count on within a session, and begin anew with the next one', () => {
    const clock = { ms: NOON };
    const device = make(clock, users);
    // By the moment each session began: its bytes, in the order in which they were read.
    const sessions = new Map<number, number[]>();
    for (let minute = 0; minute < 6 * 60; minute++) {
      clock.ms = NOON + minute * 60_000;
      const began = connectedSince(device, 'user0');
      const row = rows(device, '/interface').find(({ name }) => name === '<pppoe-user0>');
      if (began === undefined || row === undefined) continue;
      sessions.set(Math.round(began), [...(sessions.get(Math.round(began)) ?? []), Number(row['tx-byte'])]);
    }
    expect(sessions.size).toBeGreaterThan(1);
    for (const bytes of sessions.values()) expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    const [first = [], second = []] = [...sessions.values()];
    expect(second[0]).toBeLessThan(first.at(-1) ?? 0);
  });

  it('a limit is said as upload/download', () => {
    const [queue] = rows(make({ ms: NOON }, users), '/queue/simple');
    expect(queue?.['max-limit']).toBe('2000000/8000000');
  });
});

describe('the sample network', () => {
  const sites = [
    { name: 'core', version: '7.18.2', board: 'CCR2004' },
    { name: 'tower-north', version: '7.15.3', board: 'RB5009' },
    { name: 'tower-south', version: '6.49.17', board: 'RB4011' },
  ];
  const of = (name: string) => networkOf(name, sites, (site) => `address of ${site.name}`);

  it('both ends of a link hear each other, at the address that each is watched at', () => {
    expect(of('core').neighbours?.[0]).toMatchObject({
      interface: 'ether2',
      identity: 'tower-north',
      address: 'address of tower-north',
      mac: '02:00:00:00:02:01',
      remoteInterface: 'ether1',
    });
    expect(of('tower-north').neighbours?.[0]).toMatchObject({
      interface: 'ether1',
      identity: 'core',
      address: 'address of core',
      mac: '02:00:00:00:01:02',
      remoteInterface: 'ether2',
    });
  });

  it('a link that is down is silent', () => {
    const device = make({ ms: NOON }, of('tower-north'));
    expect(rows(device, '/ip/neighbor')).toHaveLength(1);
    device.setInterface('ether1', { down: true });
    expect(rows(device, '/ip/neighbor')).toEqual([]);
  });
});

describe('20,000 leases', () => {
  it('have 20,000 addresses and MAC addresses', () => {
    const leases = rows(make({ ms: NOON }, { leases: 20_000 }), '/ip/dhcp-server/lease');
    expect(new Set(leases.map(({ address }) => address)).size).toBe(20_000);
    expect(leases).toHaveLength(20_000);
  });
});
