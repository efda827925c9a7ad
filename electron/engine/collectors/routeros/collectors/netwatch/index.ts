// What the router watches by itself: hosts that it pings, connects to, or asks for a page.
import type { Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseDurationMs, parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { info, labelsOf, measure, type Measured } from '../rows.ts';

const ALL: readonly Measured[] = [
  ['mktxp_netwatch_done_tests', 'done-tests', parseNumber],
  ['mktxp_netwatch_failed_tests', 'failed-tests', parseNumber],
];
const TCP: readonly Measured[] = [['mktxp_netwatch_tcp_connect_time_ms', 'tcp-connect-time', parseDurationMs]];
const HTTP: readonly Measured[] = [
  ['mktxp_netwatch_http_status_code', 'http-status-code', parseNumber],
  ['mktxp_netwatch_http_resp_time', 'http-resp-time', parseDurationMs],
  ...TCP,
];
const BY_TYPE: Readonly<Record<string, readonly Measured[]>> = {
  icmp: [
    ['mktxp_netwatch_icmp_loss_count', 'loss-count', parseNumber],
    ['mktxp_netwatch_icmp_loss_percent', 'loss-percent', parseNumber],
    ['mktxp_netwatch_icmp_rtt_avg_ms', 'rtt-avg', parseDurationMs],
    ['mktxp_netwatch_icmp_rtt_min_ms', 'rtt-min', parseDurationMs],
    ['mktxp_netwatch_icmp_rtt_max_ms', 'rtt-max', parseDurationMs],
    ['mktxp_netwatch_icmp_rtt_jitter_ms', 'rtt-jitter', parseDurationMs],
    ['mktxp_netwatch_icmp_rtt_stdev_ms', 'rtt-stdev', parseDurationMs],
  ],
  'tcp-conn': TCP,
  'http-get': HTTP,
  'https-get': HTTP,
};

/** v6 has no types: it pings. */
function watchSamples(row: Row): Sample[] {
  if (row.get('disabled') === 'true') return [];
  const comment = row.get('comment') ?? '';
  // As in MKTXP, whatever the entry's own name.
  const name = comment === '' ? (row.get('host') ?? '') : comment;
  const type = row.get('type') ?? '';
  const status = row.get('status');
  const up = status === 'up' ? '1' : '0';
  const labels = { name, type };
  return [
    info('mktxp_netwatch_info', {
      ...labelsOf(row, ['host', 'timeout', 'interval', 'since']),
      status: up,
      comment,
      name,
    }),
    // "unknown" until it was tried for the first time.
    ...(status === 'up' || status === 'down' ? [{ name: 'mktxp_netwatch_status', labels, value: Number(up) }] : []),
    ...measure(row, labels, [...ALL, ...(BY_TYPE[type] ?? [])]),
  ];
}

export const netwatchCollector: Collector = {
  name: 'netwatch',
  mktxpName: 'NetwatchCollector',
  reads: 'what it watches by itself',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session) {
    return (await session.print('/tool/netwatch')).flatMap(watchSamples);
  },
};
