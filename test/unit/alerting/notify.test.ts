import { describe, expect, it, vi } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { AlertLog } from '../../../electron/engine/alerting/notify/alert-log.ts';
import type { Message, ToldAlert } from '../../../electron/engine/alerting/delivery/message.ts';
import { notificationOf } from '../../../electron/engine/alerting/receivers/index.ts';
import type { ActiveAlert, ActiveAlerts } from '../../../electron/engine/alerting/rules/alert-state.ts';
import { MemoryAlertTable } from './doubles.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const rule = { key: 'a.yml;g;Down', name: 'Down', expr: 'up == 0' };

function alert(instance: string, state: ActiveAlert['state'], fields: Partial<ActiveAlert> = {}): ActiveAlert {
  return {
    labels: Labels.fromRecord({ alertname: 'Down', instance, severity: 'critical', ...fields.labels?.toRecord() }),
    annotations: { summary: `${instance} is down`, description: `Look at ${instance}.` },
    value: 0,
    state,
    activeAtMs: 0,
    firedAtMs: state === 'pending' ? null : MINUTE,
    resolvedAtMs: state === 'inactive' ? 5 * MINUTE : null,
    keepFiringSinceMs: null,
    badRun: 1,
    goodRun: 0,
    ...fields,
  };
}

const of = (...alerts: ActiveAlert[]): ActiveAlerts => new Map(alerts.map((each) => [each.labels.key, each]));
const noDevice = () => undefined;

function told(instance: string, status: ToldAlert['status'], fields: Partial<ToldAlert> = {}): ToldAlert {
  return {
    status,
    labels: { alertname: 'Down', instance, severity: 'critical' },
    annotations: { summary: `${instance} is down`, description: `Look at ${instance}.` },
    startsAtMs: MINUTE,
    endsAtMs: status === 'firing' ? null : 5 * MINUTE,
    generatorUrl: '',
    fingerprint: '0123456789abcdef',
    ...fields,
  };
}

const messageOf = (...alerts: ToldAlert[]): Message => ({
  receiver: 'this-computer',
  groupKey: '{}:{alertname="Down"}',
  status: alerts.every(({ status }) => status === 'resolved') ? 'resolved' : 'firing',
  alerts,
  groupLabels: { alertname: 'Down' },
  routeLabels: {},
  commonLabels: { alertname: 'Down' },
  commonAnnotations: {},
  reason: 'first',
  externalUrl: '',
  atMs: MINUTE,
});

describe('a storm of alerts', () => {
  it('is written piece by piece, and whole when the engine stops', () => {
    const table = new MemoryAlertTable();
    const sizes: number[] = [];
    const log = new AlertLog(
      {
        list: () => [],
        save(rows) {
          sizes.push(rows.length);
          table.save(rows);
        },
      },
      0,
    );
    const storm = Array.from({ length: 1_000 }, (_, i) => alert(`r${i}`, 'firing'));
    expect(log.update(rule, of(...storm), MINUTE).fired).toHaveLength(1_000);
    expect(sizes).toEqual([200]);
    log.save();
    expect(sizes).toEqual([200, 800]);
    expect(table.list(0)).toHaveLength(1_000);
  });

  it('that goes on while it is written keeps the last that is known of each', async () => {
    const table = new MemoryAlertTable();
    const log = new AlertLog(table, 0);
    const storm = Array.from({ length: 500 }, (_, i) => alert(`r${i}`, 'firing'));
    log.update(rule, of(...storm), MINUTE);
    log.update(rule, of(), 2 * MINUTE);
    await vi.waitFor(() => expect(table.list(0)).toHaveLength(500));
    expect(table.list(0).filter(({ resolvedAtMs }) => resolvedAtMs !== 2 * MINUTE)).toEqual([]);
  });
});

