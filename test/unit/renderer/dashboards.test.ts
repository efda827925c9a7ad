import { describe, expect, test } from 'vitest';
import type { Alert, Vector } from '../../../shared/contract/index.ts';
import { dashboardSchema } from '../../../shared/model/dashboard.ts';
import type { Dashboard, DashboardPanel, TimeSeriesPanel } from '../../../shared/model/dashboard.ts';
import { searchEntries } from '../../../renderer/app/frame/search-entries.ts';
import { choicesOf, optionsOf, readChoices, sourcesOf, toggled } from '../../../renderer/dashboards/choices.ts';
import type { VariableSearch } from '../../../renderer/dashboards/choices.ts';
import { chartRows } from '../../../renderer/dashboards/csv-rows.ts';
import { dashboardMarks } from '../../../renderer/dashboards/marks.ts';
import { chartPanel, chartThresholds, rangeOfPanel, stepTexts } from '../../../renderer/dashboards/panel-of.ts';
import { filledRows, presentSections, requiredMetrics } from '../../../renderer/dashboards/presence.ts';
import { labelOf, tableRows } from '../../../renderer/dashboards/table-rows.ts';
import { thresholdOf } from '../../../renderer/dashboards/thresholds.ts';
import { heightsOf } from '../../../renderer/dashboards/time-series-panel.tsx';

const chart = (id: string, width: number, more: object = {}) => ({
  kind: 'timeseries',
  id,
  title: id,
  width,
  height: 9,
  queries: [{ expr: 'rate(x{a=~"$instance"}[$__rate_interval])', legend: '{{a}}' }],
  ...more,
});
const stat = (id: string, width: number, more: object = {}) => ({
  kind: 'stat',
  id,
  title: id,
  width,
  height: 4,
  expr: 'up',
  ...more,
});
const dashboard = (...panels: object[]): Dashboard =>
  dashboardSchema.parse({
    version: 1,
    id: 'd',
    title: 'D',
    variables: [
      { name: 'job', label: 'Job', query: 'label_values(up, job)', values: [{ value: '', name: 'Routers' }] },
      { name: 'instance', label: 'Instance', query: 'label_values(up{job=~"$job"}, instance)' },
      { name: 'port', label: 'Port', query: 'label_values(port)', multi: false, all: false },
    ],
    sections: [{ title: 'S', panels }],
  });
const panelsOf = (...panels: object[]): DashboardPanel[] => dashboard(...panels).sections.flatMap((one) => one.panels);

const vector = (...samples: [Record<string, string>, number][]): Vector => ({
  samples: samples.map(([labels, value]) => ({ labels, value, timeMs: 0 })),
  warnings: [],
  infos: [],
});
const widths = (...panels: object[]) => filledRows(panelsOf(...panels)).map(({ width }) => width);
const alert = (name: string, labels: Record<string, string>, firedAtMs: number | null): Alert => ({
  fingerprint: name,
  state: 'firing',
  name,
  labels,
  annotations: { summary: `${name} on ${labels['routerboard_name'] ?? labels['device'] ?? ''}` },
  value: 1,
  activeAtMs: 1,
  firedAtMs,
  resolvedAtMs: null,
  expr: '',
  deviceId: null,
});

describe('the choices in an address', () => {
  test('are lists of texts; what else is there is left out', () => {
    expect(readChoices({ 'var-a': ['x', 7, {}], 'var-b': 'y', 'var-c': [], last: '1h', panel: 'p' })).toEqual({
      'var-a': ['x', '7'],
      'var-b': ['y'],
    });
    expect(readChoices({ 'var-a': ['x'.repeat(2_000)] })).toEqual({});
  });

  test('without one it is All, or nothing where there is no All', () => {
    const choices = choicesOf(dashboard(stat('a', 4)).variables, { 'var-job': ['node'] });
    expect([...choices].map(([name, { values }]) => [name, values])).toEqual([
      ['job', ['node']],
      ['instance', null],
    ]);
  });

  test('of one value alone only the first counts', () => {
    const choices = choicesOf(dashboard(stat('a', 4)).variables, { 'var-port': ['1', '2'] });
    expect(choices.get('port')).toEqual({ values: ['1'], allValue: '.*', isPattern: false });
  });

  test('narrow what later variables offer', () => {
    const { variables } = dashboard(stat('a', 4));
    const [, instance] = variables;
    expect(sourcesOf(instance ?? { query: [] }, choicesOf(variables, { 'var-job': ['node', 'a.b'] }))).toEqual([
      { selector: String.raw`up{job=~"(node|a\\.b)"}`, label: 'instance' },
    ]);
  });

  test('are offered in the order of people, the given ones first and none twice', () => {
    const [job] = dashboard(stat('a', 4)).variables;
    const options = job === undefined ? [] : optionsOf(job, ['node10', 'node2', '', 'node2']);
    expect(options).toEqual([
      { value: '', name: 'Routers' },
      { value: 'node2', name: 'node2' },
      { value: 'node10', name: 'node10' },
    ]);
  });

  test('change with a click: added, taken away, and the last one away is All', () => {
    const many = { multi: true, all: true };
    expect(toggled(many, null, 'a')).toEqual(['a']);
    expect(toggled(many, ['a'], 'b')).toEqual(['a', 'b']);
    expect(toggled(many, ['a', 'b'], 'a')).toEqual(['b']);
    expect(toggled(many, ['b'], 'b')).toBeNull();
    expect(toggled({ multi: true, all: false }, ['b'], 'b')).toEqual(['b']);
    expect(toggled({ multi: false, all: true }, ['a'], 'b')).toEqual(['b']);
    expect(toggled({ multi: false, all: true }, ['b'], 'b')).toBeNull();
  });
});

