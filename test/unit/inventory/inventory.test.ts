import { describe, expect, it } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { createInventory } from '../../../electron/engine/inventory/index.ts';
import type { DeviceDefinition } from '../../../electron/engine/inventory/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { HandClock, RememberingAppender, memoryState, matrixOutcome } from './doubles.ts';

const START = 1_795_186_920_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const core: DeviceDefinition = {
  id: 'core',
  kind: 'router',
  name: 'core',
  address: '10.0.0.1',
  provisioned: true,
  sample: false,
  selector: 'routerboard_name="core"',
  telemetry: 'required',
  telemetrySelector: 'mktxp_system_uptime{routerboard_name="core"}',
  heartbeatMs: 15 * SECOND,
  intervalMs: 15 * SECOND,
  labels: {},
};

function setUp(options: { state?: ReturnType<typeof memoryState>; storedTelemetryS?: number; startMs?: number } = {}) {
  const clock = new HandClock(options.startMs ?? START);
  const state = options.state ?? memoryState();
  const appender = new RememberingAppender();
  const queries: string[] = [];
  let changes = 0;
  const inventory = createInventory({
    clock,
    state,
    appender,
    logger: silentLogger,
    queries: {
      instant(query) {
        queries.push(query);
        return Promise.resolve(
          options.storedTelemetryS === undefined ? matrixOutcome() : matrixOutcome(options.storedTelemetryS * 1_000),
        );
      },
    },
    onChange: () => changes++,
  });
  const pass = (ms: number, each?: () => void) => {
    for (let done = 0; done < ms; done += SECOND) {
      clock.pass(SECOND);
      each?.();
      inventory.tick();
    }
  };
  const answer = () => {
    inventory.presence.seen('core', clock.now());
    inventory.presence.telemetry('core', clock.now());
  };
  const stateOf = (id: string) => inventory.get(id)?.state;
  return { clock, state, appender, queries, inventory, pass, answer, stateOf, changes: () => changes };
}

const online = () => {
  const world = setUp();
  world.inventory.register(core);
  world.pass(MINUTE, world.answer);
  expect(world.stateOf('core')).toBe('online');
  return world;
};

describe('a device from its first second', () => {
  it('is unknown, then online with its first answer and data, degraded and offline when it falls silent', () => {
    const { inventory, pass, answer, stateOf } = setUp();
    inventory.register(core);
    expect(stateOf('core')).toBe('unknown');
    pass(SECOND, answer);
    expect(stateOf('core')).toBe('online');
    pass(30 * SECOND);
    expect(stateOf('core')).toBe('online');
    pass(SECOND);
    expect(stateOf('core')).toBe('degraded');
    pass(5 * MINUTE - 31 * SECOND);
    expect(stateOf('core')).toBe('degraded');
    pass(SECOND);
    expect(stateOf('core')).toBe('offline');
    pass(SECOND, answer);
    expect(stateOf('core')).toBe('online');
  });

  it('is offline after another time once that is set', () => {
    const { inventory, pass, answer, stateOf } = setUp();
    inventory.register(core);
    pass(SECOND, answer);
    inventory.setOfflineAfter(MINUTE);
    pass(MINUTE);
    expect(stateOf('core')).toBe('degraded');
    pass(SECOND);
    expect(stateOf('core')).toBe('offline');
    inventory.setOfflineAfter(10 * MINUTE);
    pass(SECOND);
    expect(stateOf('core')).toBe('degraded');
  });

  it('answers late for the first time and gets a window for its first data', () => {
    const { clock, inventory, pass, stateOf } = setUp();
    inventory.register(core);
    pass(HOUR);
    inventory.presence.seen('core', clock.now());
    inventory.tick();
    expect(stateOf('core')).toBe('unknown');
  });

  it('tells changes of state, reason and facts, and nothing else each second', () => {
    const { inventory, pass, changes } = setUp();
    inventory.register(core);
    pass(SECOND);
    const before = changes();
    pass(10 * SECOND);
    expect(changes()).toBe(before);
    inventory.setFacts('core', { model: 'CCR2004', version: '7.16' });
    pass(SECOND);
    expect(changes()).toBe(before + 1);
    expect(inventory.get('core')).toMatchObject({ model: 'CCR2004', version: '7.16' });
    inventory.presence.failed('core', START, { code: 'LW_X', message: 'connection refused (port 8728)' });
    pass(SECOND);
    expect(changes()).toBe(before + 2);
    expect(inventory.get('core')?.reason).toBe('Never seen yet. Last error: connection refused (port 8728)');
  });

  it('keeps what is known of it when its definition changes', () => {
    const { inventory, pass, answer } = setUp();
    inventory.register(core);
    pass(SECOND, answer);
    inventory.register({ ...core, address: '10.0.0.2' });
    expect(inventory.get('core')).toMatchObject({ address: '10.0.0.2', state: 'online' });
  });
});

