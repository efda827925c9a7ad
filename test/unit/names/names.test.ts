// The resolver over a hub and a state.db: who names what, near whom, and what is known again after a restart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createNames } from '../../../electron/engine/names/index.ts';
import type { NamedDevice, Names, NamesSection } from '../../../electron/engine/names/index.ts';
import { createObservationHub } from '../../../electron/engine/observations/index.ts';
import { openState, type StateStore } from '../../../electron/engine/store/state/index.ts';
import { createLogger } from '../../../electron/engine/telemetry/index.ts';

const DAY = 86_400_000;
const START = 1_800_000_000_000;
let nowMs = START;
let dir: string;
let state: StateStore;
let devices: NamedDevice[];
const clock = { now: () => nowMs, monotonic: () => nowMs };
const hub = () => createObservationHub((error) => expect.unreachable(String(error)));
let observations = hub();
let names: Names;
let section: NamesSection = { remember: 7 * DAY, reverse_dns: 'off' };
let lookup = vi.fn<(address: string) => Promise<string[]>>(() => Promise.reject(new Error('not found')));

const open = (): Names =>
  createNames({ observations, state, devices: () => devices, section, clock, logger: createLogger('silent'), lookup });

beforeEach(() => {
  nowMs = START;
  section = { remember: 7 * DAY, reverse_dns: 'off' };
  lookup = vi.fn<(address: string) => Promise<string[]>>(() => Promise.reject(new Error('not found')));
  devices = [{ id: 'core', name: 'Core router', kind: 'router', address: '10.0.0.1' }];
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-resolver-'));
  state = openState(dir);
  observations = hub();
  names = open();
});
afterEach(() => {
  names.stop();
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

function restart(): void {
  names.stop();
  state.close();
  state = openState(dir);
  observations = hub();
  names = open();
}

const said = (address: string): string => {
  const told = names.nameOf(address);
  return told === undefined ? '' : `${told.name} (${told.source}, ${told.deviceId})`;
};

const leases = [
  { address: '10.0.0.5', mac: '74:4D:28:91:0D:2F', hostName: 'DESKTOP-1', comment: 'Anna\u0007' },
  { address: '10.0.0.6', hostName: 'phone' },
  { address: '2001:DB8::0:7', hostName: 'nas' },
  { address: '10.0.0.8' },
  { address: 'not an address', hostName: 'broken' },
  { address: '10.0.0.9', hostName: '10.0.0.9' },
];

describe('names of addresses', () => {
  test('come from leases, sessions, static names, ARP comments and neighbours', () => {
    observations.publish('core', nowMs, { kind: 'hosts', source: 'dhcp', rows: leases });
    observations.publish('core', nowMs, {
      kind: 'hosts',
      source: 'arp',
      rows: [{ address: '10.0.0.20', comment: 'camera', hostName: 'never said by ARP' }],
    });
    observations.publish('core', nowMs, {
      kind: 'sessions',
      source: 'ppp',
      rows: [
        { name: 'mill-street', isUp: true, address: '100.64.0.9' },
        { name: 'gone', isUp: false, address: '100.64.0.10' },
      ],
    });
    observations.publish('core', nowMs, {
      kind: 'sessions',
      source: 'queue',
      rows: [
        { name: '<pppoe-x>', isUp: true, address: '100.64.0.11/32' },
        { name: 'Shop', isUp: true, address: '10.0.3.3/32' },
        { name: 'whole net', isUp: true, address: '10.0.4.0/24' },
      ],
    });
    observations.publish('core', nowMs, {
      kind: 'static-names',
      source: 'dns',
      rows: [{ address: '10.0.0.30', name: 'print.lan' }],
    });
    observations.publish('core', nowMs, {
      kind: 'neighbours',
      source: 'neighbor',
      rows: [{ interface: 'ether2', mac: '74:4D:28:00:00:01', address: '10.0.0.2', identity: 'tower' }],
    });
    expect(
      ['10.0.0.5', '10.0.0.6', '2001:db8::7', '10.0.0.20', '100.64.0.9', '10.0.3.3', '10.0.0.30', '10.0.0.2'].map(said),
    ).toEqual([
      'Anna (dhcp-comment, core)',
      'phone (dhcp, core)',
      'nas (dhcp, core)',
      'camera (arp, core)',
      'mill-street (ppp, core)',
      'Shop (queue, core)',
      'print.lan (dns, core)',
      'tower (neighbour, core)',
    ]);
    expect(['10.0.0.8', '10.0.0.9', '100.64.0.10', '100.64.0.11', '10.0.4.0', 'nonsense'].map(said).join('')).toBe('');
  });

  test("a device's own name goes before all, and follows when it is renamed", () => {
    observations.publish('tower', nowMs, {
      kind: 'hosts',
      source: 'dhcp',
      rows: [{ address: '10.0.0.1', comment: 'some lease' }],
    });
    expect(names.nameOf('::ffff:10.0.0.1')).toMatchObject({ name: 'Core router', source: 'device', deviceId: 'core' });
    devices = [{ id: 'core', name: 'North', kind: 'router', address: '10.0.0.1' }];
    names.devicesChanged();
    expect(names.nameOf('10.0.0.1')?.name).toBe('North');
    devices = [{ id: 'flows/10.0.0.1', name: '10.0.0.1', kind: 'exporter', address: '10.0.0.1' }];
    names.devicesChanged();
    expect(names.nameOf('10.0.0.1')?.name).toBe('some lease');
  });

  test('say what another site with the same network calls it, unless the question is of one site', () => {
    const address = '192.168.88.10';
    observations.publish('core', nowMs, { kind: 'hosts', source: 'dhcp', rows: [{ address, hostName: 'nas' }] });
    observations.publish('tower', nowMs, { kind: 'hosts', source: 'dhcp', rows: [{ address, hostName: 'camera' }] });
    observations.publish('mill', nowMs, {
      kind: 'hosts',
      source: 'arp',
      rows: [{ address, comment: 'x' }],
    });
    expect(names.nameOf(address)).toMatchObject({ name: 'nas', elsewhere: [{ name: 'camera', deviceId: 'tower' }] });
    expect(names.nameOf(address, 'tower')).toMatchObject({ name: 'camera', elsewhere: [] });
    expect(names.nameOf(address, 'another')).toMatchObject({
      name: 'nas',
      elsewhere: [{ name: 'camera', deviceId: 'tower' }],
    });
    // Whom the lease went from is no rival of who holds the address now.
    observations.publish('tower', ++nowMs, { kind: 'hosts', source: 'dhcp', rows: [] });
    expect(names.nameOf(address)).toMatchObject({ name: 'nas', elsewhere: [] });
  });

  test('are known again after a restart, and forgotten when their time is over', () => {
    observations.publish('core', nowMs, { kind: 'hosts', source: 'dhcp', rows: leases });
    restart();
    expect(names.nameOf('10.0.0.5')).toEqual({
      name: 'Anna',
      source: 'dhcp-comment',
      deviceId: 'core',
      lastSeenMs: START,
      elsewhere: [],
    });
    nowMs += 7 * DAY + 1;
    expect(names.nameOf('10.0.0.5')).toBeUndefined();
    nowMs += DAY;
    restart();
    expect(names.size).toBe(0);
  });

  test('are known of 20,000 leases', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({
      address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
      hostName: `host-${i}`,
      comment: `customer ${i}`,
    }));
    observations.publish('core', nowMs, { kind: 'hosts', source: 'dhcp', rows });
    expect(names.size).toBe(40_000);
    restart();
    expect(names.size).toBe(40_000);
    expect(names.nameOf('10.0.78.31')?.name).toBe('customer 19999');
  });
});

