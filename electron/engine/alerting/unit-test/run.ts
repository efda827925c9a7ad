// One test of promtool's format: the rules run over the given series, step by step, and are held to what is expected.
import { Labels } from '../../../../shared/model/labels.ts';
import { createEvaluator, type QueryEvaluator } from '../../promql/index.ts';
import { MemoryStorage, type SeriesLine, type StoredSample } from '../../promql/testing/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { RunningGroup } from '../rules/group.ts';
import type { GroupContext } from '../rules/group.ts';
import type { RuleGroup } from '../rules/rule.ts';
import { alertDifference, sampleDifference } from './expected.ts';
import type { AlertTest, ExprTest, TestGroup } from './schema.ts';

export type TestSettings = { readonly evaluationIntervalMs: number; readonly isFuzzy: boolean };

/** More would be a mistake in the file: a day at one second has 86,400. */
const MAX_EVALUATIONS = 10_000_000;

/** What went wrong, one text each; empty where the test passes. */
export async function runTest(
  test: TestGroup,
  groups: readonly RuleGroup[],
  settings: TestSettings,
): Promise<string[]> {
  const stepMs = settings.evaluationIntervalMs;
  const startMs = test.start_timestamp ?? 0;
  const lastMs = Math.max(0, ...[...test.alert_rule_test, ...test.promql_expr_test].map((each) => each.eval_time));
  if (lastMs / stepMs > MAX_EVALUATIONS) return [`more than ${MAX_EVALUATIONS} evaluations`];
  const storage = new MemoryStorage();
  const evaluator = createEvaluator({ storage, defaultSubqueryStepMs: stepMs });
  const load = loader(storage, test.input_series, startMs, test.interval ?? stepMs);
  const running = groups.map((group) => new RunningGroup(group, contextFor(test, storage, evaluator)));
  const failures: string[] = [];
  for (let atMs = 0; atMs <= lastMs; atMs += stepMs) {
    load(startMs + atMs);
    for (const group of running) await group.evaluate(startMs + atMs);
    const broken = running.flatMap(({ rules }) =>
      rules.flatMap(({ rule, lastError }) =>
        lastError === null ? [] : [`rule: ${rule.name}, time: ${timeText(atMs)}, err: ${lastError}`],
      ),
    );
    if (broken.length > 0) return [...failures, ...broken];
    for (const alertTest of test.alert_rule_test) {
      const isNow = atMs <= alertTest.eval_time && alertTest.eval_time < atMs + stepMs;
      if (isNow) failures.push(...checkAlerts(alertTest, running));
    }
  }
  load(startMs + lastMs);
  for (const exprTest of test.promql_expr_test) {
    failures.push(...checkExpression(exprTest, evaluator, startMs, settings.isFuzzy));
  }
  return failures;
}

export const timeText = (ms: number): string => {
  const seconds = ms / 1_000;
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`;
};

/** Puts what is due by a time into the storage: a rule must not see the future, not even by a negative offset. */
function loader(
  storage: MemoryStorage,
  lines: readonly SeriesLine[],
  startMs: number,
  intervalMs: number,
): (untilMs: number) => void {
  let loaded = 0;
  return (untilMs) => {
    const until = Math.floor((untilMs - startMs) / intervalMs) + 1;
    for (const { labels, values } of lines) {
      const samples = values.slice(loaded, until).flatMap((value, i): StoredSample[] => {
        const timeMs = startMs + (loaded + i) * intervalMs;
        if (value === undefined) return [];
        if (value.kind === 'float') return [{ timeMs, value: value.value }];
        return [{ timeMs, value: 0, ...(value.kind === 'stale' ? { stale: true } : { histogram: true }) }];
      });
      if (samples.length > 0) storage.append(labels, samples);
    }
    loaded = Math.max(loaded, until);
  };
}

function contextFor(test: TestGroup, storage: MemoryStorage, evaluator: QueryEvaluator): GroupContext {
  const refs = new Map<string, number>();
  const labelsOf: Labels[] = [];
  return {
    externalLabels: test.external_labels ?? {},
    externalUrl: test.external_url ?? '',
    signal: new AbortController().signal,
    logger: silentLogger,
    monotonic: () => performance.now(),
    isRestored: true,
    onAlerts: () => {},
    queries: { instant: async (query, timeMs, options) => evaluator.instant(query, timeMs, options) },
    appender: {
      ref(labels) {
        const known = refs.get(labels.key) ?? labelsOf.push(labels) - 1;
        refs.set(labels.key, known);
        return known;
      },
      async append({ timestampMs, refs: written, values, stale }) {
        written.forEach((ref, i) =>
          storage.append(labelsOf[ref] ?? Labels.EMPTY, [
            { timeMs: timestampMs, value: values[i] ?? 0, ...(stale?.[i] === 1 && { stale: true }) },
          ]),
        );
        return { appended: written.length, duplicates: 0, outOfOrder: 0, overLimit: 0 };
      },
    },
  };
}

function checkAlerts(
  { alertname, eval_time: atMs, exp_alerts: expected }: AlertTest,
  running: readonly RunningGroup[],
) {
  const got = running.flatMap(({ rules }) =>
    rules
      .filter(({ rule }) => rule.kind === 'alerting' && rule.name === alertname)
      .flatMap(({ alerts }) => [...alerts.values()].filter(({ state }) => state === 'firing')),
  );
  const wanted = expected.map(({ exp_labels: labels = {}, exp_annotations: annotations = {} }) => ({
    labels: Labels.fromRecord({ ...labels, alertname }),
    annotations,
  }));
  const difference = alertDifference(wanted, got);
  return difference === undefined ? [] : [`alertname: ${alertname}, time: ${timeText(atMs)},\n${difference}`];
}

function checkExpression(
  { expr, eval_time: atMs, exp_samples: expected }: ExprTest,
  evaluator: QueryEvaluator,
  startMs: number,
  isFuzzy: boolean,
): string[] {
  const where = `expr: ${JSON.stringify(expr)}, time: ${timeText(atMs)},`;
  if (expected.some(({ histogram }) => histogram !== undefined))
    return [`${where} native histograms are not supported`];
  let value;
  try {
    ({ value } = evaluator.instant(expr, startMs + atMs));
  } catch (error) {
    return [`${where} err: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (value.type !== 'vector' && value.type !== 'scalar') {
    return [`${where} err: rule result is not a vector or scalar`];
  }
  const got = value.type === 'scalar' ? [{ labels: Labels.EMPTY, value: value.value }] : value.samples;
  const wanted = expected.map(({ labels, value: number = 0 }) => ({ labels, value: number }));
  const difference = sampleDifference(wanted, got, isFuzzy);
  return difference === undefined ? [] : [`${where}\n${difference}`];
}
