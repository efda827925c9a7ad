// Queries over what is stored here and what the cluster has: each is answered by one of them wholly, never mixed, and says so
// where the other would know more.
import { z } from 'zod';
import { compareUtf8, Labels } from '../../../shared/model/labels.ts';
import { extractSelectors, parseQuery, printMatchers, type QueryOutcome } from '../promql/index.ts';
import type { LabelMatcher } from '../promql/index.ts';
import type { JsonAnswer, MetricQueries, QueryOptions } from '../store/metrics/index.ts';
import type { ClusterClient } from './client.ts';
import { ClusterAway, ClusterRefused } from './client.ts';
import { askedMatchers, askedQuery, type ExternalLabels, stripped } from './external-labels.ts';
import { jsonOf, valueOfData } from './outcome.ts';

/** A cluster that did not answer is not asked for so long. */
const REST_MS = 10_000;

export type Cluster = {
  readonly client: ClusterClient;
  readonly host: string;
  readonly read: 'past-local' | 'all';
  readonly externalLabels: ExternalLabels;
  /** The time of the oldest sample that is not sent yet. */
  readonly unsentFromMs: () => number | undefined;
};

export type RemoteQueriesOptions = {
  readonly cluster: () => Cluster | undefined;
  /** From when on everything is here, Unix ms. */
  readonly localFromMs: () => Promise<number>;
  readonly now: () => number;
  /** Since when the cluster does not answer, and why; undefined once it does. */
  readonly onAway: (away: Away | undefined) => void;
};

export type Away = { readonly sinceMs: number; readonly sentence: string };

type Span = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };
type Selectors = readonly (readonly LabelMatcher[])[];

const clockOf = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** How the cluster does is known to all that ask it. */
export class ClusterState {
  away: Away | undefined;
  /** Undefined while it does not answer, or was asked nothing. */
  answersSinceMs: number | undefined;
  restsUntilMs = Number.NEGATIVE_INFINITY;
}

