// What the server tells of itself: status/*, features.
import os from 'node:os';
import { formatDurationMs } from '../../../../../shared/model/duration.ts';
import { AGGREGATE_OPS, SIGNATURES } from '../../../promql/index.ts';
import type { Cardinality } from '../../../store/metrics/index.ts';
import { ApiError, success } from './envelope.ts';
import { countParam } from './params.ts';
import type { AddRoute } from './route.ts';

/** Whose language and API these are: Grafana and others choose by it what they ask for. */
const LIKE_PROMETHEUS = '3.0.0';
/** The most entries of a kind that status/tsdb tells. */
const MAX_TSDB_ENTRIES = 10_000;
const LIMITED_AGGREGATES: ReadonlySet<string> = new Set(['limitk', 'limit_ratio']);
const OPERATORS = '!= !~ % * + - / < <= == =~ > >= @ ^ and atan2 or unless'.split(' ');

export type ServerState = {
  /** The program's own. */
  readonly version: string;
  readonly startedAtMs: number;
  /** When the config was read last, and whether the last try succeeded. */
  readonly config: () => { readonly readAtMs: number; readonly isGood: boolean };
  /** Of samples. */
  readonly retentionMs: () => number;
  /** Files of the store that were found damaged and set aside. */
  readonly damagedFiles: () => number;
  readonly cardinality: (limit: number) => Promise<Cardinality>;
  readonly head: () => Promise<{ readonly minTimeMs: number; readonly maxTimeMs: number; readonly chunks: number }>;
};

export function addStatusRoutes(route: AddRoute, state: ServerState): void {
  const get = (url: string, tell: (params: URLSearchParams) => unknown): void =>
    route(url, async (params) => success(await tell(params)), ['GET']);

  get('/api/v1/status/buildinfo', () => ({
    version: LIKE_PROMETHEUS,
    revision: `linewarden-${state.version}`,
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  }));

  get('/api/v1/status/runtimeinfo', () => {
    const { readAtMs, isGood } = state.config();
    return {
      startTime: new Date(state.startedAtMs).toISOString(),
      CWD: process.cwd(),
      hostname: os.hostname(),
      serverTime: new Date().toISOString(),
      reloadConfigSuccess: isGood,
      lastConfigTime: new Date(readAtMs).toISOString(),
      corruptionCount: state.damagedFiles(),
      // Go's own: there are none here.
      goroutineCount: 0,
      GOMAXPROCS: os.availableParallelism(),
      GOMEMLIMIT: 0,
      GOGC: '',
      GODEBUG: '',
      storageRetention: formatDurationMs(state.retentionMs()),
    };
  });

  get('/api/v1/status/tsdb', async (params) => {
    const limit = countParam(params, 'limit') ?? 10;
    if (limit === 0) throw new ApiError('bad_data', 'limit must be a positive number');
    const [found, head] = await Promise.all([state.cardinality(Math.min(limit, MAX_TSDB_ENTRIES)), state.head()]);
    return {
      headStats: {
        numSeries: found.series,
        numLabelPairs: found.labelPairs,
        chunkCount: head.chunks,
        minTime: head.minTimeMs,
        maxTime: head.maxTimeMs,
      },
      seriesCountByMetricName: found.seriesByMetric,
      labelValueCountByLabelName: found.valuesByLabel,
      memoryInBytesByLabelName: found.bytesByLabel,
      seriesCountByLabelValuePair: found.seriesByPair,
    };
  });

  // Requests are answered only once the log was replayed.
  get('/api/v1/status/walreplay', () => ({ min: 0, max: 0, current: 0 }));

  get('/api/v1/features', () => ({
    api: {
      admin: true,
      exclude_alerts: true,
      label_values_match: true,
      lifecycle: true,
      otlp_write_receiver: false,
      query_stats: true,
      query_warnings: true,
      remote_write_receiver: true,
      time_range_labels: true,
      time_range_series: true,
    },
    promql: {
      anchored: false,
      at_modifier: true,
      bool: true,
      by: true,
      delayed_name_removal: false,
      duration_expr: false,
      fill: false,
      fill_left: false,
      fill_right: false,
      group_left: true,
      group_right: true,
      ignoring: true,
      negative_offset: true,
      offset: true,
      on: true,
      per_query_lookback_delta: true,
      per_step_stats: false,
      smoothed: false,
      subqueries: true,
      without: true,
    },
    promql_functions: Object.fromEntries([...SIGNATURES].map(([name, { experimental }]) => [name, !experimental])),
    promql_operators: Object.fromEntries([
      ...OPERATORS.map((name) => [name, true]),
      ...[...AGGREGATE_OPS].map((name) => [name, !LIMITED_AGGREGATES.has(name)]),
    ]),
    rules: { concurrent_rule_eval: false, keep_firing_for: true, query_offset: false },
    tsdb: { exemplar_storage: false, native_histograms: false },
  }));
}