describe('each alert is told once', () => {
  it('when it fires and when it is resolved; not while it pends, nor in each round', () => {
    const log = new AlertLog(new MemoryAlertTable(), 0);
    const round = (alerts: ActiveAlerts, ts: number) => {
      const { fired, resolved } = log.update(rule, alerts, ts);
      return [fired.map(({ labels }) => labels['instance']), resolved.map(({ labels }) => labels['instance'])];
    };
    expect(round(of(alert('r1', 'pending')), 0)).toEqual([[], []]);
    expect(round(of(alert('r1', 'firing')), MINUTE)).toEqual([['r1'], []]);
    expect(round(of(alert('r1', 'firing'), alert('r2', 'firing')), 2 * MINUTE)).toEqual([['r2'], []]);
    expect(round(of(alert('r1', 'inactive'), alert('r2', 'firing')), 5 * MINUTE)).toEqual([[], ['r1']]);
    expect(round(of(alert('r1', 'inactive'), alert('r2', 'firing')), 6 * MINUTE)).toEqual([[], []]);
    expect(log.firing().map(({ labels }) => labels['instance'])).toEqual(['r2']);
    expect(log.resolved(6 * MINUTE)).toMatchObject([{ labels: { instance: 'r1' }, resolvedAtMs: 5 * MINUTE }]);
  });

  it('not again after a restart', () => {
    const table = new MemoryAlertTable();
    new AlertLog(table, 0).update(rule, of(alert('r1', 'firing')), MINUTE);
    const after = new AlertLog(table, HOUR);
    expect(after.update(rule, of(alert('r1', 'pending', { activeAtMs: HOUR })), HOUR)).toEqual({
      fired: [],
      resolved: [],
    });
    expect(after.update(rule, of(alert('r1', 'firing', { activeAtMs: HOUR })), HOUR + MINUTE)).toEqual({
      fired: [],
      resolved: [],
    });
    expect(after.firing()).toMatchObject([{ activeAtMs: 0, firedAtMs: MINUTE }]);
  });

  it('as resolved, when it ended while the program was down', () => {
    const table = new MemoryAlertTable();
    new AlertLog(table, 0).update(rule, of(alert('r1', 'firing')), MINUTE);
    const after = new AlertLog(table, HOUR);
    after.settle(HOUR, HOUR + 5 * MINUTE);
    expect(after.update(rule, of(), HOUR + MINUTE).resolved).toEqual([]);
    expect(after.update(rule, of(), HOUR + 5 * MINUTE).resolved).toMatchObject([{ resolvedAtMs: HOUR + 5 * MINUTE }]);
    expect(new AlertLog(table, HOUR + 6 * MINUTE).firing()).toEqual([]);
  });

  it('as resolved at once, when it was found again after the restart and is gone then', () => {
    const table = new MemoryAlertTable();
    new AlertLog(table, 0).update(rule, of(alert('r1', 'firing'), alert('r2', 'firing')), MINUTE);
    const after = new AlertLog(table, HOUR);
    after.settle(HOUR, HOUR + 5 * MINUTE);
    after.update(rule, of(alert('r1', 'pending', { activeAtMs: HOUR })), HOUR);
    // r1 was there and is not any more; of r2 nothing was heard yet.
    expect(after.update(rule, of(), HOUR + MINUTE).resolved).toMatchObject([{ labels: { instance: 'r1' } }]);
    expect(after.firing()).toMatchObject([{ labels: { instance: 'r2' } }]);
  });

  it('not as resolved while its device is awaited, whatever was found', () => {
    const log = new AlertLog(new MemoryAlertTable(), 0);
    log.update(rule, of(alert('r1', 'firing')), MINUTE);
    log.settle(HOUR, HOUR + 5 * MINUTE);
    log.update(rule, of(alert('r1', 'firing')), HOUR + MINUTE);
    expect(log.update(rule, of(), HOUR + 2 * MINUTE, () => true).resolved).toEqual([]);
    expect(log.update(rule, of(), HOUR + 3 * MINUTE).resolved).toHaveLength(1);
  });

  it('while new data is awaited after a sleep, what fired before is not resolved; what fires since then is', () => {
    const log = new AlertLog(new MemoryAlertTable(), 0);
    log.update(rule, of(alert('r1', 'firing')), MINUTE);
    log.settle(HOUR, HOUR + 5 * MINUTE);
    const during = of(alert('r1', 'inactive'), alert('r2', 'firing', { firedAtMs: HOUR + MINUTE }));
    expect(log.update(rule, during, HOUR + MINUTE)).toMatchObject({
      fired: [{ labels: { instance: 'r2' } }],
      resolved: [],
    });
    const back = of(alert('r1', 'firing'), alert('r2', 'inactive', { resolvedAtMs: HOUR + 2 * MINUTE }));
    expect(log.update(rule, back, HOUR + 2 * MINUTE)).toMatchObject({
      fired: [],
      resolved: [{ labels: { instance: 'r2' } }],
    });
  });

  it('rules of one name do not resolve each other', () => {
    const log = new AlertLog(new MemoryAlertTable(), 0);
    log.update(rule, of(alert('r1', 'firing')), MINUTE);
    expect(log.update({ ...rule, key: 'a.yml;g;Down;1' }, of(), MINUTE).resolved).toEqual([]);
  });

  it('alerts of a rule that is gone end, and are not shown as resolved', () => {
    const table = new MemoryAlertTable();
    const log = new AlertLog(table, 0);
    log.update(rule, of(alert('r1', 'firing')), MINUTE);
    expect(log.keepRules(new Set(['other']), 2 * MINUTE)).toMatchObject([{ resolvedAtMs: 2 * MINUTE }]);
    expect(log.firing()).toEqual([]);
    expect(log.resolved(2 * MINUTE)).toEqual([]);
    expect(new AlertLog(table, 3 * MINUTE).firing()).toEqual([]);
  });

  it('a resolution is shown for 24 hours', () => {
    const log = new AlertLog(new MemoryAlertTable(), 0);
    log.update(rule, of(alert('r1', 'firing')), MINUTE);
    log.update(rule, of(alert('r1', 'inactive')), 5 * MINUTE);
    expect(log.resolved(24 * HOUR + 5 * MINUTE)).toHaveLength(1);
    expect(log.resolved(24 * HOUR + 5 * MINUTE + 1)).toHaveLength(0);
  });
});

