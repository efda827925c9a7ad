import { describe, expect, it } from 'vitest';
import { RunningGroup } from '../../../electron/engine/alerting/rules/group.ts';
import type { GroupContext } from '../../../electron/engine/alerting/rules/group.ts';
import { parseRuleFile } from '../../../electron/engine/alerting/rules/load.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { MemoryStore } from './doubles.ts';

const MINUTE = 60_000;

function groupOf(text: string) {
  const { groups, problems } = parseRuleFile(text, 'rules.yml');
  expect(problems).toEqual([]);
  const [group] = groups;
  if (group === undefined) throw new Error('no group');
  return group;
}

function setUp(text: string, store = new MemoryStore(), options: Partial<GroupContext> = {}) {
  const told: string[] = [];
  const context: GroupContext = {
    queries: store,
    appender: store,
    externalLabels: {},
    externalUrl: '',
    signal: new AbortController().signal,
    logger: silentLogger,
    monotonic: () => 0,
    onAlerts: ({ rule }, alerts, ts) => {
      for (const { state, labels } of alerts.values())
        told.push(`${ts / MINUTE} ${rule.name} ${labels.get('i')} ${state}`);
    },
    ...options,
  };
  const running = new RunningGroup(groupOf(text), context);
  return { store, running, told, context };
}

/** "state value activeAt firedAt resolvedAt", times in minutes, of the alerts of the group's nth rule. */
const alertsOf = (running: RunningGroup, index = 0): string[] =>
  [...(running.rules[index]?.alerts.values() ?? [])].map(({ state, value, activeAtMs, firedAtMs, resolvedAtMs }) =>
    [state, value, ...[activeAtMs, firedAtMs, resolvedAtMs].map((ms) => (ms === null ? '-' : ms / MINUTE))].join(' '),
  );

const rule = (fields: string, group = '') => `
groups:
  - name: g
${group}
    rules:
      - alert: High
        expr: load > 90
${fields}
`;

const recording = (group = '') => `
groups:
  - name: g
${group}
    rules:
      - record: load:double
        expr: load * 2
        labels: {site: north, drop: ''}
      - record: load:four
        expr: load:double * 2
      - record: fixed
        expr: 1
`;

