// Prometheus's query API: /api/v1/query, query_range, series, labels, label/<name>/values, metadata, status/buildinfo.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { RuleGroupState } from '../../../alerting/index.ts';
import { parseQuery, printExpr } from '../../../promql/index.ts';
import type { MetricMetadata, ScrapedTarget } from '../../../sources/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import type { MetricQueries } from '../../../store/metrics/index.ts';
import { ApiError, failureOf, success, TRUNCATED } from './envelope.ts';
import { queryAnswer } from './query-answer.ts';
import { encodeAlerts, encodeRules } from './rules.ts';
import type { RulesFilter } from './rules.ts';
import { encodePools, encodeTargets } from './targets.ts';
import {
  MAX_TIME_MS,
  MIN_TIME_MS,
  durationParam,
  limitParam,
  requiredTimeParam,
  selectorParams,
  timeParam,
} from './params.ts';

const MAX_POINTS = 11_000;
const DEFAULT_TIMEOUT_MS = 120_000;

export type PrometheusApi = {
  readonly queries: MetricQueries;
  readonly metadata: () => MetricMetadata;
  readonly ruleGroups: () => readonly RuleGroupState[];
  readonly targets: () => readonly ScrapedTarget[];
  readonly version: string;
  readonly logger: Logger;
};

type Handler = (params: URLSearchParams, signal: AbortSignal, request: FastifyRequest) => Promise<object>;

export function registerPrometheusApi(app: FastifyInstance, api: PrometheusApi): void {
  const route = (url: string, handler: Handler, methods: ('GET' | 'POST')[] = ['GET', 'POST']): void => {
    app.route({ method: methods, url, handler: (request, reply) => answer(request, reply, handler, api.logger) });
  };

  route('/api/v1/query', async (params, signal) => {
    const timeMs = timeParam(params, 'time', Date.now());
    const outcome = await api.queries.instant(queryText(params), timeMs, options(params, signal));
    return queryAnswer(outcome, limitParam(params));
  });

  route('/api/v1/query_range', async (params, signal) => {
    const startMs = requiredTimeParam(params, 'start');
    const endMs = requiredTimeParam(params, 'end');
    if (endMs < startMs)
      throw new ApiError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
    const stepMs = Math.round(durationParam(params, 'step') ?? 0);
    if (stepMs <= 0) {
      throw new ApiError(
        'bad_data',
        'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    if (Math.floor((endMs - startMs) / stepMs) > MAX_POINTS) {
      throw new ApiError(
        'bad_data',
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      );
    }
    const outcome = await api.queries.range(queryText(params), startMs, endMs, stepMs, options(params, signal));
    return queryAnswer(outcome, limitParam(params));
  });

  route('/api/v1/series', async (params) => {
    const selectors = selectorParams(params);
    if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const limit = limitParam(params);
    const [startMs, endMs] = span(params);
    // One more than asked for tells whether something was left out.
    const found = await api.queries.series(
      selectors,
      startMs,
      endMs,
      limit === 0 ? Number.MAX_SAFE_INTEGER : limit + 1,
    );
    const records = found.map((labels) => labels.toRecord());
    if (limit > 0 && records.length > limit) return success(records.slice(0, limit), { warnings: [TRUNCATED] });
    return success(records);
  });

  route('/api/v1/labels', async (params) => {
    const [startMs, endMs] = span(params);
    return limited(await api.queries.labelNames(selectorParams(params), startMs, endMs), limitParam(params));
  });

  route(
    '/api/v1/label/:name/values',
    async (params, _signal, request) => {
      const name = decodeLabelName((request.params as { name: string }).name);
      const [startMs, endMs] = span(params);
      return limited(await api.queries.labelValues(name, selectorParams(params), startMs, endMs), limitParam(params));
    },
    ['GET'],
  );

  route(
    '/api/v1/metadata',
    async (params) => {
      const metric = params.get('metric') ?? '';
      const limit = limitParam(params);
      const entries = Object.entries(api.metadata()).filter(([name]) => metric === '' || name === metric);
      return success(Object.fromEntries(limit > 0 ? entries.slice(0, limit) : entries));
    },
    ['GET'],
  );

  route('/api/v1/format_query', async (params) => success(printExpr(parseQuery(queryText(params)))));

  route('/api/v1/rules', async (params) => success(encodeRules(api.ruleGroups(), rulesFilter(params))), ['GET']);
  route('/api/v1/alerts', async () => success(encodeAlerts(api.ruleGroups())), ['GET']);

  route(
    '/api/v1/targets',
    async (params) =>
      success(encodeTargets(api.targets(), params.get('state') ?? 'any', params.get('scrapePool') ?? '')),
    ['GET'],
  );
  route('/api/v1/scrape_pools', async () => success(encodePools(api.targets())), ['GET']);

  route(
    '/api/v1/status/buildinfo',
    () =>
      Promise.resolve(
        success({ version: api.version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }),
      ),
    ['GET'],
  );
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  handler: Handler,
  logger: Logger,
): Promise<unknown> {
  const gone = new AbortController();
  // 'close' of the answer before it is finished: the client went away, so its query stops.
  reply.raw.once('close', () => gone.abort());
  try {
    const found = await handler(paramsOf(request), gone.signal, request);
    return found instanceof Readable ? reply.type('application/json; charset=utf-8').send(found) : found;
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined) return reply.code(failure.status).send(failure.body);
    const message = error instanceof LinewardenError ? error.message : 'internal error';
    logger.error({ err: error, url: request.routeOptions.url }, 'a query failed unexpectedly');
    return reply.code(500).send({ status: 'error', errorType: 'internal', error: message });
  }
}

