import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createObservationHub, type SessionSeen } from '../../../electron/engine/observations/index.ts';
import { openState, type StateStore } from '../../../electron/engine/store/state/index.ts';
import {
  createSubscribers,
  type SubscribersOptions,
  type SubscribersService,
  subscribersSectionSchema,
} from '../../../electron/engine/subscribers/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { HandClock, RememberingAppender, vectorOutcome } from '../inventory/doubles.ts';
import { NOON_MS } from './world.ts';

let dir: string;
let state: StateStore;
let clock: HandClock;
let appender: RememberingAppender;
let hub: ReturnType<typeof createObservationHub>;
let service: SubscribersService;
let problem: string | undefined;

const off = { latency: { from: 'off' } };
const section = (config: object = {}) => subscribersSectionSchema.parse({ ...off, ...config });

function start(options: Partial<SubscribersOptions> = {}): SubscribersService {
  return createSubscribers({
    observations: hub,
    appender,
    queries: { instant: () => Promise.resolve(vectorOutcome()) },
    state,
    clock,
    logger: silentLogger,
    section: section(),
    device: () => ({ isSample: false }),
    pingFrom: () => Promise.reject(new Error('not allowed')),
    onProblem: (sentence) => {
      problem = sentence;
    },
    onWritten: (error) => {
      if (error !== undefined) throw error;
    },
    ...options,
  });
}

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-subscribers-'));
  state = openState(dir);
  clock = new HandClock(NOON_MS);
  appender = new RememberingAppender();
  hub = createObservationHub((error) => {
    throw error;
  });
  service = start();
  await service.started;
});
afterEach(async () => {
  await service.stop();
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

const alice = (row: Partial<SessionSeen> = {}): SessionSeen => ({
  name: 'alice',
  isUp: true,
  service: 'pppoe',
  interface: '<pppoe-alice>',
  ...row,
});
const tell = (device: string, ...rows: SessionSeen[]): void =>
  hub.publish(device, clock.now(), { kind: 'sessions', source: 'ppp', rows });
const last = (): string[] => appender.text(appender.batches.at(-1));
const list = () => service.list().rows.map(({ name, tier, state: is }) => `${name} ${tier} ${is}`);

describe('series', () => {
  test('tell state, uptime and bytes, under refs that stay the same', async () => {
    tell('core', alice({ uptimeSeconds: 100, rxBytes: 1_000, txBytes: 100 }));
    await service.pass();
    clock.pass(15_000);
    tell('core', alice({ uptimeSeconds: 115, rxBytes: 3_000, txBytes: 200 }));
    await service.pass();
    expect(last()).toEqual([
      'linewarden_subscriber_up{device="core",subscriber="alice"} 1',
      'linewarden_subscriber_uptime_seconds{device="core",subscriber="alice"} 115',
      'linewarden_subscriber_rx_bytes_total{device="core",subscriber="alice"} 2000',
      'linewarden_subscriber_tx_bytes_total{device="core",subscriber="alice"} 100',
    ]);
    expect(appender.batches[1]?.refs).toEqual(appender.batches[0]?.refs);
    clock.pass(15_000);
    tell('core');
    await service.pass();
    expect(last()).toEqual([
      'linewarden_subscriber_up{device="core",subscriber="alice"} 0',
      'linewarden_subscriber_rx_bytes_total{device="core",subscriber="alice"} 2000',
      'linewarden_subscriber_tx_bytes_total{device="core",subscriber="alice"} 100',
      'linewarden_subscriber_uptime_seconds{device="core",subscriber="alice"} stale',
    ]);
  });

  test('end where the tier changes, and go on under the new one with the same totals', async () => {
    tell('core', alice({ rxBytes: 0, txBytes: 0 }));
    clock.pass(15_000);
    tell('core', alice({ rxBytes: 500, txBytes: 50 }));
    await service.pass();
    service.changeRules([{ tier: 'gold', user: ['al*'] }]);
    clock.pass(15_000);
    await service.pass();
    expect(last().filter((line) => line.includes('rx_bytes'))).toEqual([
      'linewarden_subscriber_rx_bytes_total{device="core",subscriber="alice",tier="gold"} 500',
      'linewarden_subscriber_rx_bytes_total{device="core",subscriber="alice"} stale',
    ]);
  });

  test('end where a customer is forgotten, where its router is silent, and where customers are switched off', async () => {
    tell('core', alice());
    await service.pass();
    expect(service.forget('user alice')).toBe(true);
    await service.pass();
    expect(last().every((line) => line.endsWith('stale'))).toBe(true);
    tell('core', alice());
    await service.pass();
    clock.pass(91_000);
    await service.pass();
    expect(list()).toEqual(['alice  unknown']);
    expect(last().every((line) => line.endsWith('stale'))).toBe(true);
    tell('core', alice());
    await service.pass();
    service.apply(section({ enabled: false }));
    clock.pass(1_000);
    await service.pass();
    expect(last().every((line) => line.endsWith('stale'))).toBe(true);
    expect(list()).toEqual([]);
  });
});

describe('a restart', () => {
  test('keeps customers, totals, rules and sessions', async () => {
    service.changeRules([{ tier: 'gold', user: ['alice'] }]);
    tell('core', alice({ uptimeSeconds: 100, rxBytes: 1_000, txBytes: 100 }));
    clock.pass(15_000);
    tell('core', alice({ uptimeSeconds: 3, rxBytes: 40, txBytes: 4 }));
    await service.stop();
    hub.forget('core');
    clock.pass(60_000);
    service = start();
    await service.started;
    expect(list()).toEqual(['alice gold unknown']);
    tell('core', alice({ uptimeSeconds: 63, rxBytes: 50, txBytes: 5 }));
    const detail = service.get('user alice');
    expect(detail).toMatchObject({ state: 'up', today: { rx: 50, tx: 5 }, thisMonth: { rx: 50, tx: 5 } });
    expect(detail?.sessions).toMatchObject([
      { endedMs: null, rxBytes: 50 },
      { endedMs: NOON_MS + 12_000, rxBytes: 1_000, txBytes: 100 },
    ]);
  });

  test('takes what was observed before it was ready', async () => {
    await service.stop();
    tell('core', alice());
    hub.publish('core', clock.now(), { kind: 'profiles', source: 'ppp', rows: [{ user: 'bob', profile: 'gold' }] });
    service = start();
    await service.started;
    expect(list()).toEqual(['bob gold down', 'alice  up']);
  });

  test('goes on without the stored totals where they cannot be read', async () => {
    tell('core', alice());
    await service.stop();
    service = start({ queries: { instant: () => Promise.reject(new Error('too slow')) } });
    await service.started;
    expect(list()).toHaveLength(1);
  });
});

test('begins anew where state.db cannot be read, and keeps what it cannot write for the next attempt', async () => {
  const errors: unknown[] = [];
  let isRefused = true;
  const written: string[] = [];
  await service.stop();
  service = start({
    onWritten: (error) => errors.push(error),
    state: {
      settings: state.settings,
      subscribers: {
        list() {
          throw new Error('damaged');
        },
        sessions: () => [],
        sessionsBetween: () => [],
        save({ rows }) {
          if (isRefused) throw new Error('the disk is full');
          written.push(...rows.map(({ key }) => key));
        },
      },
    },
  });
  await service.started;
  tell('core', alice());
  await service.pass();
  expect(errors).toEqual([new Error('the disk is full')]);
  expect(last()).toContain('linewarden_subscriber_up{device="core",subscriber="alice"} 1');
  isRefused = false;
  await service.pass();
  expect(errors.at(-1)).toBeUndefined();
  expect(written).toEqual(['user alice']);
});

test('writes counters seldom, and what happened at once', async () => {
  const writes: number[] = [];
  const save = state.subscribers.save.bind(state.subscribers);
  await service.stop();
  service = start({
    state: {
      settings: state.settings,
      subscribers: {
        ...state.subscribers,
        save(changes) {
          writes.push(changes.rows.length);
          save(changes);
        },
      },
    },
  });
  await service.started;
  tell('core', alice({ uptimeSeconds: 100, rxBytes: 0, txBytes: 0 }));
  await service.pass();
  expect(writes).toEqual([1]);
  for (let i = 1; i <= 40; i++) {
    clock.pass(15_000);
    tell('core', alice({ uptimeSeconds: 100 + 15 * i, rxBytes: 1_000 * i, txBytes: 0 }));
    await service.pass();
  }
  expect(writes).toEqual([1, 1, 1]);
});

test('says what finds no room', async () => {
  await service.stop();
  service = start({ maxSubscribers: 2 });
  await service.started;
  tell('core', ...['a', 'b', 'c'].map((name) => alice({ name })));
  await service.pass();
  expect(problem).toBe(
    'Routers tell of more than 2 customers; 1 of them are left out. Leave out sources under subscribers in the config.',
  );
  tell('core', alice({ name: 'a' }));
  await service.pass();
  expect(problem).toBeUndefined();
});

test('refuses a rule that fits nobody', () => {
  expect(() => service.changeRules([{ tier: 'x', user: [] }])).toThrow('The rule for "x" fits nobody.');
  expect(service.settings().windowRules).toEqual([]);
});

test("the file's rules come before the window's, and sources that are left out make nobody", () => {
  service.changeRules([{ tier: 'window', user: ['*'] }]);
  service.apply(section({ tiers: [{ tier: 'file', user: 'a*' }], sources: ['ppp'] }));
  tell('core', alice(), alice({ name: 'bob', interface: 'x' }));
  hub.publish('core', clock.now(), { kind: 'sessions', source: 'queue', rows: [{ name: 'q', isUp: true }] });
  expect(list()).toEqual(['alice file up', 'bob window up']);
});
