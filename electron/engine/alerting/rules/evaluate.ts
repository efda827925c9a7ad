// One rule at one time: asks its expression and turns the answer into samples and alerts.
import { Labels, METRIC_NAME } from '../../../../shared/model/labels.ts';
import { Turns } from '../../clock.ts';
import type { VectorSample } from '../../promql/index.ts';
import type { MetricQueries } from '../../store/metrics/index.ts';
import { expandAlertTemplate } from '../template/index.ts';
import type { TemplateContext } from '../template/index.ts';
import { isActive, stepAlerts, stepFound } from './alert-state.ts';
import type { ActiveAlerts, FoundAlert } from './alert-state.ts';
import type { AlertingRule, RecordingRule } from './rule.ts';

const QUERY_TIMEOUT_MS = 30_000;

/** A rule that could not be evaluated; the sentence is shown with the rule. */
export class RuleError extends Error {
  /** Its alerts are forgotten. */
  readonly clearsAlerts: boolean;
  constructor(message: string, options: { clearsAlerts?: boolean } = {}) {
    super(message);
    this.clearsAlerts = options.clearsAlerts ?? false;
  }
}

export type EvaluationContext = {
  readonly queries: Pick<MetricQueries, 'instant'>;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
  readonly signal: AbortSignal;
  /** Whether an alert with these labels must not begin to fire now. */
  readonly isHeld?: (labels: Labels) => boolean;
};

/** Of the group: more results than `limit` are an error; 0: none. Queries look back by the offset. */
export type Bounds = { readonly limit: number; readonly queryOffsetMs: number };

export type OutputSample = { readonly labels: Labels; readonly value: number };

async function vectorOf(expr: string, timeMs: number, context: EvaluationContext): Promise<readonly VectorSample[]> {
  const { value } = await context.queries.instant(expr, timeMs, {
    timeoutMs: QUERY_TIMEOUT_MS,
    signal: context.signal,
  });
  if (value.type === 'vector') return value.samples;
  if (value.type === 'scalar') return [{ labels: Labels.EMPTY, timeMs, value: value.value }];
  throw new RuleError('rule result is not a vector or scalar');
}

function refuseDuplicates(samples: readonly { readonly labels: Labels }[], whose: string): void {
  if (new Set(samples.map(({ labels }) => labels.key)).size < samples.length) {
    throw new RuleError(`vector contains metrics with the same labelset after applying ${whose} labels`);
  }
}

function refuseOverLimit(count: number, limit: number, what: 'alerts' | 'series'): void {
  if (limit > 0 && count > limit) {
    throw new RuleError(`exceeded limit of ${limit} with ${count} ${what}`, { clearsAlerts: true });
  }
}

/** The samples that a recording rule writes. Rejects with RuleError, QueryError or LinewardenError. */
export async function evaluateRecording(
  rule: RecordingRule,
  ts: number,
  bounds: Bounds,
  context: EvaluationContext,
): Promise<OutputSample[]> {
  const vector = await vectorOf(rule.expr, ts - bounds.queryOffsetMs, context);
  const samples = vector.map(({ labels, value }) => ({
    labels: Labels.fromPairs([...labels.entries(), [METRIC_NAME, rule.name], ...rule.labels]),
    value,
  }));
  refuseDuplicates(samples, 'rule');
  refuseOverLimit(samples.length, bounds.limit, 'series');
  return samples;
}

/**
 * The rule's alerts after this evaluation; between two of them (`isEarly`) alerts begin, and none ends. Rejects as
 * evaluateRecording does.
 */
export async function evaluateAlerting(
  rule: AlertingRule,
  active: ActiveAlerts,
  ts: number,
  bounds: Bounds,
  context: EvaluationContext,
  isEarly = false,
): Promise<ActiveAlerts> {
  const timeMs = ts - bounds.queryOffsetMs;
  const vector = await vectorOf(rule.expr, timeMs, context);
  const templates: TemplateContext = {
    nowMs: timeMs,
    externalUrl: context.externalUrl,
    query: (expr) => vectorOf(expr, timeMs, context),
  };
  const found: FoundAlert[] = [];
  const turns = new Turns();
  for (const { labels, value } of vector) {
    if (turns.isOver) await turns.next();
    const data = { labels, value, externalLabels: context.externalLabels };
    const expand = async (texts: AlertingRule['labels']): Promise<[string, string][]> => {
      const pairs: [string, string][] = [];
      for (const { name, template } of texts) pairs.push([name, await expandAlertTemplate(template, data, templates)]);
      return pairs;
    };
    const own = await expand(rule.labels);
    found.push({
      labels: Labels.fromPairs([...labels.without(METRIC_NAME).entries(), ...own, ['alertname', rule.name]]),
      annotations: Object.fromEntries(await expand(rule.annotations)),
      value,
    });
  }
  refuseDuplicates(found, 'alert');
  const { forMs, keepFiringForMs, badInARow, goodInARow } = rule;
  const step = isEarly ? stepFound : stepAlerts;
  const next = step(active, found, ts, { forMs, keepFiringForMs, badInARow, goodInARow, isHeld: context.isHeld });
  refuseOverLimit([...next.values()].filter(isActive).length, bounds.limit, 'alerts');
  return next;
}

/** ALERTS and ALERTS_FOR_STATE of the active ones. */
export function alertSamples(alerts: ActiveAlerts): OutputSample[] {
  return [...alerts.values()].filter(isActive).flatMap(({ labels, state, activeAtMs }) => [
    { labels: labels.with('alertstate', state).with(METRIC_NAME, 'ALERTS'), value: 1 },
    { labels: labels.with(METRIC_NAME, 'ALERTS_FOR_STATE'), value: Math.floor(activeAtMs / 1_000) },
  ]);
}
