// The queries that operators of such networks put on dashboards and into alert rules, over series as their exporters name them.
import { describe, expect, it } from 'vitest';
import { createEvaluator, type VectorSample } from '../../../electron/engine/promql/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';
import { TieredStorage } from '../../promqltest/tiered-storage.ts';

const MINUTE_MS = 60_000;
/** Ten minutes past a full hour; scrapes every 15 s since the hour. */
const NOW_MS = Date.UTC(2026, 10, 21, 12, 10);
const NOW_S = NOW_MS / 1_000;

type LabelValues = Readonly<Record<string, string>>;

const storage = new MemoryStorage();

function scrape(name: string, labels: LabelValues, valueAt: (seconds: number) => number): void {
  const samples = Array.from({ length: 41 }, (_, i) => {
    return { timeMs: NOW_MS - 600_000 + i * 15_000, value: valueAt(i * 15) };
  });
  storage.append({ __name__: name, ...labels }, samples);
}

/** Rises steadily, from far enough above zero that no extrapolation meets it. */
const counter = (name: string, labels: LabelValues, perSecond: number): void =>
  scrape(name, labels, (seconds) => 1_000_000 + perSecond * seconds);
const gauge = (name: string, labels: LabelValues, value: number): void => scrape(name, labels, () => value);

/** Of 100 observations a second 50 stay below 0.1 x scale, 90 below 0.5 x scale, all below the scale. */
function histogram(name: string, labels: LabelValues, scale: number): void {
  for (const [share, perSecond] of [
    [0.1, 50],
    [0.5, 90],
    [1, 100],
  ] as const) {
    counter(`${name}_bucket`, { ...labels, le: String(share * scale) }, perSecond);
  }
  counter(`${name}_bucket`, { ...labels, le: '+Inf' }, 100);
}

const A = { instance: 'mesh-a:8080', job: 'muti-metroo' };
const B = { instance: 'mesh-b:8080', job: 'muti-metroo' };
gauge('muti_metroo_peers_connected', A, 4);
gauge('muti_metroo_peers_connected', B, 0);
counter('muti_metroo_peer_connections_total', { ...A, transport: 'quic', direction: 'inbound' }, 0.5);
counter('muti_metroo_peer_connections_total', { ...A, transport: 'ws', direction: 'outbound' }, 0.25);
counter('muti_metroo_peer_disconnects_total', { ...A, reason: 'timeout' }, 0.125);
gauge('muti_metroo_streams_active', A, 17);
counter('muti_metroo_streams_opened_total', A, 6);
histogram('muti_metroo_stream_open_latency_seconds', A, 1);
histogram('muti_metroo_stream_open_latency_seconds', B, 10);
counter('muti_metroo_stream_errors_total', { ...A, error_type: 'timeout' }, 2);
counter('muti_metroo_stream_errors_total', { ...A, error_type: 'rejected' }, 12);
counter('muti_metroo_bytes_sent_total', { ...A, type: 'data' }, 125_000);
counter('muti_metroo_bytes_sent_total', { ...A, type: 'control' }, 300);
counter('muti_metroo_frames_sent_total', { ...A, frame_type: 'stream_data' }, 100);
counter('muti_metroo_frames_sent_total', { ...A, frame_type: 'keepalive' }, 0.1);
gauge('muti_metroo_routes_total', A, 31);
gauge('muti_metroo_routes_total', B, 0);
counter('muti_metroo_route_advertises_total', A, 1.5);
histogram('muti_metroo_route_flood_latency_seconds', A, 0.2);
gauge('muti_metroo_socks5_connections_active', A, 9);
counter('muti_metroo_socks5_auth_failures_total', A, 11);
histogram('muti_metroo_socks5_connect_latency_seconds', A, 2);
gauge('muti_metroo_exit_connections_active', A, 3);
counter('muti_metroo_exit_dns_queries_total', A, 8);
histogram('muti_metroo_exit_dns_latency_seconds', A, 0.5);
histogram('muti_metroo_handshake_latency_seconds', A, 4);
histogram('muti_metroo_keepalive_rtt_seconds', A, 0.1);