describe('the queries of a panel', () => {
  test('ask over the window of its steps, five minutes from a day on', () => {
    const hour = stepTexts({ stepMs: 10_000, intervalMs: 15_000 }, 3_600_000);
    expect(hour).toEqual({ interval: '10s', rateInterval: '1m', range: '1h' });
    const day = stepTexts({ stepMs: 300_000, intervalMs: 90_000 }, 86_400_000);
    expect(day).toEqual({ interval: '5m', rateInterval: '10m', range: '1d' });
    expect(stepTexts({ stepMs: 300_000, intervalMs: 15_000 }, 1_000_000).range).toBe('20m');
  });

  test('name a series by its legend, by its labels, and one without any "none"', () => {
    const [panel] = panelsOf(chart('c', 12)) as TimeSeriesPanel[];
    const choices = choicesOf(dashboard(stat('a', 4)).variables, { 'var-instance': ['core'] });
    const drawn = panel === undefined ? undefined : chartPanel(panel, choices, 3_600_000);
    const [query] = drawn?.queries({ stepMs: 10_000, intervalMs: 15_000 }) ?? [];
    expect(query?.expr).toBe('rate(x{a=~"core"}[1m])');
    expect(
      [{ a: 'core' }, { b: 'other' }, {}].map((labels) => query?.legend(labels as Record<string, string>)),
    ).toEqual(['core', '{b="other"}', 'none']);
  });

  test('of a panel with a range of its own end where the window does', () => {
    const [panel] = panelsOf(chart('c', 12, { range: '30d' }));
    const month = 2_592_000_000;
    if (panel === undefined) throw new Error('no panel');
    expect(rangeOfPanel(panel, { kind: 'last', durationMs: 3_600_000 })).toEqual({ kind: 'last', durationMs: month });
    expect(rangeOfPanel(panel, { kind: 'between', fromMs: 1, toMs: 3 * month })).toEqual({
      kind: 'between',
      fromMs: 2 * month,
      toMs: 3 * month,
    });
  });
});

test('a value has reached the last threshold that is not above it', () => {
  const steps = [{ state: 'online' }, { from: 75, state: 'degraded' }, { from: 90, state: 'offline' }] as const;
  expect([0, 75, 89.9, 90].map((value) => thresholdOf(steps, value)?.state)).toEqual([
    'online',
    'degraded',
    'degraded',
    'offline',
  ]);
  expect(thresholdOf(steps, null)).toBeUndefined();
  expect(thresholdOf([{ from: 1, state: 'online' }], 0)).toBeUndefined();
});

test('a threshold is a line where it begins, red where it is a failure', () => {
  const lines = chartThresholds(
    [{ state: 'online' }, { from: 75, state: 'degraded' }, { from: 90, state: 'offline', words: 'too hot' }],
    'celsius',
  );
  expect(lines.map(({ words, grave, at }) => [words, grave, at([])])).toEqual([
    ['75.0\u00a0°C', false, 75],
    ['too hot', true, 90],
  ]);
});

describe('the rows of a table', () => {
  const queries = [
    { id: 'up', expr: 'a' },
    { id: 'in', expr: 'b' },
  ];

  test('join what agrees in the labels, whatever other labels there are', () => {
    const { rows, total } = tableRows({ queries, by: ['router', 'user'], rows: undefined, limit: 10 }, [
      vector([{ router: 'core', user: 'anna', address: '10.9.0.2' }, 1], [{ router: 'mill', user: 'anna' }, 0]),
      vector([{ router: 'core', user: 'anna', address: 'other' }, 8e6], [{ router: 'core', user: 'bert' }, 5]),
    ]);
    expect(total).toBe(3);
    expect(rows.map(({ labels, values }) => [labels, Object.fromEntries(values)])).toEqual([
      [
        { router: 'core', user: 'anna', address: '10.9.0.2' },
        { up: 1, in: 8e6 },
      ],
      [{ router: 'mill', user: 'anna' }, { up: 0 }],
      [{ router: 'core', user: 'bert' }, { in: 5 }],
    ]);
  });

  test('are those of one query where it says so, at most as many as are wanted', () => {
    const answers = [vector([{ user: 'a' }, 1], [{ user: 'b' }, 1]), vector([{ user: 'c' }, 1])];
    const found = tableRows({ queries, by: ['user'], rows: 'up', limit: 1 }, answers);
    expect(found.rows.map(({ labels }) => labels['user'])).toEqual(['a']);
    expect(found.total).toBe(2);
  });

  test('an answer that is not there yet leaves its column empty', () => {
    const found = tableRows({ queries, by: ['user'], rows: undefined, limit: 5 }, [
      vector([{ user: 'a' }, 1]),
      undefined,
    ]);
    expect(Object.fromEntries(found.rows[0]?.values ?? [])).toEqual({ up: 1 });
  });

  test('a name is that of the first label that is there', () => {
    expect(labelOf({ instance: 'pc' }, ['routerboard_name', 'instance'])).toBe('pc');
    expect(labelOf({}, 'instance')).toBe('');
  });
});