export function remoteQueries(local: MetricQueries, state: ClusterState, options: RemoteQueriesOptions): MetricQueries {
  const { cluster, localFromMs, now } = options;

  const answered = (): void => {
    state.answersSinceMs ??= now();
    if (state.away === undefined) return;
    state.away = undefined;
    options.onAway(undefined);
  };

  const failed = (error: ClusterAway): void => {
    state.away = { sinceMs: state.away?.sinceMs ?? now(), sentence: error.message };
    state.answersSinceMs = undefined;
    state.restsUntilMs = now() + REST_MS;
    options.onAway(state.away);
  };

  /** The cluster, where it is to answer what needs times from `neededMs` on. */
  const asked = async (neededMs: number): Promise<{ cluster: Cluster; fromMs: number } | undefined> => {
    const one = cluster();
    if (one === undefined || neededMs === Infinity) return undefined;
    const fromMs = await localFromMs();
    return one.read === 'all' || neededMs < fromMs ? { cluster: one, fromMs } : undefined;
  };

  /** Undefined: answered here, with these warnings. */
  const fromCluster = async (
    query: string,
    { startMs, endMs, stepMs }: Span,
    kind: 'query' | 'query_range',
    { lookbackMs, signal }: QueryOptions,
  ): Promise<{ outcome: QueryOutcome } | { warnings: readonly string[] }> => {
    const lookback = lookbackMs === undefined ? {} : { lookbackMs };
    const needed = extractSelectors(parseQuery(query), { startMs, endMs, stepMs, ...lookback });
    const neededMs = needed.reduce((least, { minTimeMs }) => Math.min(least, minTimeMs), Infinity);
    const which = await asked(neededMs);
    if (which === undefined) return { warnings: [] };
    const { client, host, externalLabels, unsentFromMs } = which.cluster;
    const missing = neededMs < which.fromMs ? [`what is before ${clockOf(which.fromMs)} is missing`] : [];
    const here = (why: string): { warnings: string[] } => ({
      warnings: [[`the long-term store ${host} ${why}: answered from this computer`, ...missing].join(', ')],
    });
    const resting = (): { warnings: string[] } =>
      here(`has not answered since ${clockOf(state.away?.sinceMs ?? now())} (${state.away?.sentence ?? ''})`);
    if (now() < state.restsUntilMs && state.away !== undefined) return resting();
    try {
      const { text, strips } = askedQuery(query, externalLabels);
      const times: Record<string, string> =
        kind === 'query'
          ? { time: String(startMs / 1_000) }
          : { start: String(startMs / 1_000), end: String(endMs / 1_000), step: String(stepMs / 1_000) };
      const params = new URLSearchParams({ query: text, ...times });
      if (lookbackMs !== undefined) params.set('lookback_delta', String(lookbackMs / 1_000));
      const { data, warnings, infos } = await client.query(`/api/v1/${kind}`, params, signal);
      answered();
      const unsentMs = unsentFromMs();
      const late = unsentMs === undefined ? '' : `; what was stored since ${clockOf(unsentMs)} is not all there yet`;
      const outcome: QueryOutcome = {
        value: valueOfData(data, strips),
        warnings,
        infos: [...infos, `answered by the long-term store ${host}${late}`],
        samplesRead: 0,
      };
      return { outcome };
    } catch (error) {
      if (error instanceof ClusterRefused) return here(`cannot answer this query (${error.message})`);
      // Nobody waits for it any more.
      if (!(error instanceof ClusterAway) || signal?.aborted === true) throw error;
      failed(error);
      return resting();
    }
  };

  const both = async <T>(
    startMs: number,
    own: () => Promise<T>,
    theirs: (client: ClusterClient, external: ExternalLabels) => Promise<T>,
    join: (own: T, theirs: T) => T,
  ): Promise<T> => {
    const which = await asked(startMs);
    if (which === undefined || (now() < state.restsUntilMs && state.away !== undefined)) return own();
    const [here, there] = await Promise.all([
      own(),
      theirs(which.cluster.client, which.cluster.externalLabels).then(
        (found) => {
          answered();
          return found;
        },
        (error: unknown) => {
          if (error instanceof ClusterAway) failed(error);
          else if (!(error instanceof ClusterRefused)) throw error;
          return undefined;
        },
      ),
    ]);
    return there === undefined ? here : join(here, there);
  };

  const instant = (query: string, timeMs: number, asks: QueryOptions = {}) =>
    fromCluster(query, { startMs: timeMs, endMs: timeMs, stepMs: 0 }, 'query', asks);
  const range = (query: string, span: Span, asks: QueryOptions = {}) => fromCluster(query, span, 'query_range', asks);

  return {
    async instant(query, timeMs, asks) {
      const answer = await instant(query, timeMs, asks);
      return 'outcome' in answer ? answer.outcome : warned(await local.instant(query, timeMs, asks), answer.warnings);
    },
    async range(query, startMs, endMs, stepMs, asks) {
      const answer = await range(query, { startMs, endMs, stepMs }, asks);
      if ('outcome' in answer) return answer.outcome;
      return warned(await local.range(query, startMs, endMs, stepMs, asks), answer.warnings);
    },
    async instantJson(query, timeMs, asks = {}): Promise<JsonAnswer> {
      const answer = await instant(query, timeMs, asks);
      if ('outcome' in answer) return jsonOf(answer.outcome, asks.limit ?? 0);
      if (answer.warnings.length === 0) return local.instantJson(query, timeMs, asks);
      return jsonOf(warned(await local.instant(query, timeMs, asks), answer.warnings), asks.limit ?? 0);
    },
    async rangeJson(query, startMs, endMs, stepMs, asks = {}): Promise<JsonAnswer> {
      const answer = await range(query, { startMs, endMs, stepMs }, asks);
      if ('outcome' in answer) return jsonOf(answer.outcome, asks.limit ?? 0);
      if (answer.warnings.length === 0) return local.rangeJson(query, startMs, endMs, stepMs, asks);
      return jsonOf(warned(await local.range(query, startMs, endMs, stepMs, asks), answer.warnings), asks.limit ?? 0);
    },
    estimate: (...given) => local.estimate(...given),
    cardinality: (limit) => local.cardinality(limit),
    series: (selectors, startMs, endMs, limit) =>
      both(
        startMs,
        () => local.series(selectors, startMs, endMs, limit),
        async (client, external) => {
          const found = await client.list(
            '/api/v1/series',
            paramsOf(selectors, startMs, endMs, external),
            z.record(z.string(), z.string()),
          );
          return found.map((metric) => stripped(metric, stripsOf(selectors, external)));
        },
        (own, theirs) => {
          const all = new Map([...own, ...theirs].map((labels) => [labels.key, labels]));
          return [...all.values()].toSorted((a, b) => Labels.compare(a, b)).slice(0, limit);
        },
      ),
    labelNames: (selectors, startMs, endMs) =>
      both(
        startMs,
        () => local.labelNames(selectors, startMs, endMs),
        async (client, external) => {
          const found = await client.list('/api/v1/labels', paramsOf(selectors, startMs, endMs, external), z.string());
          return found.filter((name) => external[name] === undefined);
        },
        union,
      ),
    labelValues: (name, selectors, startMs, endMs) =>
      both(
        startMs,
        () => local.labelValues(name, selectors, startMs, endMs),
        async (client, external) => {
          if (external[name] !== undefined) return [];
          const path = `/api/v1/label/${encodeURIComponent(name)}/values`;
          return [...(await client.list(path, paramsOf(selectors, startMs, endMs, external), z.string()))];
        },
        union,
      ),
  };
}

const warned = (outcome: QueryOutcome, warnings: readonly string[]): QueryOutcome =>
  warnings.length === 0 ? outcome : { ...outcome, warnings: [...outcome.warnings, ...warnings] };

const union = (own: string[], theirs: string[]): string[] => [...new Set([...own, ...theirs])].toSorted(compareUtf8);

const ALL: LabelMatcher = { name: '__name__', op: '=~', value: '.+' };
/** Further back or ahead no cluster has anything; and some take no such times. */
const FIRST_MS = 0;
const LAST_MS = 253_402_300_799_000;

function paramsOf(selectors: Selectors, startMs: number, endMs: number, external: ExternalLabels): URLSearchParams {
  const params = new URLSearchParams({
    start: String(Math.max(startMs, FIRST_MS) / 1_000),
    end: String(Math.min(endMs, LAST_MS) / 1_000),
  });
  const lists = selectors.length === 0 ? [[ALL]] : selectors;
  for (const matchers of lists) params.append('match[]', printMatchers(askedMatchers(matchers, external)));
  return params;
}

const stripsOf = (selectors: Selectors, external: ExternalLabels): ExternalLabels =>
  Object.fromEntries(
    Object.entries(external).filter(
      ([name]) => !selectors.some((matchers) => matchers.some((matcher) => matcher.name === name)),
    ),
  );
