import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttpServer } from '../../../electron/engine/api/http/index.ts';
import type { HttpServer, PrometheusApi } from '../../../electron/engine/api/http/index.ts';
import { hashToken } from '../../../electron/engine/api/http/access.ts';
import { createRemoteWriteReceiver } from '../../../electron/engine/collectors/remote-write/index.ts';
import { createRegistry, silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { series, snappy } from '../../support/remote-write.ts';

const TOKENS = {
  admin: 'an-admin-token-of-length',
  read: 'a-read-token-of-length',
  write: 'a-write-token-of-length',
  alerts: 'an-alerts-token-of-length',
};
type Who = keyof typeof TOKENS | 'nobody';

const encoder = new TextEncoder();
const done: string[] = [];
let reloadFails = false;
let storeFails: LinewardenError | undefined;
let isSlow = false;
const waiting: (() => void)[] = [];

const nothing = () => Promise.resolve([]);
const json = () =>
  Promise.resolve({
    first: encoder.encode('{"status":"success","data":{"resultType":"vector","result":[]}}'),
    rest: undefined,
  });
const outcome = () =>
  Promise.resolve({ value: { type: 'vector' as const, samples: [] }, warnings: [], infos: [], samplesRead: 0 });

const prometheus: PrometheusApi = {
  queries: {
    instant: outcome,
    range: outcome,
    instantJson: json,
    rangeJson: json,
    estimate: () => Promise.resolve({ series: 0, samples: 0 }),
    cardinality: () => Promise.reject(new Error('nobody asks')),
    series: nothing,
    labelNames: nothing,
    labelValues: nothing,
  },
  metadata: () => ({}),
  ruleGroups: () => [],
  targets: () => [],
  targetJobs: () => [],
  state: {
    version: '1.2.3',
    startedAtMs: 0,
    config: () => ({ readAtMs: 0, isGood: true }),
    retentionMs: () => 30 * 86_400_000,
    damagedFiles: () => 0,
    cardinality: (limit) =>
      Promise.resolve({
        series: 3,
        labelPairs: 4,
        seriesByMetric: [{ name: 'up', value: limit }],
        valuesByLabel: [],
        bytesByLabel: [],
        seriesByPair: [],
      }),
    head: () => Promise.resolve({ minTimeMs: 1, maxTimeMs: 2, chunks: 0 }),
  },
  admin: {
    configYaml: () => Promise.resolve('host: {}\n'),
    flags: () => ({ 'query.timeout': '2m' }),
    deleteSeries: (selectors, startMs, endMs) => {
      done.push(`delete ${selectors.length} ${startMs} ${endMs}`);
      return Promise.resolve();
    },
  },
  logger: silentLogger,
};

let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    token: TOKENS.admin,
    tokens: [
      { name: 'grafana', scope: 'read', sha256: hashToken(TOKENS.read) },
      { name: 'north', scope: 'write', sha256: hashToken(TOKENS.write) },
      { name: 'amtool', scope: 'alerts', sha256: hashToken(TOKENS.alerts) },
    ],
    allowedHosts: [],
    router: {} as never,
    prometheus,
    remoteWrite: createRemoteWriteReceiver({
      appender: {
        ref: () => 0,
        append: async ({ refs }) => {
          if (storeFails !== undefined) throw storeFails;
          if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
          return { appended: refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0 };
        },
      },
      now: () => Date.now(),
      maxSeriesPerSender: 10,
      logger: silentLogger,
    }),
    ownMetrics: { families: () => createRegistry().families },
    logger: silentLogger,
    notReady: () => undefined,
    reload: () => {
      done.push('reload');
      return reloadFails
        ? Promise.reject(new LinewardenError('LW_CONFIG_INVALID', 'linewarden.yml:1:1: a: unknown key'))
        : Promise.resolve();
    },
  });
});
afterAll(async () => {
  await server.close();
});

async function send(method: string, path: string, who: Who, init: RequestInit = {}) {
  const headers = new Headers(init.headers);
  if (who !== 'nobody') headers.set('Authorization', `Bearer ${TOKENS[who]}`);
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    method,
    headers,
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
}

const everyone: Who[] = ['nobody', 'read', 'write', 'alerts', 'admin'];
/** What each of them is answered, in that order. */
const READ = [401, 200, 403, 403, 200];
const ADMIN = [401, 403, 403, 403, 200];
const ADMIN_EMPTY = [401, 403, 403, 403, 204];

