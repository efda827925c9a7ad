// query, query_range, query_exemplars, format_query and parse_query.
import { parseQuery, prettyExpr } from '../../../promql/index.ts';
import type { CancelSignal, JsonAnswer, JsonOptions, MetricQueries } from '../../../store/metrics/index.ts';
import { ApiError, success } from './envelope.ts';
import {
  MAX_TIME_MS,
  MIN_TIME_MS,
  durationParam,
  limitParam,
  lookbackParam,
  requiredTimeParam,
  stepParam,
  timeParam,
} from './params.ts';
import { syntaxTree } from './syntax-tree.ts';
import { EncodedJson } from './query-answer.ts';
import type { AddRoute } from './route.ts';

const MAX_POINTS = 11_000;
const DEFAULT_TIMEOUT_MS = 120_000;

/** Answers with JSON that the reader thread encoded. Throws ApiError and QueryError. */
export type QueryHandler = (params: URLSearchParams, signal: CancelSignal) => Promise<JsonAnswer>;

/** The queries proper, by their path. */
export const queryHandlers = (queries: MetricQueries): ReadonlyMap<string, QueryHandler> =>
  new Map<string, QueryHandler>([
    [
      '/api/v1/query',
      async (params, signal) =>
        queries.instantJson(queryText(params), timeParam(params, 'time', Date.now()), options(params, signal)),
    ],
    [
      '/api/v1/query_range',
      async (params, signal) => {
        const startMs = requiredTimeParam(params, 'start');
        const endMs = requiredTimeParam(params, 'end');
        if (endMs < startMs)
          throw new ApiError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
        const stepMs = stepParam(params);
        if (Math.floor((endMs - startMs) / stepMs) > MAX_POINTS) {
          throw new ApiError(
            'bad_data',
            'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
          );
        }
        return queries.rangeJson(queryText(params), startMs, endMs, stepMs, options(params, signal));
      },
    ],
  ]);

export function addQueryRoutes(route: AddRoute, queries: MetricQueries): void {
  for (const [url, handler] of queryHandlers(queries)) {
    route(
      url,
      async (params, signal, request) =>
        new EncodedJson(await handler(params, signal), request.headers['accept-encoding']),
    );
  }

  route('/api/v1/query_exemplars', async (params) => {
    const startMs = timeParam(params, 'start', MIN_TIME_MS);
    const endMs = timeParam(params, 'end', MAX_TIME_MS);
    if (endMs < startMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    parseQuery(queryText(params));
    // None are kept.
    return success([]);
  });

  route('/api/v1/format_query', async (params) => success(prettyExpr(parseQuery(queryText(params)))));
  route('/api/v1/parse_query', async (params) => success(syntaxTree(parseQuery(queryText(params)))));
}

const queryText = (params: URLSearchParams): string => params.get('query') ?? '';

function options(params: URLSearchParams, signal: CancelSignal): JsonOptions {
  const limit = limitParam(params);
  const stats = (params.get('stats') ?? '') !== '';
  const timeoutMs = Math.min(durationParam(params, 'timeout') ?? DEFAULT_TIMEOUT_MS, DEFAULT_TIMEOUT_MS);
  const lookbackMs = lookbackParam(params);
  return { timeoutMs, signal, limit, stats, ...(lookbackMs === undefined ? {} : { lookbackMs }) };
}