describe('the life of an alert', () => {
  it('pends, fires after `for`, and is resolved when its series is gone', async () => {
    const { store, running } = setUp(rule('        for: 2m'));
    const states: string[][] = [];
    for (const [minute, load] of [50, 95, 96, 97, 98, 50].entries()) {
      store.set('load{i="r1"}', minute * MINUTE, load);
      await running.evaluate(minute * MINUTE);
      states.push(alertsOf(running));
    }
    expect(states).toEqual([
      [],
      ['pending 95 1 - -'],
      ['pending 96 1 - -'],
      ['firing 97 1 3 -'],
      ['firing 98 1 3 -'],
      ['inactive 98 1 3 5'],
    ]);
  });

  it('fires in the same round without `for`', async () => {
    const { store, running } = setUp(rule(''));
    store.set('load{i="r1"}', 0, 95);
    await running.evaluate(0);
    expect(alertsOf(running)).toEqual(['firing 95 0 0 -']);
  });

  it('a pending one that is gone is forgotten at once', async () => {
    const { store, running } = setUp(rule('        for: 5m'));
    store.set('load{i="r1"}', 0, 95);
    await running.evaluate(0);
    store.set('load{i="r1"}', MINUTE, 10);
    await running.evaluate(MINUTE);
    expect(alertsOf(running)).toEqual([]);
  });

  it('a resolved one is kept for 15 minutes, and begins anew when it comes back meanwhile', async () => {
    const { store, running } = setUp(rule('        for: 1m'));
    const at = async (minute: number, load: number) => {
      store.set('load{i="r1"}', minute * MINUTE, load);
      await running.evaluate(minute * MINUTE);
      return alertsOf(running);
    };
    await at(0, 95);
    await at(1, 95);
    expect(await at(2, 10)).toEqual(['inactive 95 0 1 2']);
    expect(await at(17, 10)).toEqual(['inactive 95 0 1 2']);
    expect(await at(18, 10)).toEqual([]);
    await at(20, 99);
    await at(21, 99);
    await at(22, 10);
    expect(await at(23, 97)).toEqual(['pending 97 23 - -']);
  });

  it('keep_firing_for holds it, and a return resets the hold', async () => {
    const { store, running } = setUp(rule('        keep_firing_for: 2m'));
    const states: string[] = [];
    for (const [minute, load] of [95, 10, 10, 96, 10, 10, 10].entries()) {
      store.set('load{i="r1"}', minute * MINUTE, load);
      await running.evaluate(minute * MINUTE);
      states.push(...alertsOf(running));
    }
    expect(states).toEqual([
      'firing 95 0 0 -',
      'firing 95 0 0 -',
      'firing 95 0 0 -',
      'firing 96 0 0 -',
      'firing 96 0 0 -',
      'firing 96 0 0 -',
      'inactive 96 0 0 6',
    ]);
  });

  const FLAPPING = '        annotations: {bad_in_a_row: "3", good_in_a_row: "2"}';

  it('fires after so many bad rounds in a row, and ends after so many good ones', async () => {
    const { store, running } = setUp(rule(FLAPPING));
    const states: string[] = [];
    const loads = [95, 95, 10, 95, 95, 95, 10, 95, 10, 10];
    for (const [minute, load] of loads.entries()) {
      store.set('load{i="r1"}', minute * MINUTE, load);
      await running.evaluate(minute * MINUTE);
      const [state = 'none'] = alertsOf(running);
      states.push(state);
    }
    expect(states).toEqual([
      'pending 95 0 - -',
      'pending 95 0 - -',
      'none',
      'pending 95 3 - -',
      'pending 95 3 - -',
      'firing 95 3 5 -',
      'firing 95 3 5 -',
      'firing 95 3 5 -',
      'firing 95 3 5 -',
      'inactive 95 3 5 9',
    ]);
  });

  it('needs `for` and the bad rounds both, and no round that failed counts', async () => {
    const { store, running } = setUp(rule(`        for: 3m\n${FLAPPING}`));
    const states: string[] = [];
    for (const minute of [0, 1, 2, 3, 4]) {
      store.set('load{i="r1"}', minute * MINUTE, 95);
      store.failure = minute === 1 || minute === 2 ? new Error('the store is away') : undefined;
      await running.evaluate(minute * MINUTE);
      states.push(...alertsOf(running));
    }
    expect(states).toEqual([
      'pending 95 0 - -',
      'pending 95 0 - -',
      'pending 95 0 - -',
      'pending 95 0 - -',
      'firing 95 0 4 -',
    ]);
  });

  it('tells once why a rule cannot be evaluated, and again when that changes', async () => {
    const told: string[] = [];
    const logger = { ...silentLogger, error: (_: unknown, text: string) => told.push(text) } as typeof silentLogger;
    const { store, running } = setUp(rule(''), undefined, { logger });
    for (const [minute, why] of ['away', 'away', '', 'away', 'full'].entries()) {
      store.failure = why === '' ? undefined : new Error(why);
      await running.evaluate(minute * MINUTE);
    }
    expect(told).toHaveLength(3);
  });

  it('falls back to pending when a reload raises `for`', async () => {
    const { store, running, context } = setUp(rule('        for: 1m'));
    store.set('load{i="r1"}', 0, 95);
    await running.evaluate(0);
    await running.evaluate(MINUTE);
    expect(alertsOf(running)).toEqual(['firing 95 0 1 -']);
    const longer = new RunningGroup(groupOf(rule('        for: 10m')), context, running);
    await longer.evaluate(2 * MINUTE);
    expect(alertsOf(longer)).toEqual(['pending 95 0 - -']);
  });

  it('a clock that is set back moves its times along', async () => {
    const { store, running } = setUp(rule('        for: 2m'));
    store.set('load{i="r1"}', 58 * MINUTE, 95);
    for (const minute of [60, 61, 62]) {
      store.set('load{i="r1"}', minute * MINUTE, 95);
      await running.evaluate(minute * MINUTE);
    }
    await running.evaluate(58 * MINUTE);
    expect(alertsOf(running)).toEqual(['firing 95 56 58 -']);
  });

  it('has the labels of its series without the name, those of the rule, and its own name', async () => {
    const { store, running } = setUp(
      rule(
        `        labels: {severity: critical, i: 'router {{ $labels.i }}', gone: ''}
        annotations: {summary: '{{ $labels.i }} at {{ $value }}'}`,
        '    labels: {team: net, severity: info}',
      ),
    );
    store.set('load{i="r1",gone="x"}', 0, 95);
    await running.evaluate(0);
    const [alert] = [...(running.rules[0]?.alerts.values() ?? [])];
    expect(alert?.labels.toRecord()).toEqual({ alertname: 'High', i: 'router r1', severity: 'critical', team: 'net' });
    expect(alert?.annotations).toEqual({ summary: 'r1 at 95' });
  });

  it('two alerts with the same labels are an error of the rule', async () => {
    const { store, running } = setUp(rule('        labels: {i: same}'));
    store.set('load{i="r1"}', 0, 95);
    store.set('load{i="r2"}', 0, 95);
    await running.evaluate(0);
    expect(running.rules[0]).toMatchObject({
      health: 'err',
      lastError: 'vector contains metrics with the same labelset after applying alert labels',
    });
  });
});

