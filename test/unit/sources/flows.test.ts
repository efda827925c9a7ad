import { describe, expect, it, vi } from 'vitest';
import type { FlowCollector, FlowCollectorOptions } from '../../../electron/engine/collectors/netflow/index.ts';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { createInventory } from '../../../electron/engine/inventory/index.ts';
import type { DeviceDefinition } from '../../../electron/engine/inventory/index.ts';
import type { ExporterRows } from '../../../electron/engine/sources/exporter-devices.ts';
import { createFlowSource } from '../../../electron/engine/sources/flows.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { HandClock, memoryState, RememberingAppender, vectorOutcome } from '../inventory/doubles.ts';

const router: DeviceDefinition = {
  id: 'core',
  kind: 'router',
  name: 'core',
  address: '10.0.0.1',
  provisioned: false,
  sample: false,
  selector: 'routerboard_name="core"',
  telemetry: 'required',
  telemetrySelector: 'mktxp_system_uptime{routerboard_name="core"}',
  heartbeatMs: 15_000,
  intervalMs: 15_000,
  labels: {},
};

const exporter = (address: string) => ({
  address,
  versions: [9],
  packets: 1,
  flows: 1,
  lost: 0,
  dropped: 0,
  templates: 1,
  lastPacketMs: 1_000,
});

const nobody = (): void => {};
const MINUTE = 60_000;
const DAY = 86_400_000;

const refuse = (): never => {
  throw new Error('database or disk is full');
};

function memoryRows(): ExporterRows {
  const rows = new Map<string, number>();
  return {
    list: () => [...rows].map(([address, heardMs]) => ({ address, heardMs })),
    save: (address, nowMs) => void rows.set(address, nowMs),
    delete: (address) => void rows.delete(address),
  };
}

function setUp(rows?: ExporterRows) {
  const clock = new HandClock(1_795_186_920_000);
  const appender = new RememberingAppender();
  const inventory = createInventory({
    clock,
    state: memoryState(),
    appender,
    logger: silentLogger,
    queries: { instant: () => Promise.resolve(vectorOutcome()) },
    onChange: () => {},
  });
  const told = new Map<string, string | undefined>();
  const heard: string[] = [];
  let starts = 0;
  let seen: (id: string) => void = nobody;
  let onExporter: (address: string) => void = nobody;
  const network = { isPortTaken: false };
  const source = createFlowSource({
    appender,
    clock,
    logger: silentLogger,
    inventory,
    onProblem: (area, sentence) => told.set(area, sentence),
    ...(rows && { rows }),
    startCollector({ listen, presence }: FlowCollectorOptions): Promise<FlowCollector> {
      starts++;
      seen = (id) => presence.seen(id, clock.now());
      if (network.isPortTaken && listen.some(({ port }) => port === 2_055))
        return Promise.reject(new LinewardenError('LW_NETFLOW_PORT_IN_USE', 'The port is taken.'));
      return Promise.resolve({
        stop: () => Promise.resolve(),
        exporters: () => heard.map(exporter),
        waiting: () => [],
        report: () => ({
          atMs: 0,
          sockets: [],
          receiveDrops: undefined,
          exporters: [],
          waiting: [],
          notAllowed: [],
          restarts: 0,
        }),
        watchLive: () => nobody,
        setSpeeds: nobody,
        listening: listen.map(({ host, port }) => ({ host, port: port === 0 ? 40_000 : port })),
        onExporter: (callback) => {
          onExporter = callback;
        },
      });
    },
  });
  return {
    clock,
    inventory,
    told,
    network,
    source,
    /** A packet from an address that was heard before. */
    send: (address: string) => seen(`flows/${address}`),
    apply: (yaml = '') => source.apply(parseConfig(yaml, 'linewarden.yml')),
    /** A packet from an address that had sent none. */
    hear: (address: string) => {
      heard.push(address);
      onExporter(address);
    },
    ids: () => inventory.list().map(({ id }) => id),
    starts: () => starts,
  };
}

const EDGE = 'devices: [{id: edge-7, addresses: [10.0.7.1]}]\n';

