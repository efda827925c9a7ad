// Prometheus's HTTP API, put together: what each scope may ask, and rules, alerts and targets.
import type { FastifyInstance } from 'fastify';
import type { RuleGroupState } from '../../../alerting/index.ts';
import type { MetricMetadata, ScrapedTarget, TargetJobs } from '../../../sources/index.ts';
import type { MetricQueries } from '../../../store/metrics/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import { addAdminRoutes, type AdminApi } from './admin.ts';
import { addCatalogRoutes } from './catalog.ts';
import { ApiError, success } from './envelope.ts';
import { countParam, selectorParams } from './params.ts';
import { addQueryRoutes } from './queries.ts';
import { type AddRoute, routesOn } from './route.ts';
import { encodeAlerts, encodeRules } from './rules.ts';
import type { RulesFilter } from './rules.ts';
import { addStatusRoutes, type ServerState } from './status.ts';
import { encodePools, encodeTargetMetadata, encodeTargets } from './targets.ts';

export type PrometheusApi = {
  readonly queries: MetricQueries;
  readonly metadata: () => MetricMetadata;
  readonly ruleGroups: () => readonly RuleGroupState[];
  readonly targets: () => readonly ScrapedTarget[];
  readonly targetJobs: () => TargetJobs;
  readonly state: ServerState;
  readonly admin: AdminApi;
  readonly logger: Logger;
};

/** What the scope read may ask. */
export function registerPrometheusApi(app: FastifyInstance, api: PrometheusApi): void {
  const route = routesOn(app, api.logger);
  addQueryRoutes(route, api.queries);
  addCatalogRoutes(route, api);
  addWatchingRoutes(route, api);
  addStatusRoutes(route, api.state);
}

export function registerAdminApi(app: FastifyInstance, api: PrometheusApi): void {
  addAdminRoutes(routesOn(app, api.logger), api.admin);
}

function addWatchingRoutes(route: AddRoute, api: PrometheusApi): void {
  const get = (url: string, tell: (params: URLSearchParams) => unknown): void =>
    route(url, async (params) => success(tell(params)), ['GET']);

  get('/api/v1/rules', (params) => encodeRules(api.ruleGroups(), rulesFilter(params)));
  get('/api/v1/alerts', () => encodeAlerts(api.ruleGroups()));
  get('/api/v1/targets', (params) =>
    encodeTargets(
      api.targets(),
      api.targetJobs(),
      (params.get('state') ?? '').toLowerCase(),
      params.get('scrapePool') ?? '',
    ),
  );
  get('/api/v1/targets/metadata', (params) => {
    const [matchers] = selectorParams(params, 'match_target');
    return encodeTargetMetadata(api.targets(), {
      matchers: matchers ?? [],
      metric: params.get('metric') ?? '',
      limit: countParam(params, 'limit') ?? 0,
    });
  });
  get('/api/v1/scrape_pools', () => encodePools(api.targets(), api.targetJobs()));
  // Alerts are told by the program itself.
  get('/api/v1/alertmanagers', () => ({ activeAlertmanagers: [], droppedAlertmanagers: [] }));
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