const GETS: [path: string, statuses: number[]][] = [
  ['/api/v1/query?query=up', READ],
  ['/api/v1/query_range?query=up&start=0&end=1&step=1', READ],
  ['/api/v1/query_exemplars?query=up', READ],
  ['/api/v1/format_query?query=up', READ],
  ['/api/v1/parse_query?query=up', READ],
  ['/api/v1/series?match[]=up', READ],
  ['/api/v1/labels', READ],
  ['/api/v1/label/job/values', READ],
  ['/api/v1/metadata', READ],
  ['/api/v1/rules', READ],
  ['/api/v1/alerts', READ],
  ['/api/v1/targets', READ],
  ['/api/v1/targets/metadata', READ],
  ['/api/v1/scrape_pools', READ],
  ['/api/v1/alertmanagers', READ],
  ['/api/v1/status/buildinfo', READ],
  ['/api/v1/status/runtimeinfo', READ],
  ['/api/v1/status/tsdb', READ],
  ['/api/v1/status/walreplay', READ],
  ['/api/v1/features', READ],
  ['/metrics', READ],
  ['/api/v1/status/config', ADMIN],
  ['/api/v1/status/flags', ADMIN],
];

const POSTS: [path: string, statuses: number[]][] = [
  ['/api/v1/query?query=up', READ],
  ['/api/v1/query_range?query=up&start=0&end=1&step=1', READ],
  ['/api/v1/query_exemplars?query=up', READ],
  ['/api/v1/format_query?query=up', READ],
  ['/api/v1/parse_query?query=up', READ],
  ['/api/v1/series?match[]=up', READ],
  ['/api/v1/labels', READ],
  ['/api/v1/admin/tsdb/delete_series?match[]=up', ADMIN_EMPTY],
  ['/api/v1/admin/tsdb/clean_tombstones', ADMIN_EMPTY],
  ['/-/reload', ADMIN],
];

/** GET only: a POST is answered with 405 to whoever may GET. */
const NO_POST = [
  '/api/v1/label/job/values',
  '/api/v1/metadata',
  '/api/v1/rules',
  '/api/v1/alerts',
  '/api/v1/targets',
  '/api/v1/status/buildinfo',
];

describe('what each scope may do', () => {
  it.each(GETS)('GET %s', async (path, statuses) => {
    const answers = await Promise.all(everyone.map((who) => send('GET', path, who)));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });

  it.each(POSTS)('POST %s', async (path, statuses) => {
    const answers = await Promise.all(everyone.map((who) => send('POST', path, who)));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });

  it.each(NO_POST)('POST %s is no way to ask', async (path) => {
    const answers = await Promise.all(everyone.map((who) => send('POST', path, who)));
    expect(answers.map(({ status }) => status)).toEqual([401, 405, 403, 403, 405]);
    expect(answers[1]?.headers.get('allow')).toBe('GET');
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('%s of a query is refused', async (method) => {
    expect((await send(method, '/api/v1/query', 'admin')).status).toBe(405);
  });

  it('POST /api/v1/write', async () => {
    const body = snappy(series([['__name__', 'a']], [[Date.now(), 1]]));
    const answers = await Promise.all(everyone.map((who) => send('POST', '/api/v1/write', who, { body })));
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 204, 403, 204]);
  });

  it('takes the token as a basic password too', async () => {
    const credentials = Buffer.from(`anyone:${TOKENS.read}`).toString('base64');
    const headers = { Authorization: `Basic ${credentials}` };
    expect((await send('GET', '/api/v1/labels', 'nobody', { headers })).status).toBe(200);
  });

  it('tells which scope is missing, in the envelope', async () => {
    const { text } = await send('GET', '/api/v1/labels', 'write');
    expect(JSON.parse(text)).toEqual({
      status: 'error',
      errorType: 'forbidden',
      error: 'the token "north" has the scope write; this needs read',
    });
  });

  it.each(['/-/healthy', '/-/ready', '/health', '/healthz', '/ready'])(
    '%s needs no token, by GET and HEAD',
    async (path) => {
      expect((await send('GET', path, 'nobody')).status).toBe(200);
      expect((await send('HEAD', path, 'nobody')).status).toBe(200);
    },
  );
});

