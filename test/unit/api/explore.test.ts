import { call } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { createRpcRouter } from '../../../electron/engine/api/rpc/index.ts';
import type { RpcServices } from '../../../electron/engine/api/rpc/index.ts';
import { exploredGraph, exploredTable } from '../../../electron/engine/api/rpc/explore/answers.ts';
import { countLabels, describeMetric } from '../../../electron/engine/api/rpc/explore/catalogue.ts';
import { checkQuery } from '../../../electron/engine/api/rpc/explore/check.ts';
import { FUNCTIONS } from '../../../electron/engine/api/rpc/explore/handlers.ts';
import { parseQuery, QueryError } from '../../../electron/engine/promql/index.ts';
import type { QueryOutcome } from '../../../electron/engine/promql/index.ts';
import { unitOfQuery } from '../../../electron/engine/api/rpc/explore/units.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

const unit = (query: string): string | null =>
  unitOfQuery(parseQuery(query), (metric) => describeMetric(metric, {}).unit);

describe('the unit of a query', () => {
  it.each([
    ['node_memory_MemFree_bytes', 'bytes'],
    ['sum by (mode) (node_memory_MemFree_bytes)', 'bytes'],
    ['rate(node_network_receive_bytes_total[5m])', 'Bps'],
    ['8 * rate(node_network_receive_bytes_total[5m])', 'bps'],
    ['sum(rate(mktxp_interface_rx_byte_total[1m])) * 8', 'bps'],
    ['rate(app_requests_total[5m])', 'perSecond'],
    ['increase(app_requests_total[5m])', 'count'],
    ['mktxp_system_cpu_load', 'percent'],
    ['100 - mktxp_system_cpu_load', 'percent'],
    ['60 * rate(app_requests_total[5m])', null],
    ['mktxp_system_uptime', 'seconds'],
    ['100 * (1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])))', 'percent'],
    ['100 - 100 * node_filesystem_avail_bytes / node_filesystem_size_bytes', 'percent'],
    ['node_filesystem_avail_bytes / node_filesystem_size_bytes', 'count'],
    ['histogram_quantile(0.9, sum by (le) (rate(app_request_duration_seconds_bucket[5m])))', 'seconds'],
    ['rate(app_request_duration_seconds_sum[5m]) / rate(app_request_duration_seconds_count[5m])', 'seconds'],
    ['time() - node_boot_time_seconds', 'seconds'],
    ['node_boot_time_seconds', 'count'],
    ['count(up)', 'count'],
    ['up == bool 1', 'count'],
    ['max_over_time(mktxp_system_cpu_temperature[1h])', 'celsius'],
  ])('%s is in %s', (query, expected) => expect(unit(query)).toBe(expected));

  it.each([
    ['node_memory_MemFree_bytes / 1024'],
    ['node_memory_MemFree_bytes + node_load1'],
    ['rate(node_network_receive_bytes_total[5m]) * node_load1'],
    ['{job="node"}'],
    ['"text"'],
  ])('%s: cannot be told', (query) => expect(unit(query)).toBeNull());
});

const check = (query: string) => checkQuery(query, () => '');

describe('a check', () => {
  it('tells what a query is and which metrics it selects, where they stand and what is done with them', () => {
    expect(check('sum(rate(app_requests_total{code="500"}[5m])) > node_load1')).toEqual({
      ok: true,
      type: 'vector',
      unit: 'perSecond',
      selectors: [
        { metric: 'app_requests_total', func: 'rate', start: 9, end: 27 },
        { metric: 'node_load1', func: '', start: 48, end: 58 },
      ],
    });
  });

  it('tells what is wrong and at which character', () => {
    expect(check('sum(up')).toMatchObject({ ok: false, offset: 6 });
    expect(check('up ++')).toMatchObject({ ok: false, offset: 5 });
    expect(check('rate(up)')).toMatchObject({ ok: false, offset: 5, message: expect.stringContaining('range vector') });
  });
});

