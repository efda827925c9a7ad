import { describe, expect, it } from 'vitest';
import { alertPage, type AlertPageServices } from '../../../../electron/engine/api/rpc/alert-page/index.ts';
import type { RoutedAlert } from '../../../../electron/engine/alerting/index.ts';
import type { AlertRow } from '../../../../electron/engine/store/state/index.ts';
import { QueryError, type QueryOutcome } from '../../../../electron/engine/promql/index.ts';
import type { Alert } from '../../../../shared/contract/index.ts';
import { Labels } from '../../../../shared/model/labels.ts';

const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const PRINT = '00000000000000aa';

const row = (more: Partial<AlertRow> = {}): AlertRow => ({
  fingerprint: PRINT,
  ruleKey: 'k',
  name: 'Hot',
  labels: { alertname: 'Hot', routerboard_name: 'core', severity: 'warning' },
  annotations: { summary: 'core is hot' },
  activeAtMs: NOW_MS - 10 * MINUTE_MS,
  firedAtMs: NOW_MS - 9 * MINUTE_MS,
  resolvedAtMs: null,
  value: 71,
  expr: 'temperature > 70',
  ...more,
});
const { ruleKey: _rule, ...firing } = row();
const current: Alert = { ...firing, state: 'firing', deviceId: 'core' };

/** By query: series of [labels, minute before now, value][]. */
type Told = Record<string, readonly (readonly [Record<string, string>, readonly (readonly [number, number])[]])[]>;

function services(told: Told, more: Partial<AlertPageServices> = {}) {
  const asked: { query: string; startMs: number; endMs: number; stepMs: number }[] = [];
  const made: AlertPageServices = {
    queries: {
      range(query, startMs, endMs, stepMs) {
        asked.push({ query, startMs, endMs, stepMs });
        const series = (told[query] ?? []).map(([labels, samples]) => ({
          labels: Labels.fromRecord(labels),
          timestamps: Float64Array.from(samples.map(([minute]) => NOW_MS + minute * MINUTE_MS)),
          values: Float64Array.from(samples.map(([, value]) => value)),
        }));
        const outcome = { value: { type: 'matrix', series }, warnings: [], infos: [], samplesRead: 0 };
        return Promise.resolve(outcome as unknown as QueryOutcome);
      },
    },
    alerts: () => [current],
    routed: () => undefined,
    times: () => [],
    since: () => [],
    receivers: () => ['ops', 'ops', 'on-call'],
    quietedBy: () => ['Maintenance: Roof works'],
    deviceOf: ({ routerboard_name: name }) => name,
    eventsOf: () => [],
    selectorOf: (id) => `routerboard_name="${id}"`,
    now: () => NOW_MS,
    ...more,
  };
  return { made, asked };
}