describe('the devices that flows come from', () => {
  it('are made when flows come, and once only', async () => {
    const { apply, hear, ids } = setUp();
    await apply();
    hear('10.0.0.9');
    await apply();
    expect(ids()).toEqual(['flows/10.0.0.9']);
  });

  it('are those of the file, and go when the file no longer names them', async () => {
    const { apply, inventory, ids } = setUp();
    await apply(EDGE);
    expect(inventory.get('edge-7')).toMatchObject({ kind: 'exporter', provisioned: true, address: '10.0.7.1' });
    await apply();
    expect(ids()).toEqual([]);
  });

  it('give way to a router that is added at their address, and come back when it is removed', async () => {
    const { apply, hear, inventory, ids } = setUp();
    await apply();
    hear('10.0.0.1');
    expect(ids()).toEqual(['flows/10.0.0.1']);
    inventory.register(router);
    await apply();
    expect(ids()).toEqual(['core']);
    inventory.unregister('core');
    await apply();
    expect(ids()).toEqual(['flows/10.0.0.1']);
  });

  it('give way to a device that the file names', async () => {
    const { apply, hear, ids } = setUp();
    await apply();
    hear('10.0.7.1');
    await apply(EDGE);
    expect(ids()).toEqual(['edge-7']);
  });

  it('never take the place of a router of the same id', async () => {
    const { apply, inventory } = setUp();
    inventory.register({ ...router, id: 'edge-7', address: 'edge.lan' });
    await apply(EDGE);
    expect(inventory.get('edge-7')?.kind).toBe('router');
    await apply();
    expect(inventory.get('edge-7')?.kind).toBe('router');
  });

  it('are at most two hundred, however many addresses are forged: those that are there stay, and it is told', async () => {
    const { apply, clock, hear, inventory, ids, told } = setUp();
    await apply();
    for (let n = 0; n < 200; n++) hear(`10.1.${n >> 8}.${n & 255}`);
    expect(told.get('flow exporters')).toBeUndefined();
    hear('10.9.9.9');
    expect(ids()).toHaveLength(200);
    expect(ids()).not.toContain('flows/10.9.9.9');
    expect(told.get('flow exporters')).toContain('More than 200 senders of flows were found');
    for (const id of ids()) inventory.presence.seen(id, clock.now());
    clock.pass(8 * DAY);
    for (const id of ids()) if (id !== 'flows/10.1.0.7') inventory.presence.seen(id, clock.now());
    hear('10.9.9.10');
    expect(ids()).toContain('flows/10.9.9.10');
    expect(ids()).not.toContain('flows/10.1.0.7');
  });

  it('are told of when the file names one by the id of a polled device', async () => {
    const { apply, inventory, told } = setUp();
    inventory.register({ ...router, id: 'edge-7' });
    await apply(EDGE);
    expect(told.get('devices')).toContain('"edge-7"');
    inventory.unregister('edge-7');
    await apply(EDGE);
    expect(told.get('devices')).toBeUndefined();
  });

  it('are there again after a restart, before any packet, unless they were silent for a week', async () => {
    const rows = memoryRows();
    const before = setUp(rows);
    await before.apply();
    before.hear('10.0.0.9');
    rows.save('10.0.0.8', before.clock.now() - 7 * DAY - 1);
    const after = setUp(rows);
    await after.apply();
    expect(after.ids()).toEqual(['flows/10.0.0.9']);
    expect(rows.list().map(({ address }) => address)).toEqual(['10.0.0.9']);
  });

  it('are found although state.db refuses to keep them', async () => {
    const { apply, hear, ids } = setUp({ list: () => [], save: refuse, delete: refuse });
    await apply();
    hear('10.0.0.9');
    expect(ids()).toEqual(['flows/10.0.0.9']);
  });

  it('can be removed once they are silent, and come back with their next packet alone', async () => {
    const rows = memoryRows();
    const { apply, clock, hear, ids, inventory, send, source } = setUp(rows);
    await apply();
    hear('10.0.0.9');
    send('10.0.0.9');
    inventory.presence.telemetry('flows/10.0.0.9', clock.now());
    inventory.tick();
    expect(() => source.forget('flows/10.0.0.9')).toThrow('still sends flows');
    for (let silentMs = 0; silentMs < 10 * MINUTE; silentMs += MINUTE / 3) {
      clock.pass(MINUTE / 3);
      inventory.tick();
    }
    expect(source.forget('flows/10.0.0.9')).toBe(true);
    expect(rows.list()).toEqual([]);
    await apply();
    expect(ids()).toEqual([]);
    send('10.0.0.9');
    expect(ids()).toEqual(['flows/10.0.0.9']);
    expect(source.forget('core')).toBe(false);
  });

  it('are none of the sample network once it has ended', async () => {
    const { apply, hear, ids, inventory } = setUp();
    inventory.register({ ...router, sample: true });
    await apply();
    hear('10.0.0.1');
    inventory.unregister('core');
    await apply();
    expect(ids()).toEqual([]);
  });
});

describe('a port that is taken', () => {
  it('is told, and tried again at the next reload although the config is the same', async () => {
    const { apply, told, network, starts } = setUp();
    network.isPortTaken = true;
    await apply();
    expect(told.get('flows')).toBe('The port is taken.');
    network.isPortTaken = false;
    await apply();
    expect(told.get('flows')).toBeUndefined();
    await apply();
    expect(starts()).toBe(2);
  });

  it('is tried again by itself, after 5 s, 10 s, ... and each minute at last', async () => {
    vi.useFakeTimers();
    try {
      const { apply, told, network, starts, source } = setUp();
      network.isPortTaken = true;
      await apply();
      const passed: number[] = [];
      for (let s = 1; s <= 200; s++) {
        const before = starts();
        await vi.advanceTimersByTimeAsync(1_000);
        if (starts() > before) passed.push(s);
      }
      expect(passed).toEqual([5, 15, 35, 75, 135, 195]);
      expect(told.get('flows')).toBe('The port is taken.');
      network.isPortTaken = false;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(told.get('flows')).toBeUndefined();
      expect(source.listening()).toEqual([{ host: '0.0.0.0', port: 2_055 }]);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(starts()).toBe(8);
    } finally {
      vi.useRealTimers();
    }
  });

  it("gives the sample network a port of its own, which stays open beside the config's until it ends", async () => {
    const { apply, network, source } = setUp();
    network.isPortTaken = true;
    await apply();
    expect(await source.samplePort()).toBe(40_000);
    await apply();
    expect(source.listening()).toEqual([{ host: '127.0.0.1', port: 40_000 }]);
    network.isPortTaken = false;
    await apply();
    expect(source.listening()).toEqual([
      { host: '0.0.0.0', port: 2_055 },
      { host: '127.0.0.1', port: 40_000 },
    ]);
    await source.sampleEnded();
    expect(source.listening()).toEqual([{ host: '0.0.0.0', port: 2_055 }]);
  });

  it('is none where flows are switched off: the sample network has no port either', async () => {
    const { apply, source } = setUp();
    await apply('netflow: {listen: []}');
    expect(await source.samplePort()).toBeUndefined();
  });
});
