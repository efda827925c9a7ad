// An alert's page: its expression drawn with its threshold, each time that it was active, and what else happened to the device.
import type { Alert, AlertPage, AlertPageQuery, DeviceMark, Graph } from '../../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { RoutedAlert } from '../../../alerting/index.ts';
import { QueryError } from '../../../promql/index.ts';
import type { MetricQueries } from '../../../store/metrics/index.ts';
import type { AlertRow, DeviceEventRow } from '../../../store/state/index.ts';
import { toGraph } from '../graph.ts';
import { type Comparison, comparisonOf } from './comparison.ts';
import { marksIn, markQueries } from './marks.ts';

export type AlertPageServices = {
  readonly queries: Pick<MetricQueries, 'range'>;
  /** Our own, as they are now. */
  readonly alerts: () => readonly Alert[];
  /** Our own and others', as they are routed. */
  readonly routed: (fingerprint: string) => RoutedAlert | undefined;
  /** Each time that the alert was active, the newest first. */
  readonly times: (fingerprint: string, limit: number) => readonly AlertRow[];
  /** Those that are active or were resolved at sinceMs or later, the newest first. */
  readonly since: (sinceMs: number, limit: number) => readonly AlertRow[];
  readonly receivers: (labels: Alert['labels']) => readonly string[];
  readonly quietedBy: (fingerprint: string) => readonly string[];
  readonly deviceOf: (labels: Alert['labels']) => string | undefined;
  /** What happened to it besides, oldest first. */
  readonly eventsOf: (deviceId: string, fromMs: number, toMs: number, most: number) => readonly DeviceEventRow[];
  /** The matchers of the device's own series. */
  readonly selectorOf: (deviceId: string) => string | undefined;
  readonly now: () => number;
};

const MAX_TIMES = 100;
const MAX_READ = 2_000;
const MAX_OTHERS = 50;
const MAX_SERIES = 20;
const MAX_MARKS = 100;
const STEPS = 240;
const STEP_MS = 5_000;
const MIN_BEFORE_MS = 1_800_000;
const MAX_BEFORE_MS = 43_200_000;
const AFTER_MS = 900_000;
const TIMEOUT_MS = 15_000;

type AlertSpan = AlertPage['span'] & { readonly stepMs: number };

/** Throws LW_ALERT_UNKNOWN. */
export async function alertPage(
  services: AlertPageServices,
  { fingerprint, activeAtMs }: AlertPageQuery,
  signal?: AbortSignal,
): Promise<AlertPage> {
  const times = services.times(fingerprint, MAX_TIMES);
  const { alert, isOurs } = alertOf(services, times, fingerprint, activeAtMs);
  const span = spanOf(alert, services.now());
  const { deviceId } = alert;
  const [drawn, marks] = await Promise.all([
    isOurs ? graphOf(services, alert, span, signal) : NOT_OURS,
    deviceId === null ? [] : marksOf(services, deviceId, span, signal),
  ]);
  return {
    alert,
    quietedBy: [...services.quietedBy(fingerprint)],
    receivers: [...new Set(services.receivers(alert.labels))],
    ...drawn,
    history: historyOf(times, alert),
    others: deviceId === null ? [] : othersOf(services, alert, span),
    marks,
    span: { startMs: span.startMs, endMs: span.endMs },
  };
}

type Drawn = Pick<AlertPage, 'graph' | 'graphTrouble' | 'threshold'>;

const NOT_OURS: Drawn = {
  graph: null,
  graphTrouble: 'Another program sent this alert, and its expression is evaluated there.',
  threshold: null,
};

/** The time that is asked for, else as it is now; alerts of others are known for as long as they are routed. */
function alertOf(
  services: AlertPageServices,
  times: readonly AlertRow[],
  fingerprint: string,
  activeAtMs: number | undefined,
): { alert: Alert; isOurs: boolean } {
  const { deviceOf } = services;
  const current = services.alerts().find((one) => one.fingerprint === fingerprint);
  if (current !== undefined && (activeAtMs === undefined || activeAtMs === current.activeAtMs)) {
    return { alert: current, isOurs: true };
  }
  const row = activeAtMs === undefined ? times[0] : times.find((one) => one.activeAtMs === activeAtMs);
  if (row !== undefined) return { alert: ofRow(row, deviceOf(row.labels)), isOurs: true };
  const routed = services.routed(fingerprint);
  if (routed === undefined) throw new LinewardenError('LW_ALERT_UNKNOWN', 'This alert is not known here any more.');
  return { alert: ofRouted(routed, services), isOurs: false };
}

const ofRow = (row: AlertRow, deviceId: string | undefined): Alert => ({
  fingerprint: row.fingerprint,
  state: row.resolvedAtMs === null ? 'firing' : 'resolved',
  name: row.name,
  labels: row.labels,
  annotations: row.annotations,
  value: Number.isFinite(row.value) ? row.value : Number.isNaN(row.value) ? 'NaN' : row.value > 0 ? '+Inf' : '-Inf',
  activeAtMs: row.activeAtMs,
  firedAtMs: row.firedAtMs,
  resolvedAtMs: row.resolvedAtMs,
  expr: row.expr,
  deviceId: deviceId ?? null,
});

