// A simulated Muti Metroo agent: every family of its documentation, with its labels, and what its runtime tells of itself.
import { GrowingHistogram } from './families.ts';
import type { Family, FamilyType } from './families.ts';
import { createRandom } from './random.ts';

const LATENCY_BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** However long nobody asked: one answer must not take seconds to catch up. */
const MAX_CATCH_UP_SECONDS = 600;
const PREFIX = 'muti_metroo_';

type Labels = Readonly<Record<string, string>>;

/** Name without the prefix and `_total`, help, and for each label set how much it grows in a second. */
const COUNTERS: readonly (readonly [name: string, help: string, rates: readonly (readonly [Labels, number])[]])[] = [
  [
    'peer_connections',
    'Connections by transport and direction.',
    ['quic', 'h2', 'ws'].flatMap((transport, i) =>
      ['inbound', 'outbound'].map((direction) => [{ transport, direction }, 0.02 / (i + 1)] as const),
    ),
  ],
  [
    'peer_disconnects',
    'Disconnections by reason.',
    ['timeout', 'error', 'shutdown'].map((reason, i) => [{ reason }, 0.01 / (i + 1)] as const),
  ],
  ['streams_opened', 'Total streams opened.', [[{}, 6]]],
  ['streams_closed', 'Total streams closed.', [[{}, 5.99]]],
  [
    'stream_errors',
    'Stream errors by type.',
    ['timeout', 'rejected', 'reset'].map((error_type, i) => [{ error_type }, 0.06 / (i + 1)] as const),
  ],
  [
    'bytes_sent',
    'Bytes sent by type.',
    [
      [{ type: 'data' }, 820_000],
      [{ type: 'control' }, 2_400],
    ],
  ],
  [
    'bytes_received',
    'Bytes received by type.',
    [
      [{ type: 'data' }, 2_900_000],
      [{ type: 'control' }, 2_200],
    ],
  ],
  ...(['sent', 'received'] as const).map(
    (way) =>
      [
        `frames_${way}`,
        `Frames ${way} by type.`,
        [
          [{ frame_type: 'stream_data' }, way === 'sent' ? 700 : 2_100],
          [{ frame_type: 'stream_open' }, 6],
          [{ frame_type: 'keepalive' }, 0.8],
        ] as const,
      ] as const,
  ),
  ['route_advertises', 'Route advertisements processed.', [[{}, 0.4]]],
  ['route_withdrawals', 'Route withdrawals processed.', [[{}, 0.02]]],
  ['socks5_connections', 'Total SOCKS5 connections.', [[{}, 4]]],
  ['socks5_auth_failures', 'Authentication failures.', [[{}, 0.03]]],
  ['exit_connections', 'Total exit connections.', [[{}, 3.5]]],
  ['exit_dns_queries', 'DNS queries performed.', [[{}, 2.5]]],
  [
    'exit_errors',
    'Exit errors by type.',
    ['dial_failed', 'dns_failed', 'timeout'].map((error_type, i) => [{ error_type }, 0.03 / (i + 1)] as const),
  ],
  ['handshake_errors', 'Handshake errors by type.', [[{ error_type: 'timeout' }, 0.004]]],
  ['keepalives_sent', 'Keepalives sent.', [[{}, 0.8]]],
  ['keepalives_received', 'Keepalives received.', [[{}, 0.79]]],
  [
    'rpc_calls',
    'RPC calls by result and command.',
    ['success', 'failed', 'rejected', 'auth_failed', 'error'].map(
      (result, i) => [{ result, command: 'uptime' }, 0.05 / (i * i + 1)] as const,
    ),
  ],
  ['rpc_bytes_received', 'Bytes received in requests.', [[{}, 40]]],
  ['rpc_bytes_sent', 'Bytes sent in responses.', [[{}, 400]]],
];

/** Name, help, labels, observations a second, the usual value in seconds. */
const HISTOGRAMS: readonly (readonly [name: string, help: string, labels: Labels, rate: number, seconds: number])[] = [
  ['stream_open_latency_seconds', 'Stream open latency.', {}, 6, 0.012],
  ['route_flood_latency_seconds', 'Route flood propagation latency.', {}, 0.4, 0.02],
  ['socks5_connect_latency_seconds', 'Connect request latency.', {}, 4, 0.03],
  ['exit_dns_latency_seconds', 'DNS query latency.', {}, 2.5, 0.008],
  ['handshake_latency_seconds', 'Peer handshake latency.', {}, 0.06, 0.05],
  ['keepalive_rtt_seconds', 'Keepalive round-trip time.', {}, 0.8, 0.015],
  ['rpc_call_duration_seconds', 'RPC call duration.', { command: 'uptime' }, 0.1, 0.1],
];

/** Name, help, and how high it stands at rest. */
const GAUGES: readonly (readonly [name: string, help: string, value: number])[] = [
  ['peers_connected', 'Currently connected peers.', 6],
  ['streams_active', 'Currently active streams.', 42],
  ['routes_total', 'Routes in routing table.', 118],
  ['socks5_connections_active', 'Active SOCKS5 connections.', 17],
  ['exit_connections_active', 'Active exit connections.', 14],
];

/** Returns what it exposes after `seconds` of life; called with growing times. */
export function createMutiMetroo(seed: number): (seconds: number) => Family[] {
  const random = createRandom(seed);
  const histograms = HISTOGRAMS.map(([, , , rate, usual]) => ({
    rate,
    usual,
    owed: 0,
    grown: new GrowingHistogram(LATENCY_BOUNDS),
  }));
  let last = 0;
  return (seconds) => {
    const passed = Math.min(MAX_CATCH_UP_SECONDS, Math.max(0, seconds - last));
    last = seconds;
    for (const one of histograms) {
      one.owed += one.rate * passed;
      for (; one.owed >= 1; one.owed--) one.grown.observe(one.usual / (1.0001 - random.next()) ** 0.7);
    }
    const wave = 1 + 0.3 * Math.sin(seconds / 120);
    return [
      ...GAUGES.map(([name, help, value]) => family(name, 'gauge', help, [{ value: Math.round(value * wave) }])),
      family('peers', 'counter', 'Total peer connections established.', [{ value: 6 + Math.floor(seconds / 60) }]),
      ...COUNTERS.map(([name, help, rates]) =>
        family(
          name,
          'counter',
          help,
          rates.map(([labels, rate]) => ({ labels, value: Math.floor(rate * seconds) })),
        ),
      ),
      ...HISTOGRAMS.map(([name, help, labels], i) =>
        family(name, 'histogram', help, histograms[i]?.grown.samples(labels) ?? []),
      ),
      runtime('go_goroutines', 'Number of goroutines that currently exist.', Math.round(180 * wave)),
      runtime('process_resident_memory_bytes', 'Resident memory size in bytes.', Math.round(48e6 + 4e6 * wave)),
      runtime('go_memstats_alloc_bytes', 'Number of bytes allocated and still in use.', Math.round(14e6 * wave)),
    ];
  };
}

const family = (name: string, type: FamilyType, help: string, samples: Family['samples']): Family => ({
  name: `${PREFIX}${name}`,
  type,
  help,
  samples,
});

const runtime = (name: string, help: string, value: number): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ value }],
});