describe('reverse DNS', () => {
  test('is not asked unless it is switched on, and then for own networks only where told so', async () => {
    names.nameOf('10.0.0.99');
    section = { ...section, reverse_dns: 'private' };
    names.apply(section);
    names.nameOf('8.8.8.8');
    expect(lookup).not.toHaveBeenCalled();
    lookup.mockResolvedValueOnce(['printer.lan.\u0000']);
    names.nameOf('10.0.0.99');
    names.nameOf('10.0.0.99');
    await vi.waitFor(() => expect(names.nameOf('10.0.0.99')).toMatchObject({ name: 'printer.lan.', deviceId: '' }));
    expect(lookup.mock.calls).toEqual([['10.0.0.99']]);
  });
});

describe('names of interfaces', () => {
  const rows = [
    { index: 1, name: 'ether1', comment: 'uplink' },
    { index: 13, name: '<pppoe-mill>' },
    { name: 'without a number' },
  ];

  test('are found by the id of the device and by its address, also after a restart', () => {
    observations.publish('core', nowMs, { kind: 'interfaces', source: 'interface', rows });
    expect(names.interfaceName('core', 13)).toBe('<pppoe-mill>');
    restart();
    expect(names.interfaceName('10.0.0.1', 1)).toBe('ether1');
    expect(names.interfaceName('10.0.0.1', 2)).toBeUndefined();
    expect(names.interfaceName('10.9.9.9', 1)).toBeUndefined();
    expect(names.interfaces('core')).toEqual([
      { index: 1, name: 'ether1', comment: 'uplink' },
      { index: 13, name: '<pppoe-mill>', comment: '' },
    ]);
  });

  test('follow a rename, and stay for a while when the interface has gone', () => {
    observations.publish('core', nowMs, { kind: 'interfaces', source: 'interface', rows });
    observations.publish('core', nowMs, { kind: 'interfaces', source: 'interface', rows: [{ index: 1, name: 'wan' }] });
    expect(names.interfaces('core').map(({ name }) => name)).toEqual(['wan', '<pppoe-mill>']);
  });
});