const client = (id: string, type: string): LabelValues => ({ client_id: id, name: id, type, headless: 'false' });
const headend = (id: string, region: string): LabelValues => ({ headend_id: id, name: id, region, datacenter: 'dc1' });
for (const [id, type, sent, received, silentForS] of [
  ['c1', 'docker', 1_000, 4_000, 30],
  ['c2', 'docker', 500, 250, 60],
  ['c3', 'native', 0, 0, 1_200],
] as const) {
  scrape('tobogganing_client_bytes_sent', client(id, type), (seconds) => 5_000_000 + sent * seconds);
  scrape('tobogganing_client_bytes_received', client(id, type), (seconds) => 9_000_000 + received * seconds);
  gauge('tobogganing_client_last_check_in_timestamp', client(id, type), NOW_S - silentForS);
}
gauge('tobogganing_headend_cpu_usage_percent', headend('h1', 'us-east'), 91.5);
gauge('tobogganing_headend_cpu_usage_percent', headend('h2', 'eu-west'), 45.2);
gauge('tobogganing_headend_last_check_in_timestamp', headend('h1', 'us-east'), NOW_S - 20);
gauge('tobogganing_headend_last_check_in_timestamp', headend('h2', 'eu-west'), NOW_S - 301);

type Answer = readonly (readonly [labels: LabelValues, value: number])[];

/** The metric's name, where the answer keeps it. */
const named = (name: string, labels: LabelValues): LabelValues => ({ __name__: `muti_metroo_${name}`, ...labels });

/** Rank 99 of 100 is 9/10 of the way from 0.5 to 1 of the scale, rank 95 is half of it. */
const P99 = 0.95;
const P95 = 0.75;

const MUTI_METROO: readonly (readonly [string, Answer])[] = [
  [
    'muti_metroo_peers_connected',
    [
      [named('peers_connected', A), 4],
      [named('peers_connected', B), 0],
    ],
  ],
  [
    'rate(muti_metroo_peer_connections_total[5m])',
    [
      [{ ...A, transport: 'quic', direction: 'inbound' }, 0.5],
      [{ ...A, transport: 'ws', direction: 'outbound' }, 0.25],
    ],
  ],
  ['rate(muti_metroo_peer_disconnects_total[5m])', [[{ ...A, reason: 'timeout' }, 0.125]]],
  ['muti_metroo_streams_active', [[named('streams_active', A), 17]]],
  ['rate(muti_metroo_streams_opened_total[5m])', [[A, 6]]],
  [
    'histogram_quantile(0.99, rate(muti_metroo_stream_open_latency_seconds_bucket[5m]))',
    [
      [A, P99],
      [B, P99 * 10],
    ],
  ],
  [
    'rate(muti_metroo_stream_errors_total[5m])',
    [
      [{ ...A, error_type: 'timeout' }, 2],
      [{ ...A, error_type: 'rejected' }, 12],
    ],
  ],
  ['rate(muti_metroo_bytes_sent_total{type="data"}[5m])', [[{ ...A, type: 'data' }, 125_000]]],
  [
    'rate(muti_metroo_frames_sent_total[5m])',
    [
      [{ ...A, frame_type: 'stream_data' }, 100],
      [{ ...A, frame_type: 'keepalive' }, 0.1],
    ],
  ],
  [
    'muti_metroo_routes_total',
    [
      [named('routes_total', A), 31],
      [named('routes_total', B), 0],
    ],
  ],
  ['rate(muti_metroo_route_advertises_total[5m])', [[A, 1.5]]],
  ['histogram_quantile(0.95, rate(muti_metroo_route_flood_latency_seconds_bucket[5m]))', [[A, P95 * 0.2]]],
  ['muti_metroo_socks5_connections_active', [[named('socks5_connections_active', A), 9]]],
  ['rate(muti_metroo_socks5_auth_failures_total[5m])', [[A, 11]]],
  ['histogram_quantile(0.95, rate(muti_metroo_socks5_connect_latency_seconds_bucket[5m]))', [[A, P95 * 2]]],
  ['muti_metroo_exit_connections_active', [[named('exit_connections_active', A), 3]]],
  ['rate(muti_metroo_exit_dns_queries_total[5m])', [[A, 8]]],
  ['histogram_quantile(0.99, rate(muti_metroo_exit_dns_latency_seconds_bucket[5m]))', [[A, P99 * 0.5]]],
  ['histogram_quantile(0.99, rate(muti_metroo_handshake_latency_seconds_bucket[5m]))', [[A, P99 * 4]]],
  ['histogram_quantile(0.95, rate(muti_metroo_keepalive_rtt_seconds_bucket[5m]))', [[A, P95 * 0.1]]],
  // Its alert rules.
  ['muti_metroo_peers_connected == 0', [[named('peers_connected', B), 0]]],
  ['rate(muti_metroo_stream_errors_total[5m]) > 10', [[{ ...A, error_type: 'rejected' }, 12]]],
  ['rate(muti_metroo_socks5_auth_failures_total[5m]) > 10', [[A, 11]]],
  ['histogram_quantile(0.99, rate(muti_metroo_stream_open_latency_seconds_bucket[5m])) > 5', [[B, P99 * 10]]],
  ['muti_metroo_routes_total == 0', [[named('routes_total', B), 0]]],
];

