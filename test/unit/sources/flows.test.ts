import { describe, expect, it } from 'vitest';
import type { FlowCollector } from '../../../electron/engine/collectors/netflow/index.ts';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { createInventory } from '../../../electron/engine/inventory/index.ts';
import type { DeviceDefinition } from '../../../electron/engine/inventory/index.ts';
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

function setUp() {
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
  const problems: (string | undefined)[] = [];
  const heard: string[] = [];
  let starts = 0;
  let onExporter: (address: string) => void = nobody;
  const network = { isPortTaken: false };
  const source = createFlowSource({
    appender,
    clock,
    logger: silentLogger,
    inventory,
    onProblem: (_area, sentence) => problems.push(sentence),
    startCollector(): Promise<FlowCollector> {
      starts++;
      if (network.isPortTaken)
        return Promise.reject(new LinewardenError('LW_NETFLOW_PORT_IN_USE', 'The port is taken.'));
      return Promise.resolve({
        stop: () => Promise.resolve(),
        exporters: () => heard.map(exporter),
        listening: [{ host: '0.0.0.0', port: 2055 }],
        onExporter: (callback) => {
          onExporter = callback;
        },
      });
    },
  });
  return {
    clock,
    inventory,
    problems,
    network,
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

  it('are at most a thousand, however many addresses are forged: the one silent longest makes room', async () => {
    const { apply, clock, hear, inventory, ids } = setUp();
    await apply();
    for (let n = 0; n < 1_000; n++) hear(`10.1.${n >> 8}.${n & 255}`);
    clock.pass(1_000);
    for (const id of ids()) if (id !== 'flows/10.1.0.7') inventory.presence.seen(id, clock.now());
    hear('10.9.9.9');
    expect(ids()).toHaveLength(1_000);
    expect(ids()).toContain('flows/10.9.9.9');
    expect(ids()).not.toContain('flows/10.1.0.7');
  });
});

describe('a port that is taken', () => {
  it('is told, and tried again at the next reload although the config is the same', async () => {
    const { apply, problems, network, starts } = setUp();
    network.isPortTaken = true;
    await apply();
    expect(problems.at(-1)).toBe('The port is taken.');
    network.isPortTaken = false;
    await apply();
    expect(problems.at(-1)).toBeUndefined();
    await apply();
    expect(starts()).toBe(2);
  });
});