describe('presence as series', () => {
  it('is appended every 15 s and at once on a change, one-hot', () => {
    const { appender, inventory, pass, answer } = setUp();
    inventory.register(core);
    pass(SECOND);
    expect(appender.batches).toHaveLength(1);
    expect(appender.text(appender.batches[0])).toEqual([
      'linewarden_device_online{device="core"} 0',
      'linewarden_device_state{device="core",state="online"} 0',
      'linewarden_device_state{device="core",state="degraded"} 0',
      'linewarden_device_state{device="core",state="offline"} 0',
      'linewarden_device_state{device="core",state="unknown"} 1',
    ]);
    pass(14 * SECOND);
    expect(appender.batches).toHaveLength(1);
    pass(SECOND);
    expect(appender.batches).toHaveLength(2);
    pass(SECOND, answer);
    expect(appender.batches).toHaveLength(3);
    expect(appender.text(appender.batches[2]).slice(0, 2)).toEqual([
      'linewarden_device_online{device="core"} 1',
      'linewarden_device_state{device="core",state="online"} 1',
    ]);
  });

  it('counts a device that misses heartbeats as online', () => {
    const { appender, inventory, pass, answer, stateOf } = setUp();
    inventory.register(core);
    pass(SECOND, answer);
    pass(31 * SECOND);
    expect(stateOf('core')).toBe('degraded');
    expect(appender.text(appender.batches.at(-1)).slice(0, 3)).toEqual([
      'linewarden_device_online{device="core"} 1',
      'linewarden_device_state{device="core",state="online"} 0',
      'linewarden_device_state{device="core",state="degraded"} 1',
    ]);
  });

  it('ends when the device is removed', () => {
    const { appender, inventory, pass } = setUp();
    inventory.register(core);
    pass(SECOND);
    inventory.unregister('core');
    pass(SECOND);
    expect(appender.text(appender.batches.at(-1))).toContain('linewarden_device_online{device="core"} stale');
    expect(inventory.list()).toEqual([]);
  });
});

describe('restart', () => {
  it('last answers come back: of the rows, and of devices that the file provides', async () => {
    const state = memoryState([{ id: 'added', lastSeenMs: null }]);
    const first = setUp({ state });
    first.inventory.register(core);
    first.inventory.register({ ...core, id: 'added' });
    first.clock.pass(SECOND);
    first.inventory.presence.seen('core', first.clock.now());
    first.inventory.presence.seen('added', first.clock.now());
    await first.inventory.stop();
    expect(state.rows).toEqual([{ id: 'added', lastSeenMs: START + SECOND }]);

    const second = setUp({ state, startMs: START + MINUTE });
    second.inventory.register(core);
    second.inventory.register({ ...core, id: 'added' });
    expect(second.inventory.list().map(({ lastSeenMs }) => lastSeenMs)).toEqual([START + SECOND, START + SECOND]);
  });

  it('writes last answers within five seconds, without a clean stop', () => {
    const state = memoryState([{ id: 'core', lastSeenMs: null }]);
    const { inventory, pass, answer } = setUp({ state });
    inventory.register(core);
    pass(SECOND, answer);
    expect(state.rows[0]?.lastSeenMs).toBeNull();
    pass(4 * SECOND);
    expect(state.rows[0]?.lastSeenMs).toBe(START + SECOND);
  });

  it('asks the store when telemetry was last written, and comes back online within the window', async () => {
    const state = memoryState([{ id: 'core', lastSeenMs: START - 20 * SECOND }]);
    const { inventory, queries, stateOf } = setUp({ state, storedTelemetryS: START / 1_000 - 20 });
    inventory.register(core);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(queries).toEqual(['mktxp_system_uptime{routerboard_name="core"}[300000ms]']);
    inventory.tick();
    expect(inventory.get('core')?.lastTelemetryMs).toBe(START - 20 * SECOND);
    expect(stateOf('core')).toBe('online');
  });

  it('stored data alone never makes a silent device look alive', async () => {
    const state = memoryState([{ id: 'core', lastSeenMs: START - HOUR }]);
    state.settings.set('presence.last_seen', { runningUntilMs: START - HOUR, devices: {} });
    const { inventory, pass, stateOf } = setUp({ state, storedTelemetryS: START / 1_000 - 5 });
    inventory.register(core);
    await Promise.resolve();
    pass(SECOND);
    expect(stateOf('core')).toBe('unknown');
    pass(5 * MINUTE);
    expect(stateOf('core')).toBe('offline');
  });

  it('a stored answer from the future is no proof of life', () => {
    const state = memoryState([{ id: 'core', lastSeenMs: START + HOUR }]);
    const { inventory, pass, stateOf } = setUp({ state });
    inventory.register(core);
    pass(SECOND);
    expect(stateOf('core')).toBe('unknown');
    pass(5 * MINUTE);
    expect(stateOf('core')).toBe('offline');
  });
});

