// Mentions of the same machine by different tellers become one entry; others do not.
import { describe, expect, test } from 'vitest';
import { addressesOf, kindOf } from '../../../electron/engine/discovery/entry.ts';
import type { FoundEntry, Sighting } from '../../../electron/engine/discovery/entry.ts';
import { FoundTable } from '../../../electron/engine/discovery/found-table.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const lease: Sighting = { by: 'core', source: 'dhcp', atMs: 1, mac: '3C:22:FB:00:00:01', address: '10.0.0.5' };
const router: Sighting = {
  by: 'core',
  source: 'neighbor',
  atMs: 1,
  mac: '74:4D:28:91:0D:2F',
  address: '10.0.0.2',
  identity: 'tower',
  platform: 'MikroTik',
  board: 'RB4011',
};
const all = (table: FoundTable): FoundEntry[] => [...table.entries()];
const seen = (...sightings: Sighting[]): FoundTable => {
  const table = new FoundTable();
  for (const sighting of sightings) table.see(sighting);
  return table;
};

describe('mentions of one machine', () => {
  test('are joined by its MAC: what it is, where, by whom, first and last', () => {
    const [entry, ...others] = all(
      seen(
        { ...lease, hostName: 'laptop', interface: 'bridge' },
        { ...lease, source: 'arp', atMs: 5, comment: 'Anna' },
        { ...lease, by: 'tower', atMs: 3, address: '10.0.9.5' },
      ),
    );
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      facts: { hostName: 'laptop', comment: 'Anna' },
      macs: ['3C:22:FB:00:00:01'],
      places: [
        { by: 'core', address: '10.0.0.5' },
        { by: 'tower', address: '10.0.9.5' },
      ],
      firstSeenMs: 1,
      lastSeenMs: 5,
    });
    expect(entry?.seenBy).toEqual([
      { by: 'core', source: 'dhcp', interface: 'bridge', atMs: 1 },
      { by: 'core', source: 'arp', interface: '', atMs: 5 },
      { by: 'tower', source: 'dhcp', interface: '', atMs: 3 },
    ]);
  });

  test('are joined by the software id, although two entries had begun', () => {
    const table = seen(router, { ...router, mac: '74:4D:28:FF:00:01', address: '10.0.7.2', identity: 'other' });
    expect(table.size).toBe(2);
    table.see({ ...router, softwareId: 'H792-MXJ3' });
    table.see({ ...router, mac: '74:4D:28:FF:00:01', address: '10.0.7.2', softwareId: 'H792-MXJ3' });
    expect(all(table)).toMatchObject([
      { macs: ['74:4D:28:91:0D:2F', '74:4D:28:FF:00:01'], places: [{ address: '10.0.0.2' }, { address: '10.0.7.2' }] },
    ]);
  });

  test("are joined by neighbouring MACs under one name, but not under the factory's", () => {
    const port2 = { ...router, mac: '74:4D:28:91:0D:30', address: '10.0.8.2' };
    expect(seen(router, port2).size).toBe(1);
    expect(seen(router, { ...port2, mac: '74:4D:28:92:0D:30' }).size).toBe(2);
    expect(seen(router, { ...port2, board: 'RB5009' }).size).toBe(2);
    expect(seen({ ...router, identity: 'MikroTik' }, { ...port2, identity: 'MikroTik' }).size).toBe(2);
  });

  test('are joined by the address where nobody said a MAC', () => {
    const { mac: _, ...bare } = lease;
    expect(seen(bare, { ...lease, atMs: 2 }).size).toBe(1);
    expect(seen(lease, { ...bare, atMs: 2, hostName: 'laptop' }).size).toBe(1);
    expect(seen({ ...bare, address: undefined }).size).toBe(0);
  });

  test('an address goes with the machine that has it now', () => {
    const [before, now] = all(seen(lease, { ...lease, atMs: 2, mac: '3C:22:FB:00:00:02' }));
    expect(before).toMatchObject({ macs: ['3C:22:FB:00:00:01'], places: [] });
    expect(now).toMatchObject({ macs: ['3C:22:FB:00:00:02'], places: [{ by: 'core', address: '10.0.0.5' }] });
  });

  test('an address of one site takes none from another, which may use the same network', () => {
    const [here, there] = all(seen(lease, { ...lease, by: 'tower', atMs: 2, mac: '3C:22:FB:00:00:02' }));
    expect([here, there].map((entry) => entry && addressesOf(entry))).toEqual([['10.0.0.5'], ['10.0.0.5']]);
  });

  test.each([
    ['mikrotik', router],
    ['mikrotik', { ...lease, mac: 'DC:2C:6E:00:00:01' }],
    ['neighbour', { ...router, platform: 'cisco WS-C2960', mac: '00:1A:00:00:00:01' }],
    ['neighbour', { ...lease, source: 'neighbor' }],
    ['host', lease],
  ] as const)('make a %s', (kind, sighting) => {
    expect(all(seen(sighting)).map((entry) => kindOf(entry))).toEqual([kind]);
  });
});

