// A rule tried on history says what the same rule, evaluated step by step, did.
import { describe, expect, it } from 'vitest';
import { RunningGroup } from '../../../electron/engine/alerting/rules/group.ts';
import { parseRuleFile } from '../../../electron/engine/alerting/rules/load.ts';
import { tryRule } from '../../../electron/engine/alerting/index.ts';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { series } from './doubles.ts';

const MINUTE = 60_000;

/** Samples each minute from 0 on; undefined: none. */
function storeOf(all: Readonly<Record<string, readonly (number | undefined)[]>>) {
  const storage = new MemoryStorage();
  for (const [text, values] of Object.entries(all)) {
    storage.append(
      series(text),
      values.flatMap((value, i) => (value === undefined ? [] : [{ timeMs: i * MINUTE, value }])),
    );
  }
  const evaluator = createEvaluator({ storage });
  return {
    range: async (query: string, startMs: number, endMs: number, stepMs: number) =>
      evaluator.range(query, startMs, endMs, stepMs),
    instant: async (query: string, timeMs: number) => evaluator.instant(query, timeMs),
  };
}

type Store = ReturnType<typeof storeOf>;
type Span = { labels: Record<string, string>; firings: (readonly (number | null)[])[] };

const tried = async (store: Store, expr: string, minutes: readonly [number, number, number], stepMs = MINUTE) => {
  const [end, forMin, keepMin] = minutes;
  const rule = { expr, forMs: forMin * MINUTE, keepFiringForMs: keepMin * MINUTE };
  const answer = await tryRule(store, { ...rule, startMs: 0, endMs: end * MINUTE, stepMs });
  const spans = answer.alerts.map(({ labels, firings }): Span => ({
    labels,
    firings: firings.map((one) => [one.activeAtMs, one.firedAtMs, one.resolvedAtMs]),
  }));
  return { answer, spans };
};

/** What the group's own evaluation does at the same moments. */
async function stepped(store: Store, expr: string, [end, forMin, keepMin]: readonly [number, number, number]) {
  const text = `groups: [{name: g, rules: [{alert: A, expr: '${expr}', for: ${forMin}m, keep_firing_for: ${keepMin}m}]}]`;
  const [group] = parseRuleFile(text, 'a.yml').groups;
  const running = new RunningGroup(group!, {
    queries: store,
    appender: {
      ref: () => 0,
      append: async () => ({ appended: 0, duplicates: 0, outOfOrder: 0, overLimit: 0 }),
    },
    externalLabels: {},
    externalUrl: '',
    signal: new AbortController().signal,
    logger: silentLogger,
    monotonic: () => 0,
    isRestored: true,
    onAlerts: () => {},
  });
  const firings = new Map<string, Map<number, (number | null)[]>>();
  for (let ts = 0; ts <= end * MINUTE; ts += MINUTE) {
    await running.evaluate(ts);
    for (const alert of running.rules[0]!.alerts.values()) {
      if (alert.firedAtMs === null) continue;
      const key = alert.labels.without('alertname').key;
      if (!firings.has(key)) firings.set(key, new Map());
      firings.get(key)!.set(alert.activeAtMs, [alert.activeAtMs, alert.firedAtMs, alert.resolvedAtMs]);
    }
  }
  return new Map([...firings].map(([key, spans]) => [key, [...spans.values()]]));
}