describe('the page of an alert', () => {
  it("draws the alert's own series with its threshold, from before it came", async () => {
    const { made, asked } = services({
      temperature: [
        [{ __name__: 'temperature', routerboard_name: 'edge' }, [[-5, 40]]],
        [
          { __name__: 'temperature', routerboard_name: 'core' },
          [
            [-30, 60],
            [-5, 71],
          ],
        ],
      ],
    });
    const page = await alertPage(made, { fingerprint: PRINT });
    expect(page).toMatchObject({
      alert: current,
      receivers: ['ops', 'on-call'],
      quietedBy: ['Maintenance: Roof works'],
      threshold: { op: '>', value: 70 },
      graphTrouble: null,
      history: [{ activeAtMs: current.activeAtMs, firedAtMs: current.firedAtMs, resolvedAtMs: null }],
      // 40 minutes in 240 steps are 10 seconds each.
      span: { startMs: NOW_MS - 40 * MINUTE_MS, endMs: NOW_MS },
    });
    expect(asked[0]).toEqual({ query: 'temperature', ...page.span, stepMs: 10_000 });
    expect(page.graph?.series.map(({ labels }) => labels['routerboard_name'])).toEqual(['core']);
    expect(page.graph?.series[0]?.values.filter((value) => value !== null)).toEqual([60, 71]);
  });

  it('shows an earlier time of it, with what came after', async () => {
    const earlier = row({
      activeAtMs: NOW_MS - 3_000 * MINUTE_MS,
      firedAtMs: NOW_MS - 2_999 * MINUTE_MS,
      resolvedAtMs: NOW_MS - 2_900 * MINUTE_MS,
    });
    const { made } = services({}, { times: () => [row(), earlier] });
    const page = await alertPage(made, { fingerprint: PRINT, activeAtMs: earlier.activeAtMs });
    expect(page.alert).toMatchObject({ state: 'resolved', resolvedAtMs: earlier.resolvedAtMs });
    expect(page.history.map(({ activeAtMs }) => activeAtMs)).toEqual([row().activeAtMs, earlier.activeAtMs]);
    // 100 minutes, half as long before it and 15 minutes after it.
    expect(page.span.startMs).toBeLessThanOrEqual(NOW_MS - 3_050 * MINUTE_MS);
    expect(page.span.startMs).toBeGreaterThan(NOW_MS - 3_052 * MINUTE_MS);
    expect(page.span.endMs).toBeGreaterThan(NOW_MS - 2_886 * MINUTE_MS);
    expect(page.span.endMs).toBeLessThanOrEqual(NOW_MS - 2_885 * MINUTE_MS);
  });

  it('tells what else there was about the device', async () => {
    const others = [
      row({ fingerprint: 'b', name: 'Slow' }),
      row({ fingerprint: 'c', labels: { routerboard_name: 'edge' } }),
      row({ fingerprint: 'd', firedAtMs: null }),
      row(),
    ];
    const { made } = services(
      {
        'linewarden_device_online{device="core"}': [
          [
            { device: 'core' },
            [
              [-39, 1],
              [-20, 0],
              [-12, 1],
              [-3, 1],
            ],
          ],
        ],
        'mktxp_system_uptime{routerboard_name="core"}': [
          [
            { routerboard_name: 'core' },
            [
              [-39, 9_000],
              [-20, 9_900],
              [-12, 30],
              [-3, 570],
            ],
          ],
        ],
        'linewarden_log_events_total{device="core", event=~"config_changed|user_added"}': [
          [
            { device: 'core', event: 'config_changed' },
            [
              [-39, 4],
              [-15, 6],
              [-3, 6],
            ],
          ],
        ],
      },
      { since: () => others },
    );
    const page = await alertPage(made, { fingerprint: PRINT });
    expect(page.others.map(({ fingerprint }) => fingerprint)).toEqual(['b']);
    expect(page.marks).toEqual([
      { atMs: NOW_MS - 20 * MINUTE_MS, kind: 'offline', text: 'It went offline' },
      { atMs: NOW_MS - 15 * MINUTE_MS, kind: 'changed', text: 'Its configuration was changed' },
      { atMs: NOW_MS - 12 * MINUTE_MS, kind: 'online', text: 'It came online' },
      { atMs: NOW_MS - 12 * MINUTE_MS, kind: 'restarted', text: 'It restarted' },
    ]);
  });

  it('is there without its graph', async () => {
    const { made } = services(
      {},
      { queries: { range: () => Promise.reject(new QueryError('execution', 'too many samples')) } },
    );
    const page = await alertPage(made, { fingerprint: PRINT });
    expect(page).toMatchObject({ graph: null, graphTrouble: 'too many samples', threshold: null, marks: [] });
  });

  it("shows another program's alert with the expression that its address names", async () => {
    const routed: RoutedAlert = {
      labels: Labels.fromRecord({ alertname: 'Theirs', routerboard_name: 'core' }),
      fingerprint: PRINT,
      annotations: { summary: 'told elsewhere' },
      startsAtMs: NOW_MS - MINUTE_MS,
      endsAtMs: NOW_MS + MINUTE_MS,
      isTimeout: false,
      updatedAtMs: NOW_MS,
      generatorUrl: 'http://prometheus.lan:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    };
    const { made } = services({}, { alerts: () => [], routed: () => routed });
    const page = await alertPage(made, { fingerprint: PRINT });
    expect(page.alert).toMatchObject({
      name: 'Theirs',
      state: 'firing',
      expr: 'up == 0',
      deviceId: 'core',
      value: 'NaN',
    });
    expect(page.graph).toBeNull();
    expect(page.graphTrouble).toMatch(/Another program sent this alert/);
  });

  it('refuses what nobody knows', async () => {
    const { made } = services({}, { alerts: () => [] });
    await expect(alertPage(made, { fingerprint: PRINT })).rejects.toMatchObject({ code: 'LW_ALERT_UNKNOWN' });
  });
});