describe('what is written', () => {
  it('ALERTS and ALERTS_FOR_STATE from the second round on; a change of state ends the old series', async () => {
    const { store, running } = setUp(rule('        for: 2m'));
    for (const [minute, load] of [95, 95, 95, 10].entries()) {
      store.set('load{i="r1"}', minute * MINUTE, load);
      await running.evaluate(minute * MINUTE);
    }
    expect(store.dump('ALERTS')).toEqual({
      'ALERTS{alertname="High",alertstate="pending",i="r1"}': '60=1 120=stale',
      'ALERTS{alertname="High",alertstate="firing",i="r1"}': '120=1 180=stale',
      'ALERTS_FOR_STATE{alertname="High",i="r1"}': '60=0 120=0 180=stale',
    });
  });

  it('rules run in order: a later one sees what an earlier one wrote', async () => {
    const { store, running } = setUp(recording());
    store.set('load{i="r1",drop="x"}', 0, 3);
    await running.evaluate(0);
    expect({ ...store.dump('load:'), ...store.dump('fixed') }).toEqual({
      'load:double{i="r1",site="north"}': '0=6',
      'load:four{i="r1",site="north"}': '0=12',
      'fixed{}': '0=1',
    });
  });

  it('a series that the rule no longer returns ends there', async () => {
    const { store, running } = setUp(recording());
    store.set('load{i="r1"}', 0, 3);
    await running.evaluate(0);
    store.end('load{i="r1"}', 30_000);
    await running.evaluate(MINUTE);
    expect(store.dump('load:')).toEqual({
      'load:double{i="r1",site="north"}': '0=6 60=stale',
      'load:four{i="r1",site="north"}': '0=12 60=stale',
    });
  });

  it('nothing is written and nothing ends while a rule fails', async () => {
    const { store, running } = setUp(recording());
    store.set('load{i="r1"}', 0, 3);
    await running.evaluate(0);
    store.failure = new Error('the store is busy');
    await running.evaluate(MINUTE);
    expect(store.dump('load:double')).toEqual({ 'load:double{i="r1",site="north"}': '0=6' });
    expect(running.rules[0]).toMatchObject({ health: 'err', lastError: 'the store is busy' });
  });

  it('query_offset: asks and writes that much earlier, the life cycle keeps the true time', async () => {
    const { store, running } = setUp(rule('        for: 1m', '    query_offset: 30s'));
    store.set('load{i="r1"}', 30_000, 95);
    await running.evaluate(MINUTE);
    await running.evaluate(2 * MINUTE);
    expect(store.queries.map(({ timeMs }) => timeMs)).toEqual([30_000, 90_000]);
    expect(alertsOf(running)).toEqual(['firing 95 1 2 -']);
    expect(store.dump('ALERTS_FOR')).toEqual({ 'ALERTS_FOR_STATE{alertname="High",i="r1"}': '90=60' });
  });

  it('more alerts than the limit: all are dropped and the rule says so', async () => {
    const { store, running } = setUp(rule('', '    limit: 1'));
    store.set('load{i="r1"}', 0, 95);
    await running.evaluate(0);
    expect(alertsOf(running)).toEqual(['firing 95 0 0 -']);
    store.set('load{i="r2"}', MINUTE, 95);
    await running.evaluate(MINUTE);
    expect(alertsOf(running)).toEqual([]);
    expect(running.rules[0]).toMatchObject({ health: 'err', lastError: 'exceeded limit of 1 with 2 alerts' });
  });

  it('more series than the limit: none is written', async () => {
    const { store, running } = setUp(recording('    limit: 1'));
    store.set('load{i="r1"}', 0, 1);
    store.set('load{i="r2"}', 0, 1);
    await running.evaluate(0);
    expect(store.dump('load:')).toEqual({});
    expect(running.rules[0]?.lastError).toBe('exceeded limit of 1 with 2 series');
    expect(running.rules[2]?.health).toBe('ok');
  });

  it('series that become the same under the labels of a recording rule are an error', async () => {
    const { store, running } = setUp(recording().replace('site: north', 'i: same'));
    store.set('load{i="r1"}', 0, 1);
    store.set('load{i="r2"}', 0, 1);
    await running.evaluate(0);
    expect(running.rules[0]?.lastError).toBe(
      'vector contains metrics with the same labelset after applying rule labels',
    );
  });

  it('the series of a rule that a reload removes end at the next round', async () => {
    const { store, running, context } = setUp(recording());
    store.set('load{i="r1"}', 0, 3);
    await running.evaluate(0);
    const fewer = new RunningGroup(
      groupOf(recording().replace(/ {6}- record: fixed\n {8}expr: 1\n/, '')),
      context,
      running,
    );
    await fewer.evaluate(MINUTE);
    expect(store.dump('fixed')).toEqual({ 'fixed{}': '0=1 60=stale' });
    expect(store.dump('load:double')).toEqual({ 'load:double{i="r1",site="north"}': '0=6 60=6' });
  });
});