describe('a rule tried on history', () => {
  it('fires after `for`, is held by keep_firing_for, and forgets what was pending only', async () => {
    // Above 5 in the minutes 2, 4-8 and 10; `for: 2m` fires at 6, and two minutes of good end it at 13.
    const store = storeOf({ 'load{host="a"}': [0, 0, 9, 0, 9, 9, 9, 9, 9, 0, 9, 0, 0, 0, 0] });
    const { answer, spans } = await tried(store, 'load > 5', [14, 2, 2]);
    expect(spans).toEqual([{ labels: { host: 'a' }, firings: [[4 * MINUTE, 6 * MINUTE, 13 * MINUTE]] }]);
    expect(answer).toMatchObject({ labelSets: 1, firings: 1, firingMs: 7 * MINUTE, evaluations: 15 });
    expect(answer.alerts[0]).toMatchObject({ pendingOnly: 1, firings: [{ value: 9 }] });
  });

  it('fires and ends after so many moments in a row', async () => {
    const store = storeOf({ 'load{host="a"}': [9, 9, 0, 9, 9, 9, 0, 9, 0, 0, 0] });
    const rule = { expr: 'load > 5', forMs: 0, keepFiringForMs: 0, badInARow: 3, goodInARow: 2 };
    const { alerts } = await tryRule(store, { ...rule, startMs: 0, endMs: 10 * MINUTE, stepMs: MINUTE });
    expect(alerts[0]?.firings).toEqual([
      { activeAtMs: 3 * MINUTE, firedAtMs: 5 * MINUTE, resolvedAtMs: 9 * MINUTE, value: 9 },
    ]);
  });

  it('says what is still firing, and counts the time of several once', async () => {
    const store = storeOf({
      'load{host="a"}': [9, 9, 9, 9, 9],
      'load{host="b"}': [0, 0, 9, 9, 9],
      'load{host="c"}': [0],
    });
    const { answer, spans } = await tried(store, 'load > 5', [4, 0, 0]);
    expect(spans).toEqual([
      { labels: { host: 'a' }, firings: [[0, 0, null]] },
      { labels: { host: 'b' }, firings: [[2 * MINUTE, 2 * MINUTE, null]] },
    ]);
    expect(answer).toMatchObject({ firings: 2, firingMs: 4 * MINUTE });
  });

  it('takes scalars as Prometheus does, and tells values that are no numbers as none', async () => {
    const { answer } = await tried(storeOf({ x: [1] }), 'vector(1) / 0', [1, 0, 0]);
    expect(answer.alerts).toEqual([
      { labels: {}, firings: [{ activeAtMs: 0, firedAtMs: 0, resolvedAtMs: null, value: null }], pendingOnly: 0 },
    ]);
  });

  it('agrees with the group that is evaluated step by step, on series that come and go', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 25; round++) {
      const values = () => Array.from({ length: 90 }, () => (random() < 0.15 ? undefined : random() < 0.6 ? 9 : 1));
      const store = storeOf({ 'm{i="0"}': values(), 'm{i="1"}': values(), 'm{i="2"}': values() });
      const times = [89, Math.floor(random() * 6), Math.floor(random() * 6)] as const;
      const { answer } = await tried(store, 'm > 5', times);
      const own = await stepped(store, 'm > 5', times);
      const found = new Map(
        answer.alerts.map(({ labels, firings }) => [
          series(`{i="${labels['i']}"}`).key,
          firings.map((one) => [one.activeAtMs, one.firedAtMs, one.resolvedAtMs]),
        ]),
      );
      expect(found.size).toBe(own.size);
      for (const [key, spans] of own) expect(found.get(key)).toEqual(spans);
    }
  });

  it('refuses what is too much, cannot be told apart, or is no query', async () => {
    const store = storeOf({ 'a{x="1"}': [1, 1], 'b{x="1"}': [1, 1] });
    const range = { expr: 'a', forMs: 0, keepFiringForMs: 0, startMs: 0, endMs: 12_000_000_000, stepMs: 60_000 };
    await expect(tryRule(store, range)).rejects.toMatchObject({ code: 'LW_RULE_TRY_STEPS' });
    await expect(tried(store, '{x="1"}', [1, 0, 0])).rejects.toMatchObject({ code: 'LW_RULE_TRY_DUPLICATE' });
    await expect(tried(store, 'a >', [1, 0, 0])).rejects.toThrow('parse error');
    const many = storeOf(Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`a{x="${i}"}`, [1]])));
    await expect(tried(many, 'a', [1, 0, 0])).rejects.toMatchObject({ code: 'LW_RULE_TRY_TOO_MANY' });
  });
});