const CPU = 'tobogganing_headend_cpu_usage_percent';
const TOBOGGANING: readonly (readonly [string, Answer])[] = [
  ['count by (type) (tobogganing_client_last_check_in_timestamp > (time() - 300))', [[{ type: 'docker' }, 2]]],
  [
    'sum(rate(tobogganing_client_bytes_sent[5m])) + sum(rate(tobogganing_client_bytes_received[5m]))',
    // 1,000 + 500 sent, 4,000 + 250 received.
    [[{}, 5_750]],
  ],
  [
    CPU,
    [
      [{ __name__: CPU, ...headend('h1', 'us-east') }, 91.5],
      [{ __name__: CPU, ...headend('h2', 'eu-west') }, 45.2],
    ],
  ],
  ['time() - tobogganing_client_last_check_in_timestamp > 900', [[client('c3', 'native'), 1_200]]],
  ['tobogganing_headend_cpu_usage_percent > 80', [[{ __name__: CPU, ...headend('h1', 'us-east') }, 91.5]]],
  ['time() - tobogganing_headend_last_check_in_timestamp > 300', [[headend('h2', 'eu-west'), 301]]],
];

const TIERS = [0, MINUTE_MS, 5 * MINUTE_MS].map((resolutionMs) => ({ resolutionMs, oldestMs: -Infinity }));

function instant(query: string): readonly VectorSample[] {
  const { value } = createEvaluator({ storage }).instant(query, NOW_MS);
  if (value.type !== 'vector') throw new Error(`a ${value.type}`);
  return value.samples;
}

/** The last step of a graph whose windows are whole minutes, from summaries. */
function lastStep(query: string): readonly VectorSample[] {
  const evaluator = createEvaluator({ storage: new TieredStorage(storage, TIERS) });
  const { value } = evaluator.range(query, NOW_MS - 5 * MINUTE_MS, NOW_MS, MINUTE_MS);
  if (value.type !== 'matrix') throw new Error(`a ${value.type}`);
  return value.series.flatMap(({ labels, timestamps, values }) =>
    timestamps.at(-1) === NOW_MS ? [{ labels, timeMs: NOW_MS, value: values.at(-1) ?? 0 }] : [],
  );
}

describe.each([
  ['a mesh of relays', MUTI_METROO],
  ['clients and headends of a VPN', TOBOGGANING],
])('%s', (_, queries) => {
  it.each(queries)('%s', (query, answer) => {
    for (const samples of [instant(query), lastStep(query)]) {
      const found = new Map(samples.map((sample) => [sample.labels.key, sample.value]));
      expect([...found.keys()].toSorted()).toEqual(answer.map(([labels]) => Labels.fromRecord(labels).key).toSorted());
      for (const [labels, value] of answer) {
        expect(found.get(Labels.fromRecord(labels).key)).toBeCloseTo(value, 9);
      }
    }
  });
});