describe('what is known of a metric', () => {
  const metadata = {
    app_requests: [{ type: 'counter', help: 'Requests served.', unit: '' }],
    app_seconds: [{ type: 'histogram', help: 'How long they took.', unit: 'seconds' }],
    odd: [
      { type: 'gauge', help: 'One says this.', unit: '' },
      { type: 'counter', help: 'Another that.', unit: '' },
    ],
  };
  it('is what its source says, by its own name or its family', () => {
    expect(describeMetric('app_requests_total', metadata)).toEqual({
      name: 'app_requests_total',
      type: 'counter',
      help: 'Requests served.',
      unit: '',
    });
    expect(describeMetric('app_seconds_bucket', metadata)).toMatchObject({ type: 'counter', unit: 'seconds' });
    expect(describeMetric('odd', metadata)).toMatchObject({ type: 'unknown' });
  });

  it('is told for our own metrics, and is no property that every object has', () => {
    expect(describeMetric('mktxp_interface_rx_byte_total', {})).toEqual({
      name: 'mktxp_interface_rx_byte_total',
      type: 'counter',
      unit: 'bytes',
      help: 'Bytes received on the interface.',
    });
    expect(describeMetric('node_memory_Cached_bytes', {})).toMatchObject({ type: 'gauge', unit: 'bytes' });
    expect(describeMetric('constructor', metadata)).toEqual({
      name: 'constructor',
      type: 'unknown',
      help: '',
      unit: '',
    });
  });

  it('counts the series of each label value, the most frequent first', () => {
    const found = ['a', 'b', 'b'].map((code) => Labels.of('x', { code, job: 'j' }));
    expect(countLabels(found, false)).toEqual({
      series: 3,
      truncated: false,
      labels: [
        {
          name: 'code',
          distinct: 2,
          values: [
            { value: 'b', series: 2 },
            { value: 'a', series: 1 },
          ],
        },
        { name: 'job', distinct: 1, values: [{ value: 'j', series: 3 }] },
      ],
    });
  });
});

const matrix = (...sizes: number[]): QueryOutcome => ({
  value: {
    type: 'matrix',
    series: sizes.map((size, n) => ({
      labels: Labels.of('x', { n: String(n) }),
      timestamps: Float64Array.of(0, 1_000),
      values: Float64Array.of(size, -size),
    })),
  },
  warnings: ['w'],
  infos: ['i'],
  samplesRead: 77,
});

describe('an answer', () => {
  it('as a graph has the largest series, in their own order, and says of how many', () => {
    const graph = exploredGraph(matrix(1, 9, 2, 5), { startMs: 0, endMs: 1_000, stepMs: 1_000 }, 2, 12);
    expect(graph.series.map(({ labels }) => labels['n'])).toEqual(['1', '3']);
    expect(graph).toMatchObject({
      steps: 2,
      stats: { series: 4, samplesRead: 77, tookMs: 12 },
      warnings: ['w'],
      infos: ['i'],
    });
  });

  it('as a table keeps what JSON has no numbers for, and lists the samples of a range vector', () => {
    const vector: QueryOutcome = {
      value: {
        type: 'vector',
        samples: [Number.NaN, Infinity, -Infinity, 1.5].map((value) => ({
          labels: Labels.of('x', {}),
          timeMs: 5,
          value,
        })),
      },
      warnings: [],
      infos: [],
      samplesRead: 4,
    };
    expect(exploredTable(vector, 3, 1)).toMatchObject({ type: 'vector', total: 4, stats: { series: 4 } });
    expect(exploredTable(vector, 9, 1).rows.map(({ value }) => value)).toEqual(['NaN', '+Inf', '-Inf', 1.5]);
    const range = exploredTable(matrix(1, 2), 3, 1);
    expect(range).toMatchObject({ type: 'matrix', total: 4, stats: { series: 2 } });
    expect(range.rows.map(({ labels, timeMs, value }) => [labels['n'], timeMs, value])).toEqual([
      ['0', 0, 1],
      ['0', 1_000, -1],
      ['1', 0, 2],
    ]);
  });
});

it('completion offers only functions that are evaluated here', () => {
  expect(FUNCTIONS).toContain('histogram_quantile');
  expect(FUNCTIONS).toContain('topk');
  expect(FUNCTIONS).not.toContain('limitk');
  expect(FUNCTIONS).not.toContain('first_over_time');
});

const router = (queries: object) =>
  createRpcRouter({ queries, metadata: () => ({}), logger: silentLogger } as unknown as RpcServices);
const grid = { query: 'up', startMs: 0, endMs: 60_000, stepMs: 1_000 };
const estimate = () => Promise.resolve({ series: 2, samples: 120 });

describe('the call', () => {
  it('estimate answers with what the store tells', async () => {
    await expect(call(router({ estimate }).explore.estimate, grid)).resolves.toEqual({ series: 2, samples: 120 });
  });

  it('graph hands its end over to the store, so that a cancelled query stops there', async () => {
    const began = Promise.withResolvers<AbortSignal>();
    const range = (...[, , , , { signal }]: [string, number, number, number, { signal: AbortSignal }]) => {
      began.resolve(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new QueryError('canceled', 'query was canceled')));
      });
    };
    const stop = new AbortController();
    const asked = call(router({ range }).explore.graph, { ...grid, limit: 10 }, { signal: stop.signal });
    const handed = await began.promise;
    expect(handed.aborted).toBe(false);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'QUERY_FAILED', data: { type: 'canceled' } });
    expect(handed.aborted).toBe(true);
  });

  it('labelValues refuses a selector that is none', async () => {
    const input = { label: 'job', selector: 'rate(up[5m])', startMs: 0, endMs: 1, limit: 10 };
    await expect(call(router({}).explore.labelValues, input)).rejects.toMatchObject({ code: 'QUERY_FAILED' });
  });
});
