// What only the admin token may: the config as it is in force, deletion of series.
import { success } from './envelope.ts';
import { ApiError } from './envelope.ts';
import { MAX_TIME_MS, MIN_TIME_MS, selectorParams, timeParam } from './params.ts';
import type { AddRoute } from './route.ts';
import type { LabelMatcher } from '../../../promql/index.ts';

export type AdminApi = {
  /** The config file without its secrets, as YAML. */
  readonly configYaml: () => Promise<string>;
  readonly flags: () => Readonly<Record<string, string>>;
  readonly deleteSeries: (
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
  ) => Promise<unknown>;
};

export function addAdminRoutes(route: AddRoute, api: AdminApi): void {
  route('/api/v1/status/config', async () => success({ yaml: await api.configYaml() }), ['GET']);
  route('/api/v1/status/flags', async () => success(api.flags()), ['GET']);

  route(
    '/api/v1/admin/tsdb/delete_series',
    async (params) => {
      const selectors = selectorParams(params);
      if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
      const startMs = timeParam(params, 'start', MIN_TIME_MS);
      const endMs = timeParam(params, 'end', MAX_TIME_MS);
      if (endMs < startMs) throw new ApiError('bad_data', 'end timestamp must not be before start time');
      await api.deleteSeries(selectors, startMs, endMs);
      return undefined;
    },
    ['POST', 'PUT'],
  );
  // Deleted samples are hidden at once; their space comes back in the background without being asked.
  route('/api/v1/admin/tsdb/clean_tombstones', async () => undefined, ['POST', 'PUT']);
}
