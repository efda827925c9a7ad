import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  createAlertRouter,
  createMaintenance,
  receiverSchemas,
  routingSchema,
} from '../../../../electron/engine/alerting/index.ts';
import { createAlertDesk } from '../../../../electron/engine/alerting/desk.ts';
import { fingerprint } from '../../../../electron/engine/alerting/rules/identity.ts';
import { silentLogger } from '../../../../electron/engine/telemetry/index.ts';
import type { Alert, BoardQuery } from '../../../../shared/contract/index.ts';
import { Labels } from '../../../../shared/model/labels.ts';
import { memoryNotifications } from '../../../fakes/engine/notifications.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const CONFIG = `
route:
  receiver: team
  group_by: [alertname]
  routes:
    - receiver: night
      matchers: ['severity="info"']
      mute_time_intervals: [always]
receivers: [{name: team}, {name: night}]
inhibit_rules:
  - {source_matchers: ['alertname="RouterDown"'], target_matchers: ['alertname="LinkBusy"'], equal: [site]}
time_intervals:
  - {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}
`;

const alert = (state: Alert['state'], labels: Record<string, string>, sinceMs: number): Alert => ({
  fingerprint: fingerprint(Labels.fromRecord(labels)),
  state,
  name: labels['alertname'] ?? '',
  labels,
  annotations: { summary: `${labels['alertname']} at ${labels['site']}` },
  value: 1,
  activeAtMs: sinceMs,
  firedAtMs: state === 'pending' ? null : sinceMs,
  resolvedAtMs: state === 'resolved' ? sinceMs : null,
  expr: 'up == 0',
  deviceId: labels['site'] ?? null,
});

const deviceOf = (labels: Readonly<Record<string, string>>) => labels['site'];

function setUp(alerts: readonly Alert[]) {
  const now = { ms: NOW_MS };
  const clock = { now: () => now.ms, monotonic: () => now.ms };
  const settings = { get: () => undefined, set: () => {} };
  const maintenance = createMaintenance({ settings, deviceOf, clock, onChange: () => {} });
  const router = createAlertRouter({
    routing: {
      config: routingSchema(receiverSchemas()).parse(parse(CONFIG)),
      text: CONFIG,
      file: '/etc/linewarden/alertmanager.yml',
      templateFiles: [],
    },
    table: memoryNotifications(),
    clock,
    logger: silentLogger,
    externalUrl: () => '',
    publish: () => true,
    deviceOf,
    suppressedBy: (one, atMs) => maintenance.suppressedBy(one, atMs),
    onChange: () => {},
    onWritten: () => {},
  });
  router.put(
    alerts
      .filter(({ state }) => state === 'firing')
      .map(({ labels, activeAtMs }) => ({
        labels: Labels.fromRecord(labels),
        annotations: {},
        startsAtMs: activeAtMs,
        endsAtMs: NOW_MS + 3_600_000,
        generatorUrl: '',
      })),
  );
  const desk = createAlertDesk({
    router,
    own: () => alerts,
    history: () => [],
    maintenance,
    deviceOf,
    clock,
    onChange: () => {},
  });
  const board = (query: Partial<BoardQuery> = {}) =>
    desk.board({
      states: ['firing', 'pending', 'suppressed'],
      severities: [],
      deviceIds: [],
      matchers: [],
      folded: [],
      offset: 0,
      limit: 100,
      ...query,
    });
  return { desk, board, maintenance, router };
}

/** One line a row: what a reader sees. */
const lines = (rows: ReturnType<ReturnType<typeof setUp>['board']>['rows']): string[] =>
  rows.map((row) =>
    row.kind === 'group'
      ? `${row.receiver} ${JSON.stringify(row.labels)} ${row.counts.firing} firing`
      : `  ${row.state} ${row.summary}${row.quietedBy.map(({ text }) => ` [${text}]`).join('')}`,
  );

const ALERTS = [
  alert('firing', { alertname: 'LinkBusy', severity: 'warning', site: 'mill' }, NOW_MS - 60_000),
  alert('firing', { alertname: 'LinkBusy', severity: 'warning', site: 'hill' }, NOW_MS - 30_000),
  alert('firing', { alertname: 'RouterDown', severity: 'critical', site: 'mill' }, NOW_MS - 90_000),
  alert('pending', { alertname: 'DiskFull', severity: 'critical', site: 'hill' }, NOW_MS - 10_000),
  alert('firing', { alertname: 'NewNeighbour', severity: 'info', site: 'hill' }, NOW_MS - 5_000),
  alert('resolved', { alertname: 'RouterDown', severity: 'critical', site: 'dale' }, NOW_MS - 3_600_000),
];

describe('the board of alerts', () => {
  it('lists them in the groups of their routes, the worst that fires first, and says what keeps each quiet', () => {
    const { rows, counts, total, groups, severities } = setUp(ALERTS).board();
    expect(lines(rows)).toEqual([
      'team {"alertname":"RouterDown"} 1 firing',
      '  firing RouterDown at mill',
      'team {"alertname":"LinkBusy"} 1 firing',
      '  firing LinkBusy at hill',
      '  suppressed LinkBusy at mill [Inhibited by RouterDown]',
      'team {"alertname":"DiskFull"} 0 firing',
      '  pending DiskFull at hill',
      'night {"alertname":"NewNeighbour"} 0 firing',
      '  suppressed NewNeighbour at hill [Time interval always]',
    ]);
    expect(counts).toEqual({ firing: 2, pending: 1, suppressed: 2, resolved: 1 });
    expect([total, groups]).toEqual([9, 4]);
    expect(severities).toEqual(['critical', 'warning', 'info']);
  });

  it('filters by state, severity, device and label, and cuts pages', () => {
    const { board } = setUp(ALERTS);
    expect(lines(board({ states: ['resolved'] }).rows).at(-1)).toBe('  resolved RouterDown at dale');
    expect(board({ severities: ['critical'] }).counts).toEqual({ firing: 1, pending: 1, suppressed: 0, resolved: 1 });
    expect(board({ deviceIds: ['mill'] }).rows).toHaveLength(4);
    expect(lines(board({ matchers: [{ name: 'site', op: '=~', value: 'h.*' }], states: ['firing'] }).rows)).toEqual([
      'team {"alertname":"LinkBusy"} 1 firing',
      '  firing LinkBusy at hill',
    ]);
    const second = board({ offset: 3, limit: 2 });
    expect(lines(second.rows)).toEqual([
      '  firing LinkBusy at hill',
      '  suppressed LinkBusy at mill [Inhibited by RouterDown]',
    ]);
    expect(second.total).toBe(9);
  });

  it('leaves out the alerts of a folded group and keeps its line', () => {
    const { board } = setUp(ALERTS);
    const busy = board().rows[2];
    const folded = board({ folded: [busy?.kind === 'group' ? busy.id : ''] });
    expect(lines(folded.rows).slice(1, 4)).toEqual([
      '  firing RouterDown at mill',
      'team {"alertname":"LinkBusy"} 1 firing',
      'team {"alertname":"DiskFull"} 0 firing',
    ]);
    expect(folded.total).toBe(7);
  });

  it('shows a silence at once, with what it keeps quiet', () => {
    const { desk, board } = setUp(ALERTS);
    const matchers = [{ name: 'site', op: '=' as const, value: 'hill' }];
    expect(desk.previewSilence(matchers).alerts.map(({ name }) => name)).toEqual([
      'LinkBusy',
      'DiskFull',
      'NewNeighbour',
    ]);
    const { id } = desk.saveSilence({
      matchers,
      startsAtMs: NOW_MS,
      endsAtMs: NOW_MS + 7_200_000,
      createdBy: 'ada',
      comment: 'new mast',
    });
    expect(board().counts).toEqual({ firing: 1, pending: 1, suppressed: 3, resolved: 1 });
    expect(lines(board().rows)).toContain('  suppressed LinkBusy at hill [Silenced: new mast]');
    expect(desk.silences()).toMatchObject([{ id, state: 'active', silenced: 3, createdBy: 'ada' }]);
    expect(desk.expireSilence(id)).toMatchObject({ state: 'expired', silenced: 0 });
    expect(board().counts.firing).toBe(2);
  });

  it('says of a pattern that cannot be read whose it is', () => {
    const { desk, board } = setUp([]);
    const matchers = [{ name: 'site', op: '=~' as const, value: '(' }];
    expect(() => desk.previewSilence(matchers)).toThrow('The pattern of site cannot be read');
    expect(() => board({ matchers })).toThrow('The pattern of site cannot be read');
  });

  it('sums up for the bell: how many tell of themselves, and their groups', () => {
    const { desk } = setUp(ALERTS);
    const summary = desk.summary();
    expect(summary.counts).toEqual({ firing: 2, pending: 1, suppressed: 2, resolved: 1 });
    expect(summary.groups.map(({ text, deviceIds }) => [text, deviceIds])).toEqual([
      ['RouterDown at mill', ['mill']],
      ['LinkBusy at hill', ['hill']],
      ['DiskFull at hill', ['hill']],
    ]);
  });

  it('shows the routes as a list and which of them an alert takes', () => {
    const { desk } = setUp(ALERTS);
    const { routes, timeIntervals, file } = desk.routing();
    expect(file).toBe('/etc/linewarden/alertmanager.yml');
    expect(routes.map(({ id, depth, receiver, groups }) => [id, depth, receiver, groups])).toEqual([
      ['0', 0, 'team', 2],
      ['0.0', 1, 'night', 1],
    ]);
    expect(timeIntervals).toEqual([{ name: 'always', holdsNow: true }]);
    expect(desk.trace({ alertname: 'Rain', severity: 'info', site: 'mill' })).toEqual([
      { id: '0.0', receiver: 'night', groupLabels: { alertname: 'Rain' } },
    ]);
  });
});
