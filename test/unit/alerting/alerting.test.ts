import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alertSchema } from '../../../shared/contract/schemas.ts';
import type { Notification } from '../../../shared/contract/index.ts';
import { createAlerting, createAlertRouter, createRulePacks } from '../../../electron/engine/alerting/index.ts';
import type { Alerting, AlertingOptions, AlertRouter, Watched } from '../../../electron/engine/alerting/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { MemoryAlertTable, MemoryNotifications, MemoryStore, routingToWindow } from './doubles.ts';

const START = 1_795_186_800_000;
const SECOND = 1_000;
const MINUTE = 60_000;

const down = (fields = '') => `
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
${fields}
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.instance }} is down'}
`;

let dir = '';
const running: (Alerting | AlertRouter)[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lw-alerting-'));
  vi.useFakeTimers({
    now: START,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const deviceOf = (labels: Readonly<Record<string, string>>) => (labels['instance'] === 'r1' ? 'core' : undefined);

type Setup = Partial<AlertingOptions> & { table?: MemoryNotifications };

function setUp(text: string, { table = new MemoryNotifications(), ...options }: Setup = {}) {
  const store = options.queries instanceof MemoryStore ? options.queries : new MemoryStore();
  const file = path.join(dir, 'rules.yml');
  writeFileSync(file, text);
  const notifications: Notification[] = [];
  const onChange = vi.fn<() => void>();
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const gaps: [number, number][] = [];
  const core = { id: 'core', state: 'online' as Watched['state'], lastSeenMs: START };
  const router = createAlertRouter({
    routing: routingToWindow(),
    table,
    clock,
    logger: silentLogger,
    externalUrl: () => '',
    publish(notification) {
      notifications.push(notification);
      return true;
    },
    deviceOf,
    beforeFlush: () => alerting.lookAtClock(),
    onChange: () => {},
    onWritten: () => {},
  });
  const alerting = createAlerting({
    queries: store,
    appender: store,
    clock,
    router,
    state: { alerts: new MemoryAlertTable() },
    inventory: {
      findByLabels: (labels) => deviceOf(labels.toRecord()),
      list: () => [core],
      markGap: (fromMs, toMs) => gaps.push([fromMs, toMs]),
    },
    ruleFiles: [path.join(dir, '*.yml')],
    packs: () => ({ groups: [], problems: [] }),
    logger: silentLogger,
    evaluationIntervalMs: 15 * SECOND,
    externalLabels: {},
    onChange,
    ...options,
  });
  router.start();
  running.push(alerting, router);
  const states = () => alerting.alerts().map(({ labels, state }) => `${labels['instance']} ${state}`);
  /** Real passing of time, second by second, with `up` of r1 written in each. */
  const pass = async (ms: number, up?: number) => {
    for (let done = 0; done < ms; done += SECOND) {
      if (up !== undefined) {
        store.set('up{instance="r1"}', Date.now(), up);
        core.lastSeenMs = Date.now();
      }
      await vi.advanceTimersByTimeAsync(SECOND);
    }
  };
  return { store, file, alerting, router, notifications, gaps, core, onChange, states, pass };
}

describe('alerting as a whole', () => {
  it('evaluates at its slots from the start, and tells what fires and what is resolved', async () => {
    const { alerting, notifications, onChange, states, pass } = setUp(down('        for: 30s'));
    await pass(MINUTE, 0);
    expect(alerting.alerts()).toEqual([]);
    alerting.start();
    await pass(16 * SECOND, 0);
    expect(states()).toEqual(['r1 pending']);
    await pass(30 * SECOND, 0);
    expect(alerting.alerts()).toMatchObject([
      {
        state: 'firing',
        name: 'Down',
        expr: 'up == 0',
        value: 0,
        deviceId: 'core',
        labels: { alertname: 'Down', instance: 'r1', severity: 'critical' },
        annotations: { summary: 'r1 is down' },
        resolvedAtMs: null,
      },
    ]);
    expect(notifications.map(({ title, route }) => [title, route])).toEqual([['r1 is down', '/devices/core']]);
    const changes = onChange.mock.calls.length;
    await pass(MINUTE, 0);
    expect(onChange.mock.calls.length).toBe(changes);
    await pass(16 * SECOND, 1);
    expect(states()).toEqual(['r1 resolved']);
    expect(notifications.map(({ title }) => title)).toEqual(['r1 is down', 'Resolved: r1 is down']);
    expect(notifications.map(({ resolved }) => resolved)).toEqual([false, true]);
    expect(onChange.mock.calls.length).toBe(changes + 1);
  });

  it('carries values that are no finite number as Prometheus writes them', async () => {
    const { alerting, pass } = setUp(`
groups:
  - name: g
    rules:
      - {alert: A, expr: vector(1) / 0}
      - {alert: B, expr: vector(-1) / 0}
      - {alert: C, expr: vector(0) / 0}
      - {alert: D, expr: vector(1.5)}
`);
    alerting.start();
    await pass(16 * SECOND);
    const values = alerting.alerts().map(({ name, value }) => [name, alertSchema.shape.value.parse(value)]);
    expect(Object.fromEntries(values)).toEqual({ A: '+Inf', B: '-Inf', C: 'NaN', D: 1.5 });
  });

  it('lists its rules with their health', async () => {
    const { store, alerting, pass } = setUp(`${down()}
      - record: up:sum
        expr: sum(up)
`);
    expect(alerting.rules().map(({ name, kind, health }) => [name, kind, health])).toEqual([
      ['Down', 'alerting', 'unknown'],
      ['up:sum', 'recording', 'unknown'],
    ]);
    alerting.start();
    await pass(16 * SECOND, 1);
    expect(alerting.rules()[0]).toMatchObject({
      group: 'g',
      file: path.join(dir, 'rules.yml'),
      expr: 'up == 0',
      labels: { severity: 'critical' },
      annotations: { summary: '{{ $labels.instance }} is down' },
      health: 'ok',
      lastError: null,
      shipped: false,
    });
    store.failure = new Error('the store is busy');
    await pass(16 * SECOND, 1);
    expect(alerting.rules()[1]).toMatchObject({ health: 'err', lastError: 'the store is busy' });
  });

  it('a late round after a sleep resolves nothing for lack of data', async () => {
    const { store, alerting, notifications, states, pass } = setUp(down());
    alerting.start();
    await pass(6 * MINUTE, 0);
    expect(notifications).toHaveLength(1);
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    await pass(MINUTE);
    expect(states()).toEqual(['r1 firing']);
    store.set('up{instance="r1"}', Date.now(), 0);
    await pass(MINUTE, 0);
    expect(states()).toEqual(['r1 firing']);
    expect(notifications).toHaveLength(1);
    await pass(6 * MINUTE, 1);
    expect(notifications.map(({ title }) => title)).toEqual(['r1 is down', 'Resolved: r1 is down']);
  });

  it('after a sleep nothing fires until its device has reported, and the sleep counts toward no `for`', async () => {
    const { store, alerting, core, gaps, notifications, states, pass } = setUp(down('        for: 2m'));
    alerting.start();
    await pass(MINUTE, 1);
    await pass(30 * SECOND, 0);
    expect(states()).toEqual(['r1 pending']);
    const sleptAt = Date.now();
    vi.setSystemTime(sleptAt + 60 * MINUTE);
    // Its last value is there to be read, but r1 itself has said nothing since.
    store.set('up{instance="r1"}', Date.now(), 0);
    const seenMs = core.lastSeenMs;
    for (let s = 0; s < 180; s++) {
      store.set('up{instance="r1"}', Date.now(), 0);
      await vi.advanceTimersByTimeAsync(SECOND);
    }
    expect(core.lastSeenMs).toBe(seenMs);
    expect(gaps.map(([fromMs, toMs]) => Math.round((toMs - fromMs) / MINUTE))).toEqual([60]);
    // Two minutes awake are over by now: it is due, and waits.
    expect([states(), notifications]).toEqual([['r1 pending'], []]);
    await pass(20 * SECOND, 0);
    expect([states(), notifications.map(({ title }) => title)]).toEqual([['r1 firing'], ['r1 is down']]);
  });

  it('after a sleep what fired before is not told as over because nobody could evaluate', async () => {
    const { alerting, notifications, router, pass } = setUp(down());
    alerting.start();
    await pass(MINUTE, 0);
    expect(notifications.map(({ title }) => title)).toEqual(['r1 is down']);
    // Longer than an alert lives that is not sent again, and not so long that it is told again.
    vi.setSystemTime(Date.now() + 3 * 60 * MINUTE);
    await pass(5 * SECOND);
    expect(router.alerts().map(({ endsAtMs }) => endsAtMs > Date.now())).toEqual([true]);
    await pass(MINUTE, 0);
    expect(notifications.map(({ title }) => title)).toEqual(['r1 is down']);
  });

  it('after a restart it tells nothing twice', async () => {
    const kept = { state: { alerts: new MemoryAlertTable() }, table: new MemoryNotifications() };
    const first = setUp(down(), kept);
    first.alerting.start();
    await first.pass(MINUTE, 0);
    expect(first.notifications).toHaveLength(1);
    await first.alerting.stop();
    const second = setUp(down(), { ...kept, queries: first.store, appender: first.store });
    expect(second.states()).toEqual(['r1 firing']);
    second.alerting.start();
    for (let i = 0; i < 60; i++) {
      first.store.set('up{instance="r1"}', Date.now(), 0);
      await vi.advanceTimersByTimeAsync(SECOND);
    }
    expect(second.states()).toEqual(['r1 firing']);
    expect(second.notifications).toEqual([]);
  });

  it('no evaluation begins after it is stopped', async () => {
    const { store, alerting, pass } = setUp(down());
    alerting.start();
    await pass(20 * SECOND, 1);
    await alerting.stop();
    const { length } = store.queries;
    await pass(MINUTE, 1);
    expect(store.queries).toHaveLength(length);
  });
});

describe('reload', () => {
  it('takes new rules, and rules that stay the same keep their state', async () => {
    const { store, file, alerting, states, pass, notifications } = setUp(down('        for: 30s'));
    alerting.start();
    await pass(20 * SECOND, 0);
    expect(states()).toEqual(['r1 pending']);
    const [before] = alerting.alerts();
    writeFileSync(file, `${down('        for: 30s')}      - record: up:sum\n        expr: sum(up)\n`);
    alerting.reload();
    expect(alerting.alerts()).toEqual([before]);
    expect(alerting.rules().map(({ name }) => name)).toEqual(['Down', 'up:sum']);
    await pass(46 * SECOND, 0);
    expect(states()).toEqual(['r1 firing']);
    expect(alerting.alerts()[0]?.activeAtMs).toBe(before?.activeAtMs);
    expect(notifications).toHaveLength(1);
    expect(Object.keys(store.dump('up:sum'))).toEqual(['up:sum{}']);
  });

  it('tells every problem with file and line, and keeps the old rules', () => {
    const { file, alerting } = setUp(down());
    writeFileSync(file, down().replace('up == 0', 'up =='));
    expect(() => alerting.reload()).toThrow(
      `${file}:6:15: groups[0].rules[0].expr: could not parse expression: 1:6: parse error: unexpected end of input`,
    );
    expect(() => alerting.reload()).toThrow(expect.objectContaining({ code: 'LW_RULES_INVALID' }));
    expect(alerting.rules()).toMatchObject([{ expr: 'up == 0' }]);
  });

  it('a group that is gone ends its series and its alerts', async () => {
    const { store, alerting, file, pass, notifications } = setUp(down());
    alerting.start();
    await pass(40 * SECOND, 0);
    expect(alerting.alerts()).toHaveLength(1);
    writeFileSync(file, 'groups: []');
    alerting.reload();
    await pass(SECOND);
    expect(alerting.alerts()).toEqual([]);
    expect(Object.values(store.dump('ALERTS{'))[0]).toMatch(/stale$/);
    expect(notifications.map(({ title }) => title)).toEqual(['r1 is down', 'Resolved: r1 is down']);
  });
});

describe('rules that come along', () => {
  it('are marked, and named without the folder that the program happens to be in', () => {
    const shipped = createRulePacks({
      shippedDir: path.resolve(import.meta.dirname, '../../../resources/rules'),
      ownDir: path.join(dir, 'none'),
      settings: { get: () => undefined, set: () => {} },
      apply: () => {},
    });
    const { alerting } = setUp('groups: []', {
      packs: () => shipped.load(),
    });
    expect(alerting.rules().find(({ name }) => name === 'DeviceOffline')).toMatchObject({
      shipped: true,
      file: 'linewarden/devices.yml',
    });
  });

  it('a bad rule file at the start is refused', () => {
    expect(() => setUp(down().replace('expr', 'exp'))).toThrow(
      /rules\.yml:6:9: groups\[0\]\.rules\[0\]\.exp: unknown field/,
    );
  });

  it('takes another interval and other external labels from a reload, and keeps what is pending', async () => {
    const text = down('        for: 50s').replace("is down'", "is down at {{ $externalLabels.site }}'");
    const { alerting, notifications, states, pass } = setUp(text);
    alerting.start();
    await pass(31 * SECOND, 0);
    expect(states()).toEqual(['r1 pending']);
    expect(alerting.groups()[0]?.intervalMs).toBe(15 * SECOND);
    alerting.reload(undefined, { evaluationIntervalMs: 5 * SECOND, externalLabels: { site: 'north' } });
    expect(states()).toEqual(['r1 pending']);
    expect(alerting.groups()[0]?.intervalMs).toBe(5 * SECOND);
    const evaluatedAt = () => alerting.rules()[0]?.lastEvaluationMs ?? 0;
    await pass(6 * SECOND, 0);
    const first = evaluatedAt();
    await pass(5 * SECOND, 0);
    expect(evaluatedAt() - first).toBe(5 * SECOND);
    await pass(30 * SECOND, 0);
    expect(notifications.map(({ title, body }) => `${title} ${body}`).join()).toContain('r1 is down at north');
  });

  it('keeps the interval that it had when the reload is refused', async () => {
    const { alerting, file, pass } = setUp(down());
    alerting.start();
    writeFileSync(file, 'groups: nonsense');
    const wanted = { evaluationIntervalMs: 5 * SECOND, externalLabels: {} };
    expect(() => alerting.reload(undefined, wanted)).toThrow('rules.yml:1:');
    await pass(16 * SECOND, 1);
    expect(alerting.groups()[0]?.intervalMs).toBe(15 * SECOND);
  });
});
