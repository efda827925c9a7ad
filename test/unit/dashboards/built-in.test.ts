import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDashboard } from '../../../electron/engine/dashboards/check.ts';
import { compileMatcher, createEvaluator, parseSelector } from '../../../electron/engine/promql/index.ts';
import type { Dashboard, DashboardPanel } from '../../../shared/model/dashboard.ts';
import { exprsOf } from '../../../shared/model/dashboard.ts';
import { filledQuery } from '../../../shared/model/dashboard-text.ts';
import { choicesOf, sourcesOf } from '../../../renderer/dashboards/choices.ts';
import { requiredMetrics } from '../../../renderer/dashboards/presence.ts';
import { END_MS, network, stored } from './network.ts';

const storage = network();
const evaluator = createEvaluator({ storage });
const STEPS = { interval: '1m', rateInterval: '1m', range: '1h' };

const dashboards = globSync(path.resolve(import.meta.dirname, '../../../resources/dashboards/*.json'))
  .toSorted()
  .map((file) => ({ file: path.basename(file), checked: checkDashboard(readFileSync(file, 'utf8')) }));

/** The values of a label of the series that a selector matches in the last hour. */
function labelValues(selector: string, label: string): string[] {
  const found = storage.select({ matchers: parseSelector(selector), minTimeMs: END_MS - 3_600_000, maxTimeMs: END_MS });
  return [...new Set(found.map(({ labels }) => labels.get(label)))].filter((value) => value !== '').toSorted();
}

test('there are those of the network and of what other products push', () => {
  expect(dashboards.map(({ checked }) => checked.dashboard?.title)).toEqual([
    'Bandwidth',
    'Containers',
    'Muti Metroo',
    'SecureLink edges',
    'System health',
    'Tobogganing',
    'VPN statistics',
  ]);
});

const ofRouters = new Set(
  dashboards.filter(({ checked }) => checked.dashboard?.tags.includes('routers')).map(({ file }) => file),
);

describe.each(dashboards)('$file', ({ file, checked }) => {
  const dashboard = checked.dashboard as Dashboard;
  const panels = dashboard.sections.flatMap((section) => section.panels);
  const empty = (all: readonly DashboardPanel[], search: Parameters<typeof choicesOf>[1]): string[] => {
    const choices = choicesOf(dashboard.variables, search);
    return all.flatMap((panel) =>
      exprsOf(panel).flatMap((expr) => {
        const { value, warnings } = evaluator.instant(filledQuery(expr, choices, STEPS), END_MS);
        expect(warnings).toEqual([]);
        const count = value.type === 'vector' ? value.samples.length : 0;
        return count === 0 ? [`${panel.id}: ${expr}`] : [];
      }),
    );
  };

  test('has no fault', () => {
    expect(checked.faults).toEqual([]);
  });

  test('has values for every query over a network of that shape', () => {
    expect(empty(panels, {})).toEqual([]);
  });

  test('requires metrics that are there, and each panel of one kind of device its own', () => {
    expect(requiredMetrics(dashboard).filter((name) => !stored.has(name))).toEqual([]);
  });

  test.runIf(ofRouters.has(file))('offers devices and jobs to choose from', () => {
    const choices = choicesOf(dashboard.variables, {});
    const offered = dashboard.variables.map((variable) => {
      const found = sourcesOf(variable, choices).flatMap(({ selector, label }) => labelValues(selector, label));
      return [variable.name, [...variable.values.map(({ name }) => name), ...found]] as const;
    });
    expect(Object.fromEntries(offered)).toMatchObject({
      job: expect.arrayContaining(['Polled routers']),
      instance: expect.arrayContaining(['core', 'mill']),
    });
    expect(offered.filter(([, values]) => values.length === 0)).toEqual([]);
  });

  test.runIf(ofRouters.has(file))('shows a router alone, and no other device', () => {
    const choices = choicesOf(dashboard.variables, { 'var-instance': ['core'], 'var-job': [''] });
    const names = new Set<string>();
    for (const expr of panels.flatMap(exprsOf)) {
      const { value } = evaluator.instant(filledQuery(expr, choices, STEPS), END_MS);
      for (const { labels } of value.type === 'vector' ? value.samples : []) {
        for (const label of ['routerboard_name', 'instance', 'device']) names.add(labels.get(label));
      }
    }
    expect([...names].filter((name) => name !== '').toSorted()).toEqual(['core']);
  });
});

test('in System health the job of computers leaves the routers out, and the other way round', () => {
  const health = dashboards.find(({ checked }) => checked.dashboard?.id === 'system-health')?.checked
    .dashboard as Dashboard;
  const cpu = health.sections.flatMap(({ panels }) => panels).find(({ id }) => id === 'cpu') as DashboardPanel;
  const devices = (job: string): string[] => {
    const choices = choicesOf(health.variables, { 'var-job': [job] });
    return exprsOf(cpu).flatMap((expr) => {
      const { value } = evaluator.instant(filledQuery(expr, choices, STEPS), END_MS);
      return value.type === 'vector'
        ? value.samples.map(({ labels }) => labels.get('routerboard_name') + labels.get('instance'))
        : [];
    });
  };
  expect(devices('node').toSorted()).toEqual(['10.0.0.9:9100', 'pc']);
  expect(devices('').toSorted()).toEqual(['core', 'mill']);
});

test('the empty job is that of a series without the label', () => {
  expect(compileMatcher({ name: 'job', op: '=~', value: '(|node)' })('')).toBe(true);
});

test.each([
  // 2 routers x (ether1: 1.25 MB/s in; the bridge carries the same again and is not counted) x 8 bits
  ['bandwidth', 'in', 20_000_000],
  // 1.25 MB/s of 100 Mb/s
  ['bandwidth', 'fullest', 10],
  ['containers', 'running', 2],
  ['containers', 'unhealthy', 1],
  // 2 containers x half a core of 4
  ['containers', 'cpu-now', 25],
  ['containers', 'memory-now', 400_000_000],
  ['system-health', 'busiest', 12],
  // 1 - 9e9 / 16e9
  ['system-health', 'fullest-memory', 43.75],
  // 1 - 2e11 / 5e11
  ['system-health', 'fullest-disk', 60],
  ['system-health', 'hottest', 51],
  ['system-health', 'restarted-last', 11_800],
  ['system-health', 'certificate-next', 1_728_000],
  // 2 routers x 2 sessions
  ['vpn-statistics', 'ppp-now', 4],
  ['vpn-statistics', 'wireguard-now', 2],
  ['vpn-statistics', 'ipsec-now', 2],
  // 4 sessions x 500 kB/s x 8 bits
  ['vpn-statistics', 'download-now', 16_000_000],
  ['vpn-statistics', 'customers-down', 2],
  ['securelink', 'edges', 2],
  ['securelink', 'without-wan', 1],
  // 2 edges x 50 kB/s x 8 bits
  ['securelink', 'in', 800_000],
])('%s tells in %s what the network does', (id, panelId, expected) => {
  const dashboard = dashboards.find(({ checked }) => checked.dashboard?.id === id)?.checked.dashboard as Dashboard;
  const panel = dashboard.sections.flatMap(({ panels }) => panels).find((one) => one.id === panelId) as DashboardPanel;
  const [expr = ''] = exprsOf(panel);
  const { value } = evaluator.instant(filledQuery(expr, choicesOf(dashboard.variables, {}), STEPS), END_MS);
  const samples = value.type === 'vector' ? value.samples : [];
  expect(samples).toHaveLength(1);
  expect(samples[0]?.value).toBeCloseTo(expected, 6);
});