describe('when this machine could not listen', () => {
  it('a sleep that the monotonic clock does not count takes nobody offline for a window', () => {
    const { clock, inventory, pass, stateOf } = online();
    clock.wallMs += 8 * HOUR;
    inventory.tick();
    expect(stateOf('core')).toBe('online');
    pass(5 * MINUTE);
    expect(stateOf('core')).toBe('degraded');
    pass(SECOND);
    expect(stateOf('core')).toBe('offline');
  });

  it('a sleep that the monotonic clock counts does neither', () => {
    const { clock, inventory, stateOf } = online();
    clock.pass(8 * HOUR);
    inventory.tick();
    expect(stateOf('core')).toBe('online');
  });

  it('a gap marked by others does neither', () => {
    const { clock, inventory, pass, stateOf } = online();
    pass(4 * MINUTE);
    inventory.markGap(clock.now() - 4 * MINUTE, clock.now());
    pass(2 * MINUTE);
    expect(stateOf('core')).toBe('degraded');
  });

  it('a clock set back keeps the silence of each device as it was', () => {
    const { clock, inventory, pass, stateOf } = online();
    pass(4 * MINUTE);
    clock.wallMs -= 3 * HOUR;
    inventory.tick();
    expect(stateOf('core')).toBe('degraded');
    pass(MINUTE);
    expect(stateOf('core')).toBe('degraded');
    pass(SECOND);
    expect(stateOf('core')).toBe('offline');
  });
});

describe('the device that labels are about', () => {
  const { inventory } = setUp();
  inventory.register(core);
  const target = { ...core, kind: 'target', selector: 'job="node",instance="10.0.0.5:9100"' } as const;
  inventory.register({ ...target, id: 'node/10.0.0.5:9100' });
  inventory.register({ ...target, id: 'app/10.0.0.6:80', selector: 'job="app",instance="10.0.0.6:80"' });
  inventory.register({ ...target, id: 'web/10.0.0.6:80', selector: 'job="web",instance="10.0.0.6:80"' });
  inventory.register({
    ...core,
    id: 'edge-7',
    kind: 'exporter',
    selector: 'exporter="192.0.2.7"',
    labels: { edge_id: 'SN7' },
  });

  it.each([
    [{ routerboard_name: 'core', name: 'ether1' }, 'core'],
    [{ job: 'node', instance: '10.0.0.5:9100', device: '/dev/sda1' }, 'node/10.0.0.5:9100'],
    [{ instance: '10.0.0.5:9100' }, 'node/10.0.0.5:9100'],
    [{ job: 'web', instance: '10.0.0.6:80' }, 'web/10.0.0.6:80'],
    [{ instance: '10.0.0.6:80' }, undefined],
    [{ job: 'other', instance: '10.0.0.5:9100' }, undefined],
    [{ job: 'node' }, undefined],
    [{ exporter: '192.0.2.7', version: '9' }, 'edge-7'],
    [{ exporter: '10.0.0.1' }, 'core'],
    [{ edge_id: 'SN7', customer_id: 'acme' }, 'edge-7'],
    [{ device: 'core', state: 'offline' }, 'core'],
    [{ device: 'eth0' }, undefined],
    [{}, undefined],
  ])('%j: %s', (labels, id) => {
    expect(inventory.findByLabels(Labels.fromRecord(labels))).toBe(id);
  });
});