describe('the table', () => {
  test('is bounded: forged hosts do not crowd out a router or what is ignored', () => {
    const table = new FoundTable(100);
    table.see(router);
    table.see(lease);
    table.setIgnored('mac 3C:22:FB:00:00:01', true);
    for (let i = 0; i < 5_000; i++) {
      const mac = `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
      table.see({ ...lease, atMs: 10 + i, mac: mac.toUpperCase(), address: `10.8.${i >> 8}.${i & 255}` });
    }
    expect(table.size).toBeLessThanOrEqual(100);
    expect(table.get('mac 74:4D:28:91:0D:2F')?.facts.identity).toBe('tower');
    expect(table.get('mac 3C:22:FB:00:00:01')?.isIgnored).toBe(true);
  });

  test('keeps no more than some of what one machine says of itself', () => {
    const table = new FoundTable();
    for (let i = 0; i < 100; i++) {
      table.see({
        ...router,
        softwareId: 'X',
        mac: `74:4D:28:00:00:${i.toString(16).padStart(2, '0').toUpperCase()}`,
        address: `10.0.1.${i}`,
        by: `router-${i}`,
      });
    }
    const [entry] = all(table);
    expect(table.size).toBe(1);
    expect([entry?.macs.length, entry?.places.length, entry?.seenBy.length]).toEqual([16, 16, 16]);
    // The MAC that fell out is nobody's now.
    table.see({ ...lease, mac: '74:4D:28:00:00:00' });
    expect(table.size).toBe(2);
  });

  test('forgets hosts after a week, devices later, and what is ignored last', () => {
    const table = seen(lease, router, { ...lease, mac: '3C:22:FB:00:00:09', address: '10.0.0.9' });
    table.setIgnored('mac 3C:22:FB:00:00:09', true);
    const names = (): string[] => all(table).map(({ id }) => id.slice(-5));
    table.expire(7 * DAY);
    expect(names()).toEqual(['00:01', '0D:2F', '00:09']);
    table.expire(7 * DAY + 2);
    expect(names()).toEqual(['0D:2F', '00:09']);
    table.expire(61 * DAY);
    expect(names()).toEqual(['00:09']);
  });

  test('writes what is new or changed, and what is only seen again every six hours', () => {
    const table = seen(lease);
    const written: string[] = [];
    const flush = (): boolean =>
      table.flush(10, ({ saved, dropped }) => {
        written.push(...saved.map(({ lastSeenMs }) => `saved ${lastSeenMs}`), ...dropped.map(() => 'dropped'));
      });
    flush();
    table.see({ ...lease, atMs: HOUR });
    flush();
    table.see({ ...lease, atMs: 2 * HOUR, comment: 'Anna' });
    flush();
    table.see({ ...lease, atMs: 8 * HOUR });
    flush();
    table.expire(30 * DAY);
    expect(flush()).toBe(false);
    expect(written).toEqual(['saved 1', `saved ${2 * HOUR}`, `saved ${8 * HOUR}`, 'dropped']);
  });

  test('goes on from what was stored', () => {
    const table = new FoundTable();
    table.restore(all(seen(router)));
    table.see({ ...router, atMs: 9, version: '7.16' });
    expect(all(table)).toMatchObject([{ firstSeenMs: 1, lastSeenMs: 9, facts: { version: '7.16' } }]);
  });
});
