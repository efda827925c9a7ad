// Alerts on their way to receivers: grouped, told once over restarts and reloads, and one message for ten thousand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notification } from '../../../shared/contract/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import {
  type AlertRouter,
  type AlertRouterOptions,
  createAlertRouter,
  matcher,
  registerNotificationMetrics,
  type SentAlert,
} from '../../../electron/engine/alerting/index.ts';
import { openState, type StateStore } from '../../../electron/engine/store/state/index.ts';
import { createRegistry, expose, silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { routingToWindow } from './doubles.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let dir = '';
let state: StateStore;
const started: AlertRouter[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lw-router-'));
  state = openState(dir);
  vi.useFakeTimers({ now: 1_795_186_800_000 });
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((router) => router.stop()));
  vi.useRealTimers();
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

const routing = routingToWindow({ groupWaitMs: 2_000, groupIntervalMs: 5 * MINUTE });

function start(options: Partial<AlertRouterOptions> = {}) {
  const told: Notification[] = [];
  const router = createAlertRouter({
    routing,
    table: state.notifications,
    clock: { now: () => Date.now() },
    logger: silentLogger,
    externalUrl: () => 'http://here',
    publish(notification) {
      told.push(notification);
      return true;
    },
    deviceOf: () => undefined,
    onChange: () => {},
    onWritten: () => {},
    ...options,
  });
  started.push(router);
  router.start();
  return { router, told, titles: () => told.map(({ title }) => title) };
}

const total = (kind: string, result: string): string =>
  `linewarden_notifications_total{receiver="this-computer",kind="${kind}",result="${result}"}`;

const alert = (name: string, instance: string, fields: Partial<SentAlert> = {}): SentAlert => ({
  labels: Labels.fromRecord({ alertname: name, instance }),
  annotations: { summary: `${instance} is ${name.toLowerCase()}` },
  startsAtMs: Date.now(),
  endsAtMs: Date.now() + 100 * HOUR,
  ...fields,
});

describe('what is told', () => {
  it('is one message for each group, after its wait; what comes later waits for the interval', async () => {
    const { router, titles } = start();
    router.put([alert('Down', 'r1'), alert('Down', 'r2'), alert('Hot', 'r1')]);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(titles()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(titles()).toEqual(['Down: 2 alerts', 'r1 is hot']);
    router.put([alert('Down', 'r3')]);
    await vi.advanceTimersByTimeAsync(5 * MINUTE - 1);
    expect(titles()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(titles()).toEqual(['Down: 2 alerts', 'r1 is hot', 'Down: 3 alerts']);
  });

  it('is one message for ten thousand alerts, and they are told as over in one', async () => {
    const { router, titles } = start();
    const many = Array.from({ length: 10_000 }, (_, i) => alert('Down', `r${i}`));
    router.put(many);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(titles()).toEqual(['Down: 10000 alerts']);
    router.put(many.map((each) => ({ ...each, endsAtMs: Date.now() })));
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(titles()).toEqual(['Down: 10000 alerts', 'Resolved: Down: 10000 alerts']);
    expect(router.groups()).toEqual([]);
  });

  it('is not what something of our own explains, and is told once that no longer does', async () => {
    let isParentAway = true;
    const { router, titles } = start({
      suppressedBy: ({ labels }) =>
        isParentAway && labels.get('instance') === 'leaf'
          ? 'core, through which it is reached, is offline.'
          : undefined,
    });
    router.put([alert('Down', 'core'), alert('Down', 'leaf')]);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(titles()).toEqual(['core is down']);
    const leaf = router.alerts().find(({ labels }) => labels.get('instance') === 'leaf');
    expect(router.status(leaf!)).toMatchObject({
      state: 'suppressed',
      suppressedBy: 'core, through which it is reached, is offline.',
    });
    isParentAway = false;
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(titles()).toEqual(['core is down', 'Down: 2 alerts']);
  });
});

describe('over a restart', () => {
  it('nothing is told twice, silences hold, and what is over meanwhile is told', async () => {
    const first = start();
    first.router.put([alert('Down', 'r1')]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(first.titles()).toEqual(['r1 is down']);
    first.router.silences.set({
      matchers: [matcher('instance', '=~', 'r[5-9]')],
      startsAtMs: Date.now(),
      endsAtMs: Date.now() + HOUR,
      createdBy: 'me',
      comment: 'works',
    });
    await first.router.stop();

    const second = start();
    second.router.put([alert('Down', 'r1'), alert('Hot', 'r5')]);
    await vi.advanceTimersByTimeAsync(6 * MINUTE);
    expect(second.titles()).toEqual([]);
    expect(second.router.silences.list()).toMatchObject([{ comment: 'works' }]);
    second.router.put([alert('Down', 'r1', { endsAtMs: Date.now() })]);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(second.titles()).toEqual(['Resolved: r1 is down']);
  });
});

describe('another configuration', () => {
  it('takes what is known its new ways, and tells nobody twice', async () => {
    const { router, titles } = start();
    router.put([alert('Down', 'r1')]);
    await vi.advanceTimersByTimeAsync(2_000);
    router.apply(routing);
    await vi.advanceTimersByTimeAsync(6 * MINUTE);
    expect(titles()).toEqual(['r1 is down']);
    const { receivers, ...config } = routing.config;
    const renamed = receivers.map((receiver) => ({ ...receiver, name: 'ops' }));
    router.apply({
      ...routing,
      config: { ...config, receivers: renamed, route: { ...config.route, receiver: 'ops' } },
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(titles()).toEqual(['r1 is down', 'r1 is down']);
    expect(router.groups().map(({ route }) => route.receiver)).toEqual(['ops']);
  });
});

describe('its own metrics', () => {
  it('count what was delivered and what failed, and what waits', async () => {
    const failing = routing.config.receivers.map(({ name }) => ({
      name,
      integrations: ['window', 'desktop'].map((kind) => ({ kind, index: 0, settings: { send_resolved: true } })),
    }));
    const { router } = start({
      routing: { ...routing, config: { ...routing.config, receivers: failing } },
      publish: (_, target) => target === 'window',
    });
    const registry = createRegistry();
    registerNotificationMetrics(registry, router, () => Date.now());
    router.put([alert('Down', 'r1')]);
    await vi.advanceTimersByTimeAsync(2_000);
    const lines = expose(registry.families, 'text').split('\n');
    expect(lines.filter((line) => line.startsWith('linewarden_'))).toEqual([
      `${total('window', 'delivered')} 1`,
      `${total('window', 'failed')} 0`,
      `${total('desktop', 'delivered')} 0`,
      `${total('desktop', 'failed')} 1`,
      'linewarden_notification_queue_length 0',
      'linewarden_notification_queue_oldest_seconds 0',
    ]);
  });
});
