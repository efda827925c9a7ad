// What series there are: series, labels, label values, and the metrics' metadata.
import type { MetricMetadata } from '../../../sources/index.ts';
import type { MetricQueries } from '../../../store/metrics/index.ts';
import { ApiError, success, TRUNCATED } from './envelope.ts';
import { MAX_TIME_MS, MIN_TIME_MS, countParam, limitParam, selectorParams, timeParam } from './params.ts';
import type { AddRoute } from './route.ts';

export function addCatalogRoutes(
  route: AddRoute,
  { queries, metadata }: { readonly queries: MetricQueries; readonly metadata: () => MetricMetadata },
): void {
  route('/api/v1/series', async (params) => {
    const selectors = selectorParams(params);
    if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const limit = limitParam(params);
    const [startMs, endMs] = span(params);
    // One more than asked for tells whether something was left out.
    const found = await queries.series(selectors, startMs, endMs, limit === 0 ? Number.MAX_SAFE_INTEGER : limit + 1);
    const records = found.map((labels) => labels.toRecord());
    if (limit > 0 && records.length > limit) return success(records.slice(0, limit), { warnings: [TRUNCATED] });
    return success(records);
  });

  route('/api/v1/labels', async (params) => {
    const limit = limitParam(params);
    const [startMs, endMs] = span(params);
    return limited(await queries.labelNames(selectorParams(params), startMs, endMs), limit);
  });

  route(
    '/api/v1/label/:name/values',
    async (params, _signal, request) => {
      const name = decodeLabelName((request.params as { name: string }).name);
      const limit = limitParam(params);
      const [startMs, endMs] = span(params);
      return limited(await queries.labelValues(name, selectorParams(params), startMs, endMs), limit);
    },
    ['GET'],
  );

  route(
    '/api/v1/metadata',
    async (params) => {
      const metric = params.get('metric') ?? '';
      const limit = countParam(params, 'limit') ?? 0;
      const perMetric = countParam(params, 'limit_per_metric') ?? 0;
      const entries = Object.entries(metadata())
        .filter(([name]) => metric === '' || name === metric)
        .slice(0, limit > 0 ? limit : undefined)
        .map(([name, told]) => [name, perMetric > 0 ? told.slice(0, perMetric) : told] as const);
      return success(Object.fromEntries(entries));
    },
    ['GET'],
  );
}

const span = (params: URLSearchParams): [number, number] => [
  timeParam(params, 'start', MIN_TIME_MS),
  timeParam(params, 'end', MAX_TIME_MS),
];

const limited = (names: readonly string[], limit: number): object =>
  limit > 0 && names.length > limit ? success(names.slice(0, limit), { warnings: [TRUNCATED] }) : success(names);

/** `U__http_2e_status` is how a UTF-8 label name travels in a path: `http.status`. A name that is none is refused. */
export function decodeLabelName(text: string): string {
  if (text === '') throw new ApiError('bad_data', 'invalid label name: ""');
  if (!text.startsWith('U__')) return text;
  return text.slice(3).replaceAll(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex?: string) => {
    if (hex === undefined) return '_';
    const point = Number.parseInt(hex, 16);
    const isSurrogate = point >= 0xd800 && point <= 0xdfff;
    return point <= 0x10_ff_ff && !isSurrogate ? String.fromCodePoint(point) : whole;
  });
}