describe('a device that was called otherwise before', () => {
  const { inventory } = setUp();
  const renamed = { ...core, id: 'new', name: 'new', selector: 'routerboard_name=~"new|ol\\\\.d"' };
  inventory.register({ ...renamed, formerNames: ['ol.d', 'other'], formerAddresses: ['192.0.2.9'] });
  inventory.register({
    ...core,
    id: 'other',
    name: 'other',
    address: '10.0.0.2',
    selector: 'routerboard_name="other"',
  });

  it.each([
    [{ routerboard_name: 'new' }, 'new'],
    [{ routerboard_name: 'ol.d', name: 'ether1' }, 'new'],
    [{ routerboard_name: 'olxd' }, undefined],
    [{ device: 'ol.d', state: 'offline' }, 'new'],
    [{ exporter: '192.0.2.9' }, 'new'],
    [{ exporter: '10.0.0.1' }, 'new'],
    [{ device: 'other' }, 'other'],
    [{ routerboard_name: 'other' }, 'other'],
  ])('%j: %s', (labels, id) => {
    expect(inventory.findByLabels(Labels.fromRecord(labels))).toBe(id);
  });

  it('says so in the list', () => {
    expect(inventory.get('new')).toMatchObject({ formerNames: ['ol.d', 'other'], formerAddresses: ['192.0.2.9'] });
    expect(inventory.get('other')).not.toHaveProperty('formerNames');
  });
});

describe('last answers of devices that are gone', () => {
  it('are forgotten after a week; those of watched devices never', async () => {
    const old = START - 8 * 24 * HOUR;
    const state = memoryState();
    state.settings.set('presence.last_seen', {
      runningUntilMs: START - MINUTE,
      devices: { core: old, forged: old, lately: START - HOUR },
    });
    const { inventory } = setUp({ state });
    inventory.register(core);
    inventory.flush();
    expect(state.settings.get('presence.last_seen')).toEqual({
      runningUntilMs: START,
      devices: { core: old, lately: START - HOUR },
    });
    await inventory.stop();
  });
});

describe('a state.db that refuses to be written', () => {
  it('is told once and tried again; devices are watched meanwhile, and the presence series end at the stop', async () => {
    const clock = new HandClock(START);
    const state = memoryState([{ id: 'core', lastSeenMs: null }]);
    const appender = new RememberingAppender();
    const told: string[] = [];
    const written: (string | undefined)[] = [];
    let isFull = true;
    const inventory = createInventory({
      clock,
      state: {
        devices: state.devices,
        settings: {
          get: state.settings.get,
          set(key, value) {
            if (isFull) throw new Error('database or disk is full');
            state.settings.set(key, value);
          },
        },
      },
      appender,
      logger: { ...silentLogger, warn: (_fields, message) => told.push(message) },
      queries: { instant: () => Promise.resolve(matrixOutcome()) },
      onChange: () => {},
      onWritten: (error) => written.push(error instanceof Error ? error.message : undefined),
    });
    inventory.register(core);
    const pass = (ms: number) => {
      for (let done = 0; done < ms; done += SECOND) {
        clock.pass(SECOND);
        inventory.presence.seen('core', clock.now());
        inventory.presence.telemetry('core', clock.now());
        inventory.tick();
      }
    };
    pass(MINUTE);
    expect(inventory.get('core')?.state).toBe('online');
    expect(told).toEqual(['the times of last answers could not be written']);
    expect(written).toEqual(Array(12).fill('database or disk is full'));
    isFull = false;
    pass(5 * SECOND);
    expect(written.at(-1)).toBeUndefined();
    expect(state.settings.get('presence.last_seen')).toMatchObject({ runningUntilMs: START + 65 * SECOND });
    isFull = true;
    await inventory.stop();
    expect(appender.text(appender.batches.at(-1))).toContain('linewarden_device_online{device="core"} stale');
  });
});

describe('stopping', () => {
  it('asks the store nothing more, and waits for no answer but the one under way', async () => {
    const asked: string[] = [];
    const inventory = createInventory({
      clock: new HandClock(START),
      state: memoryState(),
      appender: new RememberingAppender(),
      logger: { ...silentLogger, warn: (_fields, message) => expect.unreachable(message) },
      queries: {
        instant: (query, _timeMs, options) =>
          new Promise((_resolve, reject) => {
            asked.push(query);
            options?.signal?.addEventListener('abort', () => reject(new Error('query was canceled')));
          }),
      },
      onChange: () => {},
    });
    inventory.register(core);
    inventory.register({ ...core, id: 'edge' });
    await Promise.resolve();
    await inventory.stop();
    expect(asked).toHaveLength(1);
  });
});