describe('what this computer shows of a message', () => {
  it('one alert: its own words, and the way to its device', () => {
    expect(notificationOf(messageOf(told('r1', 'firing')), ({ instance }) => `job/${instance}`)).toEqual({
      id: '0123456789abcdef-60000-firing',
      title: 'r1 is down',
      body: 'Look at r1.',
      severity: 'critical',
      resolved: false,
      atMs: MINUTE,
      route: '/devices/job%2Fr1',
    });
  });

  it('many alerts: their name, how many fire, and the first of them', () => {
    const seven = Array.from({ length: 7 }, (_, i) => told(`r${i + 1}`, 'firing'));
    expect(notificationOf(messageOf(...seven), noDevice)).toMatchObject({
      title: 'Down: 7 alerts',
      body: 'r1 is down\nr2 is down\nr3 is down\nr4 is down\nr5 is down\nand 2 more',
      route: '/alerts',
    });
  });

  it('some that fire and some that are over are one, which says so', () => {
    const message = messageOf(told('r1', 'resolved'), told('r2', 'firing'), told('r3', 'firing'));
    expect(notificationOf(message, noDevice)).toMatchObject({
      title: 'Down: 2 alerts',
      body: 'r2 is down\nr3 is down\nResolved: r1 is down',
      resolved: false,
    });
    expect(notificationOf(messageOf(told('r1', 'resolved'), told('r2', 'firing')), noDevice).title).toBe('r2 is down');
  });

  it('what is over is told as resolved', () => {
    const one = notificationOf(messageOf(told('r1', 'resolved')), noDevice);
    expect([one.title, one.resolved, one.id]).toEqual([
      'Resolved: r1 is down',
      true,
      '0123456789abcdef-60000-resolved',
    ]);
    const two = notificationOf(messageOf(told('r1', 'resolved'), told('r2', 'resolved')), noDevice);
    expect([two.title, two.body]).toEqual(['Resolved: Down: 2 alerts', 'r1 is down\nr2 is down']);
  });

  it('an alert without texts is told by its name, alerts without a common name by their group', () => {
    const bare = { annotations: {} };
    expect(notificationOf(messageOf(told('r1', 'firing', bare)), noDevice)).toMatchObject({ title: 'Down', body: '' });
    const message = { ...messageOf(told('r1', 'firing'), told('r2', 'firing')), commonLabels: {}, groupLabels: {} };
    expect(notificationOf(message, noDevice).title).toBe('Alerts: 2 alerts');
    expect(notificationOf({ ...message, groupLabels: { site: 'north' } }, noDevice).title).toBe('north: 2 alerts');
  });

  it.each([
    ['critical', 'critical'],
    ['page', 'critical'],
    ['Warning', 'warning'],
    ['info', 'info'],
    ['none', 'info'],
    ['whatever', 'warning'],
  ])('severity %s counts as %s', (severity, expected) => {
    const labels = { alertname: 'Down', instance: 'r1', severity };
    expect(notificationOf(messageOf(told('r1', 'firing', { labels })), noDevice).severity).toBe(expected);
  });
});

describe('a table that refuses to be written', () => {
  it('keeps no alert from being told once, and gets what it missed with a later update', () => {
    const table = new MemoryAlertTable();
    const saved: unknown[] = [];
    const full = new Error('database or disk is full');
    let isFull = true;
    const refusing = {
      list: (sinceMs: number) => table.list(sinceMs),
      save(rows: Parameters<MemoryAlertTable['save']>[0]) {
        if (isFull) throw full;
        table.save(rows);
      },
    };
    const log = new AlertLog(refusing, 0, (error) => saved.push(error));
    expect(log.update(rule, of(alert('r1', 'firing')), MINUTE).fired).toHaveLength(1);
    expect(log.update(rule, of(alert('r1', 'firing')), 2 * MINUTE).fired).toHaveLength(0);
    expect(log.firing()).toHaveLength(1);
    expect(table.list(0)).toEqual([]);
    expect(saved).toEqual([full, full]);
    isFull = false;
    log.update(rule, of(alert('r1', 'firing')), 3 * MINUTE);
    expect(saved.at(-1)).toBeUndefined();
    expect(new AlertLog(table, HOUR).firing()).toMatchObject([{ firedAtMs: MINUTE, labels: { instance: 'r1' } }]);
  });
});
