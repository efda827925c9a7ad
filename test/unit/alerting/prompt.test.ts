// Rules without `for` are asked when their data arrives, and nothing that slots mean changes by it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Arrivals, createAlerting } from '../../../electron/engine/alerting/index.ts';
import type { Alerting, SentAlert } from '../../../electron/engine/alerting/index.ts';
import { PromptRules } from '../../../electron/engine/alerting/prompt/index.ts';
import { readMetrics } from '../../../electron/engine/alerting/prompt/read-metrics.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { MemoryAlertTable, MemoryStore, series } from './doubles.ts';

const START = 1_795_186_800_000;
const SECOND = 1_000;

let dir = '';
let running: Alerting | undefined;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lw-prompt-'));
  vi.useFakeTimers({ now: START });
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

function setUp(rules: string) {
  const store = new MemoryStore();
  const file = path.join(dir, 'rules.yml');
  writeFileSync(file, `groups:\n  - name: g\n    rules:\n${rules}`);
  const arrivals = new Arrivals();
  const appender = arrivals.watch(store);
  const sent: string[] = [];
  const tell = ({ labels, endsAtMs = 0 }: SentAlert): void => {
    sent.push(`${labels.get('alertname')} ${labels.get('n')} ${endsAtMs <= Date.now() ? 'resolved' : 'firing'}`);
  };
  const alerting = createAlerting({
    queries: store,
    appender: store,
    arrivals,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    router: {
      put(alerts) {
        alerts.forEach(tell);
        return [];
      },
      apply: () => {},
    },
    state: { alerts: new MemoryAlertTable() },
    inventory: { findByLabels: () => undefined, list: () => [], markGap: () => {} },
    ruleFiles: [file],
    packs: () => ({ groups: [], problems: [] }),
    logger: silentLogger,
    evaluationIntervalMs: 15 * SECOND,
    externalLabels: {},
    onChange: () => {},
  });
  running = alerting;
  alerting.start();
  const push = async (selector: string, value: number): Promise<void> => {
    const ref = appender.ref(series(selector));
    await appender.append({
      timestampMs: Date.now(),
      refs: Uint32Array.of(ref),
      values: Float64Array.of(value),
    });
  };
  /** To just after the next slot of the group. */
  const toSlot = async (): Promise<void> => {
    const before = alerting.rules()[0]?.lastEvaluationMs;
    while (alerting.rules()[0]?.lastEvaluationMs === before) await vi.advanceTimersByTimeAsync(10);
  };
  return { store, alerting, sent, push, toSlot };
}

describe('data that makes a rule true', () => {
  it('fires it at once, and is stored with the alert', async () => {
    const { store, alerting, sent, push, toSlot } = setUp('      - {alert: Hot, expr: temp > 50}\n');
    await toSlot();
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    await push('temp{n="1"}', 60);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['Hot 1 firing']);
    expect(alerting.alerts()).toMatchObject([{ state: 'firing', labels: { n: '1' }, value: 60 }]);
    const at = Date.now() / 1_000;
    expect(store.dump('ALERTS{')).toEqual({
      'ALERTS{alertname="Hot",alertstate="firing",n="1"}': expect.stringMatching(
        new RegExp(`^${Math.floor(at)}\\.?\\d*=1$`),
      ),
    });
    await push('temp{n="1"}', 61);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(sent).toEqual(['Hot 1 firing']);
  });

  it('ends at a slot only, however often it changes in between', async () => {
    const { sent, push, toSlot } = setUp('      - {alert: Hot, expr: temp > 50}\n');
    await toSlot();
    await vi.advanceTimersByTimeAsync(SECOND);
    for (const value of [60, 40, 60, 40]) {
      await push('temp{n="1"}', value);
      await vi.advanceTimersByTimeAsync(SECOND);
    }
    expect(sent).toEqual(['Hot 1 firing']);
    await toSlot();
    expect(sent).toEqual(['Hot 1 firing', 'Hot 1 resolved']);
  });

  it('moves no rule with a `for`, no recording rule, and none that reads something else', async () => {
    const { store, sent, push, toSlot } = setUp(`
      - {alert: Hot, expr: temp > 50, for: 20s}
      - {record: temp:max, expr: max(temp)}
      - {alert: Wet, expr: humidity > 50}
`);
    await toSlot();
    await push('temp{n="1"}', 60);
    store.queries.length = 0;
    await vi.advanceTimersByTimeAsync(SECOND);
    expect([store.queries, sent, store.dump('temp:max')]).toEqual([[], [], {}]);
    await push('humidity{n="1"}', 60);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.queries.map(({ query }) => query)).toEqual(['humidity > 50']);
    expect(sent).toEqual(['Wet 1 firing']);
  });

  it('asks one rule at most ten times a second, and the last data is not missed', async () => {
    const { store, sent, push, toSlot } = setUp('      - {alert: Hot, expr: temp > 50}\n');
    await toSlot();
    await push('temp{n="0"}', 0);
    await vi.advanceTimersByTimeAsync(200);
    store.queries.length = 0;
    for (let i = 1; i <= 50; i++) {
      await push(`temp{n="${i}"}`, i === 50 ? 60 : 40);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(store.queries.length).toBeLessThanOrEqual(7);
    expect(sent).toEqual(['Hot 50 firing']);
  });
});

describe('the share of time', () => {
  it('is kept: rules that cost more wait, and come in turn', async () => {
    const asked: string[] = [];
    const rules = new PromptRules({ monotonic: () => performance.now() });
    rules.set(
      Array.from({ length: 100 }, (_, i) => ({
        key: String(i),
        expr: 'temp > 50',
        async evaluate() {
          asked.push(String(i));
          await new Promise((resolve) => {
            setTimeout(resolve, 50);
          });
          return true;
        },
      })),
    );
    rules.arrived(['temp']);
    for (let s = 0; s < 20; s++) {
      await vi.advanceTimersByTimeAsync(SECOND);
      rules.arrived(['temp']);
    }
    // 250 ms at once, then a tenth of 20 s, at 50 ms each.
    expect(asked.length).toBeGreaterThan(35);
    expect(asked.length).toBeLessThanOrEqual(46);
    expect(new Set(asked).size).toBe(asked.length);
    const stopped = rules.stop();
    await vi.advanceTimersByTimeAsync(SECOND);
    await stopped;
  });
});

describe('what an expression reads', () => {
  it.each([
    ['up == 0', ['up'], ['down', 'up:sum']],
    ['rate(errors_total[5m]) / on (job) rate(requests_total[5m]) > 0.1', ['errors_total', 'requests_total'], ['up']],
    ['absent({__name__=~"node_.+", job="x"})', ['node_load1', 'node_boot_time_seconds'], ['windows_load']],
    ['max_over_time(sum(temp)[5m:1m])', ['temp'], []],
    ['{job="x"} > 1', ['anything'], []],
    ['vector(1)', [], ['up']],
  ])('%s', (expr, reads, others) => {
    const test = readMetrics(expr);
    expect([reads.filter((name) => !test(name)), others.filter((name) => test(name))]).toEqual([[], []]);
  });
});