describe('what a network has not', () => {
  const few = dashboard(
    stat('a', 4),
    stat('b', 4, { requires: ['b1', 'b2'] }),
    chart('c', 12),
    chart('d', 12, { requires: ['d1'] }),
  );

  test('is asked for by name', () => {
    expect(requiredMetrics(few)).toEqual(['b1', 'b2', 'd1']);
  });

  test('is left out, and its row filled by the others', () => {
    const shown = presentSections(few, new Set(['b2']))[0]?.panels.map(({ id, width }) => [id, width]);
    expect(shown).toEqual([
      ['a', 4],
      ['b', 4],
      ['c', 12],
    ]);
    expect(presentSections(few, undefined)[0]?.panels).toHaveLength(4);
  });

  test('a row of one height is as wide as the grid, values no wider than they are read', () => {
    expect(widths(chart('a', 12))).toEqual([24]);
    expect(widths(stat('a', 4), stat('b', 4), stat('c', 4), stat('d', 4))).toEqual([6, 6, 6, 6]);
    expect(widths(stat('a', 4))).toEqual([8]);
    expect(widths(chart('a', 12), chart('b', 12), chart('c', 8))).toEqual([12, 12, 24]);
    expect(widths(chart('a', 16), stat('b', 4))).toEqual([16, 4]);
  });

  test('a section with nothing but a note left is left out', () => {
    const note = { kind: 'text', id: 'n', title: 'Note', width: 24, height: 3, text: 'About d' };
    expect(presentSections(dashboard(note, chart('d', 12, { requires: ['d1'] })), new Set())).toEqual([]);
    expect(presentSections(dashboard(note), new Set())).toHaveLength(1);
  });
});

test('alerts are marks: those that have fired, by name and by the instances that are chosen', () => {
  const alerts = [
    alert('CpuHigh', { routerboard_name: 'core' }, 20),
    alert('DeviceOffline', { device: 'mill' }, 10),
    alert('DeviceOffline', { device: 'core' }, null),
    alert('Other', { device: 'core' }, 5),
  ];
  const { variables } = dashboard(stat('a', 4));
  const annotations = [{ source: 'alerts' as const, names: ['CpuHigh', 'DeviceOffline'] }];
  const words = (search: VariableSearch) =>
    dashboardMarks(annotations, alerts, choicesOf(variables, search)).map((mark) => mark.words);
  expect(words({})).toEqual(['DeviceOffline on mill', 'CpuHigh on core']);
  expect(words({ 'var-instance': ['core'] })).toEqual(['CpuHigh on core']);
  expect(dashboardMarks([], alerts, new Map())).toEqual([]);
});

test('a graph as CSV: a row a point in time, gaps empty', () => {
  expect(
    chartRows({
      startMs: Date.UTC(2026, 10, 20),
      stepMs: 60_000,
      steps: 2,
      sides: { in: 'in', out: 'out' },
      notes: [],
      series: [
        { id: 'a', name: 'core', direction: 'in', other: false, values: [1.5, null] },
        { id: 'b', name: 'limit', direction: null, other: true, values: [9, 9] },
      ],
    }),
  ).toEqual([
    ['Time', 'core in', 'limit'],
    ['2026-11-20T00:00:00.000Z', '1.5', '9'],
    ['2026-11-20T00:01:00.000Z', '', '9'],
  ]);
});

test('the legend has what the plot leaves: a few rows below it, or the whole height beside it', () => {
  expect(heightsOf({ widthPx: 600, heightPx: 240 }, 2)).toEqual({ plotPx: 178, legendPx: 54 });
  expect(heightsOf({ widthPx: 600, heightPx: 240 }, 40)).toEqual({ plotPx: 142, legendPx: 90 });
  expect(heightsOf({ widthPx: 1200, heightPx: 240 }, 40)).toEqual({ plotPx: 240, legendPx: 240 });
  expect(heightsOf({ widthPx: 600, heightPx: 240 }, 0)).toEqual({ plotPx: 240, legendPx: 0 });
});

test('the search finds dashboards by their titles once something is typed', () => {
  const dashboards = [{ id: 'vpn-statistics', title: 'VPN statistics' }];
  expect(searchEntries('vpn', [], [], dashboards)).toEqual([
    { kind: 'dashboard', key: 'dashboard vpn-statistics', name: 'VPN statistics', id: 'vpn-statistics' },
  ]);
  expect(searchEntries('', [], [], dashboards)).toEqual([]);
});