/** The URL's parameters, then a form body's; both count. */
function paramsOf(request: FastifyRequest): URLSearchParams {
  const params = new URL(request.url, 'http://localhost').searchParams;
  if (request.body instanceof URLSearchParams) {
    for (const [name, value] of request.body) params.append(name, value);
  }
  return params;
}

const queryText = (params: URLSearchParams): string => params.get('query') ?? '';

const span = (params: URLSearchParams): [number, number] => [
  timeParam(params, 'start', MIN_TIME_MS),
  timeParam(params, 'end', MAX_TIME_MS),
];

function options(params: URLSearchParams, signal: AbortSignal) {
  const timeoutMs = Math.min(durationParam(params, 'timeout') ?? DEFAULT_TIMEOUT_MS, DEFAULT_TIMEOUT_MS);
  const lookbackMs = durationParam(params, 'lookback_delta');
  return { timeoutMs, signal, ...(lookbackMs === undefined ? {} : { lookbackMs }) };
}

function rulesFilter(params: URLSearchParams): RulesFilter {
  const type = params.get('type') ?? '';
  if (type !== '' && type !== 'alert' && type !== 'record') {
    throw new ApiError('bad_data', `invalid parameter "type": not supported value "${type}"`);
  }
  const groupLimit = Number(params.get('group_limit') ?? 0);
  if (!Number.isSafeInteger(groupLimit) || groupLimit < 0) {
    throw new ApiError('bad_data', 'invalid parameter "group_limit": group_limit must be non-negative');
  }
  return {
    type: type === '' ? undefined : type,
    names: params.getAll('rule_name[]'),
    groups: params.getAll('rule_group[]'),
    files: params.getAll('file[]'),
    selectors: selectorParams(params),
    excludeAlerts: params.get('exclude_alerts') === 'true',
    groupLimit,
    nextToken: params.get('group_next_token') ?? '',
  };
}

const limited = (names: readonly string[], limit: number): object =>
  limit > 0 && names.length > limit ? success(names.slice(0, limit), { warnings: [TRUNCATED] }) : success(names);

/** `U__http_2e_status` is how a UTF-8 label name travels in a path: `http.status`. */
export function decodeLabelName(text: string): string {
  if (text === '') throw new ApiError('bad_data', 'invalid label name: ""');
  if (!text.startsWith('U__')) return text;
  const decoded = text.slice(3).replaceAll(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex?: string) => {
    if (hex === undefined) return '_';
    const point = Number.parseInt(hex, 16);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
  return decoded;
}