const tell = async (path: string): Promise<unknown> =>
  (JSON.parse((await send('GET', `/api/v1/${path}`, 'admin')).text) as { data: unknown }).data;

describe("the API's manners", () => {
  it('answers unknown paths with 404, in the envelope where an API is asked', async () => {
    const api = await send('GET', '/api/v1/nothing?x=1', 'read');
    expect(api.status).toBe(404);
    expect(JSON.parse(api.text)).toEqual({
      status: 'error',
      errorType: 'not_found',
      error: 'there is no /api/v1/nothing',
    });
    expect(await send('GET', '/nothing', 'read')).toMatchObject({ status: 404, text: '404 page not found\n' });
  });

  it('answers OPTIONS without leave for other sites', async () => {
    const { status, headers } = await send('OPTIONS', '/api/v1/query', 'nobody');
    expect(status).toBe(204);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('bounds bodies, and says so in the envelope', async () => {
    const { status, text } = await send('POST', '/api/v1/query', 'read', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `query=${'1%2B'.repeat(300_000)}1`,
    });
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ status: 'error', errorType: 'bad_data' });
  });

  it('counts the first of a parameter, the form before the URL', async () => {
    const { text } = await send('POST', '/api/v1/format_query?query=url', 'read', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'query=form',
    });
    expect(JSON.parse(text)).toEqual({ status: 'success', data: 'form' });
  });

  it.each([
    ['/api/v1/format_query?query=sum(', 'invalid parameter "query": 1:5: parse error: '],
    ['/api/v1/query?query=1&time=x', 'invalid parameter "time": invalid time value for \'time\': cannot parse "x"'],
    ['/api/v1/query?query=1&timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    ['/api/v1/query?query=1&limit=-1', 'invalid parameter "limit": limit must be non-negative'],
    ['/api/v1/query?query=1&lookback_delta=x', 'error parsing lookback delta duration: cannot parse "x"'],
    ['/api/v1/query_range?query=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    ['/api/v1/query_range?query=1&start=2&end=1&step=1', 'invalid parameter "end": end timestamp must not be before'],
    ['/api/v1/query_range?query=1&start=1&end=2', 'invalid parameter "step": cannot parse "" to a valid duration'],
    ['/api/v1/query_range?query=1&start=1&end=2&step=0', 'invalid parameter "step": zero or negative query resolution'],
    ['/api/v1/query_range?query=1&start=0&end=20000&step=1', 'exceeded maximum resolution of 11,000 points'],
    ['/api/v1/query_exemplars?query=1&start=2&end=1', 'end timestamp must not be before start timestamp'],
    ['/api/v1/series', 'no match[] parameter provided'],
    ['/api/v1/series?match[]={', 'invalid parameter "match[]": 1:2: parse error: '],
    ['/api/v1/labels?limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ['/api/v1/status/tsdb?limit=0', 'limit must be a positive number'],
    ['/api/v1/rules?type=x', 'invalid parameter "type": not supported value "x"'],
  ])('%s is a bad request', async (path, error) => {
    const { status, text } = await send('GET', path, 'read');
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringContaining(error) as string,
    });
  });

  it('tells of the server what clients ask', async () => {
    expect(await tell('status/buildinfo')).toMatchObject({
      version: '3.0.0',
      revision: 'linewarden-1.2.3',
      goVersion: '',
    });
    expect(await tell('status/runtimeinfo')).toMatchObject({
      startTime: '1970-01-01T00:00:00.000Z',
      reloadConfigSuccess: true,
      storageRetention: '30d',
    });
    expect(await tell('status/tsdb?limit=7')).toEqual({
      headStats: { numSeries: 3, numLabelPairs: 4, chunkCount: 0, minTime: 1, maxTime: 2 },
      seriesCountByMetricName: [{ name: 'up', value: 7 }],
      labelValueCountByLabelName: [],
      memoryInBytesByLabelName: [],
      seriesCountByLabelValuePair: [],
    });
    expect(await tell('status/walreplay')).toEqual({ min: 0, max: 0, current: 0 });
    expect(await tell('status/config')).toEqual({ yaml: 'host: {}\n' });
    expect(await tell('status/flags')).toEqual({ 'query.timeout': '2m' });
    expect(await tell('alertmanagers')).toEqual({ activeAlertmanagers: [], droppedAlertmanagers: [] });
    expect(await tell('query_exemplars?query=up')).toEqual([]);
    expect(await tell('features')).toMatchObject({
      api: { remote_write_receiver: true },
      promql_functions: { rate: true, mad_over_time: false },
      promql_operators: { topk: true, limitk: false, '=~': true },
    });
  });

  it('deletes series over the times that are asked, or over all', async () => {
    done.length = 0;
    await send('POST', '/api/v1/admin/tsdb/delete_series?match[]=up&match[]=x&start=1&end=2', 'admin');
    await send('PUT', '/api/v1/admin/tsdb/delete_series?match[]=up', 'admin');
    expect(done).toEqual(['delete 2 1000 2000', 'delete 1 -8640000000000000 8640000000000000']);
    expect((await send('POST', '/api/v1/admin/tsdb/delete_series', 'admin')).status).toBe(400);
  });

  it('tells why the config was not read again', async () => {
    expect((await send('PUT', '/-/reload', 'admin')).status).toBe(200);
    reloadFails = true;
    const failed = await send('POST', '/-/reload', 'admin');
    expect(failed).toMatchObject({
      status: 500,
      text: 'failed to reload config: linewarden.yml:1:1: a: unknown key\n',
    });
  });
});

