// The map as it lives: what devices tell becomes nodes, links, rates and parents, and outlives a restart.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import { createObservationHub } from '../../../electron/engine/observations/index.ts';
import type { InterfaceSeen, NeighbourSeen } from '../../../electron/engine/observations/index.ts';
import type { Settings } from '../../../electron/engine/store/state/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { createTopology } from '../../../electron/engine/topology/index.ts';

const device = (id: string, kind: DeviceSummary['kind'] = 'router'): DeviceSummary => ({
  id,
  name: id,
  kind,
  address: `10.0.0.${id.length}`,
  state: 'online',
  reason: '',
  stateSinceMs: 0,
  lastSeenMs: null,
  lastTelemetryMs: null,
  lastError: null,
  model: `${id} model`,
  version: '',
  provisioned: false,
  sample: false,
  selector: '',
  intervalMs: 15_000,
});

function memorySettings(): Settings {
  const kept = new Map<string, string>();
  return {
    get: (key) => JSON.parse(kept.get(key) ?? 'null') ?? undefined,
    set: (key, value) => void (value === undefined ? kept.delete(key) : kept.set(key, JSON.stringify(value))),
  };
}

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function start(options: { settings?: Settings; file?: Record<string, string> } = {}) {
  const hub = createObservationHub((error) => {
    throw error;
  });
  let devices = [device('core'), device('tower'), device('mill-1')];
  const onChange = vi.fn<() => void>();
  const settings = options.settings ?? memorySettings();
  const topology = createTopology({
    observations: hub,
    devices: () => devices,
    hereId: () => 'pc',
    settings,
    fileParents: new Map(Object.entries(options.file ?? {})),
    clock: { now: () => Date.now(), monotonic: () => Date.now() },
    logger: silentLogger,
    onChange,
  });
  return {
    topology,
    settings,
    onChange,
    interfaces: (id: string, ...rows: InterfaceSeen[]) =>
      hub.publish(id, Date.now(), { kind: 'interfaces', source: 'interface', rows }),
    neighbours: (id: string, ...rows: NeighbourSeen[]) =>
      hub.publish(id, Date.now(), { kind: 'neighbours', source: 'neighbor', rows }),
    setDevices: (next: DeviceSummary[]) => {
      devices = next;
      topology.devicesChanged();
    },
  };
}

const CORE = '02:00:00:00:01:02';
const TOWER = '02:00:00:00:02:01';
const port = (name: string, mac: string, rxBytes: number, txBytes: number, more: Partial<InterfaceSeen> = {}) => ({
  name,
  mac,
  type: 'ether',
  isRunning: true,
  rxBytes,
  txBytes,
  ...more,
});

test('two routers that hear each other are linked, with their ports, speed and rates both ways', () => {
  const { topology, interfaces, neighbours } = start();
  interfaces('core', port('ether2', CORE, 0, 0, { speedBps: 1e9 }));
  interfaces('tower', port('ether1', TOWER, 0, 0, { speedBps: 1e8 }));
  neighbours('core', { interface: 'ether2', mac: TOWER, remoteInterface: 'ether1' });
  vi.advanceTimersByTime(10_000);
  interfaces('core', port('ether2', CORE, 1_250_000, 12_500_000, { speedBps: 1e9 }));
  const [link] = topology.map().links;
  expect(link).toMatchObject({
    a: 'core',
    b: 'tower',
    ports: [{ a: 'ether2', b: 'ether1' }],
    speedBps: 1e8,
    state: 'up',
  });
  expect(topology.rates().rates).toEqual([{ id: 'core\ntower', aToB: 10_000_000, bToA: 1_000_000 }]);
  topology.stop();
});

test('a port that goes down takes the link down, and a neighbour that is heard no more leaves a quiet one', () => {
  const { topology, interfaces, neighbours } = start();
  interfaces('core', port('ether2', CORE, 0, 0));
  interfaces('tower', port('ether1', TOWER, 0, 0));
  neighbours('core', { interface: 'ether2', mac: TOWER, remoteInterface: 'ether1' });
  expect(topology.map().links[0]?.state).toBe('up');
  neighbours('core');
  expect(topology.map().links[0]?.state).toBe('quiet');
  interfaces('core', port('ether2', CORE, 0, 0, { isRunning: false }));
  expect(topology.map().links[0]?.state).toBe('down');
  topology.stop();
});

test('a neighbour that moved to another port leaves the first', () => {
  const { topology, neighbours } = start();
  neighbours('core', { interface: 'ether2', mac: TOWER, identity: 'tower' });
  neighbours('core', { interface: 'ether3', mac: TOWER, identity: 'tower' });
  expect(topology.map().links.map(({ ports }) => ports)).toEqual([[{ a: 'ether3', b: '' }]]);
  topology.stop();
});