describe('after a restart', () => {
  // for 25m, grace 10m, tolerance 30m; active since 0; the last sample of ALERTS_FOR_STATE and the restart as given.
  const text = rule('        for: 25m');
  const restart = async (lastMinute: number, atMinute: number, ended = false) => {
    const store = new MemoryStore();
    const forState = 'ALERTS_FOR_STATE{alertname="High",i="r1"}';
    for (let minute = 0; minute <= lastMinute; minute++) store.set(forState, minute * MINUTE, 0);
    if (ended) store.end(forState, lastMinute * MINUTE + 1_000);
    const { running } = setUp(text, store, { outageToleranceMs: 30 * MINUTE, graceMs: 10 * MINUTE });
    store.set('load{i="r1"}', atMinute * MINUTE, 95);
    await running.evaluate(atMinute * MINUTE);
    return { store, running };
  };

  it.each([
    ['down after 5m, back at 15m: the time that it was down does not count', 5, 15, 'pending 95 10 - -'],
    ['down after 20m, back at 25m: what remains is at least the grace period', 20, 25, 'pending 95 10 - -'],
    ['back at 40m after the last sample at 5m: outside the tolerance', 5, 40, 'pending 95 40 - -'],
    ['active for longer than `for` already: as it was', 26, 30, 'pending 95 0 - -'],
  ])('%s', async (_, lastMinute, atMinute, expected) => {
    const { running } = await restart(lastMinute, atMinute);
    expect(alertsOf(running)).toEqual([expected]);
  });

  it('the alert with a grace period fires at 35m, the one that was due fires in the next round', async () => {
    const early = await restart(20, 25);
    for (const minute of [30, 34, 35]) {
      early.store.set('load{i="r1"}', minute * MINUTE, 95);
      await early.running.evaluate(minute * MINUTE);
    }
    expect(alertsOf(early.running)).toEqual(['firing 95 10 35 -']);
    const due = await restart(26, 30);
    await due.running.evaluate(31 * MINUTE);
    expect(alertsOf(due.running)).toEqual(['firing 95 0 31 -']);
  });

  it('an alert whose series had ended is new', async () => {
    const { running } = await restart(5, 15, true);
    expect(alertsOf(running)).toEqual(['pending 95 15 - -']);
  });

  it('a rule with a shorter `for` than the grace period is not restored', async () => {
    const store = new MemoryStore();
    store.set('ALERTS_FOR_STATE{alertname="High",i="r1"}', 0, 0);
    const { running } = setUp(rule('        for: 9m'), store);
    store.set('load{i="r1"}', MINUTE, 95);
    await running.evaluate(MINUTE);
    expect(alertsOf(running)).toEqual(['pending 95 1 - -']);
    expect(store.queries).toHaveLength(1);
  });

  it('a source that only answers some rounds later still finds its alert where it stood', async () => {
    const store = new MemoryStore();
    for (let minute = 0; minute <= 5; minute++)
      store.set('ALERTS_FOR_STATE{alertname="High",i="r1"}', minute * MINUTE, 0);
    const { running } = setUp(text, store);
    await running.evaluate(15 * MINUTE);
    store.set('load{i="r1"}', 16 * MINUTE, 95);
    await running.evaluate(16 * MINUTE);
    expect(alertsOf(running)).toEqual(['pending 95 11 - -']);
  });

  it('what was stored is not overwritten before it is read', async () => {
    const { store } = await restart(5, 15);
    expect(store.dump('ALERTS{')).toEqual({});
    expect(Object.values(store.dump('ALERTS_FOR'))).toEqual(['0=0 60=0 120=0 180=0 240=0 300=0']);
  });
});