const good = () => snappy(series([['__name__', 'a']], [[Date.now(), 1]]));
const write = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  send('POST', '/api/v1/write', 'write', { body, headers });

describe('a remote write request', () => {
  it.each([
    ['what Prometheus sends', { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' }, 204, ''],
    ['the message by its name', { 'Content-Type': 'application/x-protobuf;proto=prometheus.WriteRequest' }, 204, ''],
    [
      '2.0',
      { 'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
      415,
      'io.prometheus.write.v2.Request is not accepted here; send prometheus.WriteRequest (remote write 1.0)\n',
    ],
    [
      'JSON',
      { 'Content-Type': 'application/json' },
      415,
      'expected the content type application/x-protobuf, got application/json\n',
    ],
    ['gzip', { 'Content-Encoding': 'gzip' }, 415, 'the encoding gzip is not accepted here; only snappy is\n'],
  ])('with %s', async (_what, headers, status, text) => {
    expect(await write(good(), headers as unknown as Record<string, string>)).toMatchObject({ status, text });
  });

  it('is refused for good when it is malformed, truncated or empty of sense', async () => {
    const whole = good();
    for (const body of [
      whole.subarray(0, whole.length - 3),
      Buffer.from('no snappy'),
      snappy(Buffer.from([1, 2, 3])),
    ]) {
      const { status, text, headers } = await write(body);
      expect(status).toBe(400);
      expect(text).toMatch(/^the request is malformed: .*\n$/);
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    }
  });

  it('is refused when it is a bomb, by what it says or by what it is', async () => {
    const says = await write(Buffer.from([0x80, 0x80, 0x80, 0x32, 0x00]));
    expect(says).toMatchObject({ status: 413, text: expect.stringContaining('104857600 bytes') as string });
    const is = await write(snappy(Buffer.alloc(100 * 1024 ** 2)));
    expect(is.status).toBe(413);
    const large = await write(Buffer.alloc(9 * 1024 ** 2));
    expect(large).toMatchObject({ status: 413, text: 'the request is too large: at most 8388608 bytes are read\n' });
  });

  it('is to be repeated while the store is paused', async () => {
    storeFails = new LinewardenError('LW_STORE_WRITE_FAILED', 'The disk is full.');
    const { status, text, headers } = await write(good());
    storeFails = undefined;
    expect([status, text, headers.get('retry-after')]).toEqual([503, 'The disk is full.\n', '5']);
  });

  it('is to be repeated while too many are under way, and none of those is lost', async () => {
    isSlow = true;
    const underWay = Array.from({ length: 32 }, () => write(good()));
    while (waiting.length < 32) await new Promise((resolve) => setImmediate(resolve));
    const refused = await write(good());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    isSlow = false;
    for (const resolve of waiting) resolve();
    expect((await Promise.all(underWay)).every(({ status }) => status === 204)).toBe(true);
    expect((await write(good())).status).toBe(204);
  });

  it('takes an empty request, as senders probe with', async () => {
    expect((await write(snappy())).status).toBe(204);
  });

  it('is no GET', async () => {
    expect((await send('GET', '/api/v1/write', 'write')).status).toBe(405);
  });
});