function ofRouted(routed: RoutedAlert, { deviceOf, now }: AlertPageServices): Alert {
  const labels = { ...routed.labels.toRecord() };
  const isResolved = routed.endsAtMs <= now();
  return {
    fingerprint: routed.fingerprint,
    state: isResolved ? 'resolved' : 'firing',
    name: routed.labels.get('alertname'),
    labels,
    annotations: { ...routed.annotations },
    value: 'NaN',
    activeAtMs: routed.startsAtMs,
    firedAtMs: routed.startsAtMs,
    resolvedAtMs: isResolved ? routed.endsAtMs : null,
    expr: expressionIn(routed.generatorUrl),
    deviceId: deviceOf(labels) ?? null,
  };
}

/** A Prometheus names the rule's expression in the address of its graph. */
function expressionIn(generatorUrl: string): string {
  return URL.canParse(generatorUrl) ? (new URL(generatorUrl).searchParams.get('g0.expr') ?? '') : '';
}

/** Some time before it, so that it can be seen how it came, and a little after. */
function spanOf({ activeAtMs, resolvedAtMs }: Alert, nowMs: number): AlertSpan {
  const overMs = Math.min(nowMs, resolvedAtMs ?? nowMs);
  const beforeMs = Math.min(MAX_BEFORE_MS, Math.max(MIN_BEFORE_MS, (overMs - activeAtMs) / 2));
  const endMs = Math.max(activeAtMs + 1, Math.min(nowMs, overMs + AFTER_MS));
  const stepMs = Math.ceil((endMs - activeAtMs + beforeMs) / STEPS / STEP_MS) * STEP_MS;
  // On whole steps: most of what is drawn of long times is in summaries.
  const lastMs = Math.floor(endMs / stepMs) * stepMs;
  return { startMs: lastMs - Math.ceil((lastMs - activeAtMs + beforeMs) / stepMs) * stepMs, endMs: lastMs, stepMs };
}

async function rangeOf(
  { queries }: AlertPageServices,
  query: string,
  { startMs, endMs, stepMs }: AlertSpan,
  signal: AbortSignal | undefined,
): Promise<Graph> {
  const bounded = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal === undefined ? [] : [signal])]);
  const outcome = await queries.range(query, startMs, endMs, stepMs, { signal: bounded });
  return toGraph(outcome, startMs, endMs, stepMs);
}

async function graphOf(
  services: AlertPageServices,
  alert: Alert,
  span: AlertSpan,
  signal: AbortSignal | undefined,
): Promise<Drawn> {
  let comparison: Comparison;
  try {
    comparison = comparisonOf(alert.expr);
    const graph = await rangeOf(services, comparison.query, span, signal);
    const own = graph.series.filter(({ labels }) => isOf(alert, labels));
    const series = (own.length > 0 ? own : graph.series).slice(0, MAX_SERIES);
    return {
      graph: { query: comparison.query, ...graph, series },
      graphTrouble: null,
      threshold: comparison.threshold,
    };
  } catch (error) {
    if (!(error instanceof QueryError) && !(error instanceof LinewardenError)) throw error;
    return { graph: null, graphTrouble: error.message, threshold: null };
  }
}

/** Whether the alert is of this series: it has all of the series' labels, and those of the rule. */
const isOf = (alert: Alert, labels: Alert['labels']): boolean =>
  Object.entries(labels).every(([name, value]) => name === '__name__' || alert.labels[name] === value);

const historyOf = (times: readonly AlertRow[], alert: Alert): AlertPage['history'] =>
  (times.some(({ activeAtMs }) => activeAtMs === alert.activeAtMs) ? times : [alert, ...times]).map(
    ({ activeAtMs, firedAtMs, resolvedAtMs }) => ({ activeAtMs, firedAtMs, resolvedAtMs }),
  );

function othersOf({ since, deviceOf }: AlertPageServices, alert: Alert, { startMs, endMs }: AlertSpan): Alert[] {
  const others: Alert[] = [];
  for (const row of since(startMs, MAX_READ)) {
    if (others.length >= MAX_OTHERS) break;
    if (row.fingerprint === alert.fingerprint || row.firedAtMs === null || row.activeAtMs > endMs) continue;
    const deviceId = deviceOf(row.labels);
    if (deviceId === alert.deviceId) others.push(ofRow(row, deviceId));
  }
  return others;
}

async function marksOf(
  services: AlertPageServices,
  deviceId: string,
  span: AlertSpan,
  signal: AbortSignal | undefined,
): Promise<DeviceMark[]> {
  const queries = markQueries(deviceId, services.selectorOf(deviceId) ?? '');
  const found = await Promise.all(
    queries.map(async (each) => {
      try {
        return marksIn(await rangeOf(services, each.query, span, signal), each);
      } catch (error) {
        // The page is about the alert; without its marks it is still worth seeing.
        if (error instanceof QueryError || error instanceof LinewardenError) return [];
        throw error;
      }
    }),
  );
  const told = services
    .eventsOf(deviceId, span.startMs, span.endMs, MAX_MARKS)
    .map(({ atMs, words }): DeviceMark => ({ atMs, kind: 'changed', text: words }));
  return [...found.flat(), ...told].toSorted((a, b) => a.atMs - b.atMs).slice(-MAX_MARKS);
}