test('what an offline router heard last says nothing of now', () => {
  const { topology, neighbours, setDevices } = start();
  neighbours('core', { interface: 'ether2', mac: TOWER, identity: 'tower' });
  setDevices([{ ...device('core'), state: 'offline' }, device('tower')]);
  expect(topology.map().links.map(({ state }) => state)).toEqual(['quiet']);
  topology.stop();
});

test('links, parents and places are there again after a restart, before anybody was asked', () => {
  const first = start();
  first.interfaces('tower', port('ether1', TOWER, 0, 0));
  first.neighbours('core', { interface: 'ether2', mac: TOWER, identity: 'somebody' });
  expect(first.topology.map().links).toHaveLength(1);
  first.topology.setParent('core', null);
  first.topology.place([{ id: 'core', x: 10.4, y: -20 }]);
  first.topology.stop();

  const { topology } = start({ settings: first.settings });
  expect(topology.map()).toMatchObject({
    links: [{ a: 'core', b: 'tower', state: 'quiet' }],
    positions: [{ id: 'core', x: 10, y: -20 }],
    tops: ['core'],
  });
  expect(topology.parentOf('tower')).toEqual({ id: 'core', by: 'neighbours' });
  topology.stop();
});

test('a parent set by hand goes before the file, and can be left to the neighbours again', () => {
  const { topology } = start({ file: { 'mill-1': 'core' } });
  expect(topology.parentOf('mill-1')).toEqual({ id: 'core', by: 'file' });
  topology.setParent('mill-1', 'tower');
  expect(topology.parentOf('mill-1')).toEqual({ id: 'tower', by: 'hand' });
  topology.setParent('mill-1', undefined);
  expect(topology.parentOf('mill-1')).toEqual({ id: 'core', by: 'file' });
  topology.stop();
});

test('a loop of parents is refused with its reason', () => {
  const { topology } = start({ file: { 'mill-1': 'core' } });
  topology.setParent('core', 'tower');
  expect(() => topology.setParent('tower', 'mill-1')).toThrowError('mill-1 is itself reached through tower.');
  expect(() => topology.setParent('tower', 'gone')).toThrowError('The device was removed meanwhile.');
  topology.stop();
});

test('polls that change nothing but counters are no news', () => {
  const { topology, interfaces, neighbours, onChange } = start();
  interfaces('core', port('ether2', CORE, 0, 0));
  neighbours('core', { interface: 'ether2', mac: TOWER, identity: 'tower' });
  vi.advanceTimersByTime(5_000);
  onChange.mockClear();
  interfaces('core', port('ether2', CORE, 5_000, 5_000));
  neighbours('core', { interface: 'ether2', mac: TOWER, identity: 'tower' });
  vi.advanceTimersByTime(5_000);
  expect(onChange).not.toHaveBeenCalled();
  topology.stop();
});

test('settings that nobody can read are begun anew', () => {
  const settings = memorySettings();
  for (const key of ['map.heard', 'map.parents', 'map.positions']) settings.set(key, [{ id: 7 }]);
  const { topology } = start({ settings });
  expect(topology.map()).toMatchObject({ links: [], positions: [], tops: [] });
  topology.stop();
});

test('a VLAN beside its port is not counted twice, and a bridge says nothing of one link', () => {
  const { topology, interfaces, neighbours } = start();
  const vlan = { type: 'vlan' };
  interfaces('core', port('ether2', CORE, 0, 0), port('vlan10', CORE, 0, 0, vlan));
  neighbours(
    'core',
    { interface: 'ether2', mac: TOWER, identity: 'tower', remoteInterface: 'ether1' },
    { interface: 'vlan10', mac: TOWER, identity: 'tower', remoteInterface: 'vlan10' },
  );
  neighbours('mill-1', { interface: 'bridge', mac: '02:00:00:00:09:01', identity: 'printer' });
  interfaces('mill-1', port('bridge', '02:00:00:00:03:01', 0, 0, { type: 'bridge' }));
  vi.advanceTimersByTime(8_000);
  interfaces('core', port('ether2', CORE, 1_000, 2_000), port('vlan10', CORE, 900, 1_900, vlan));
  interfaces('mill-1', port('bridge', '02:00:00:00:03:01', 70_000, 70_000, { type: 'bridge' }));
  expect(topology.rates().rates).toEqual([
    { id: 'core\ntower', aToB: 2_000, bToA: 1_000 },
    { id: 'found 02:00:00:00:09:01\nmill-1', aToB: null, bToA: null },
  ]);
  topology.stop();
});
