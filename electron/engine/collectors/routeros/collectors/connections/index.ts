// Connection tracking: how many connections there are, counted by the router; and, if wanted, how many each host has.
import { type Row, routerosError } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseNumber } from '../../values.ts';
import { type Collector, isNoSuchCommand, noSuchCommand } from '../collector.ts';
import { activeLeases, leaseName } from '../dhcp/leases.ts';

const V4 = '/ip/firewall/connection';
const V6 = '/ipv6/firewall/connection';
const TRACKING = '/ip/firewall/connection/tracking';

/** Printing a table larger than this costs a small router seconds of its CPU. */
const MAX_PRINTED = 20_000;
/** Those with the most connections. */
const MAX_SOURCES = 1_000;

const gauge = (name: string, value: number | undefined): Sample[] =>
  value === undefined ? [] : [{ name, labels: {}, value }];

export const connectionsCollector: Collector = {
  name: 'connections',
  mktxpName: 'IPConnectionCollector',
  reads: 'how many connections it tracks, and how many it has room for',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session) {
    const v4 = await session.count(V4);
    let v6: number | undefined;
    try {
      v6 = await session.count(V6);
    } catch (error) {
      // A v6 without the package ipv6.
      if (!isNoSuchCommand(error)) throw error;
    }
    const [tracking] = await session.print(TRACKING, { proplist: ['max-entries'] }).catch(noSuchCommand);
    return [
      ...gauge('linewarden_routeros_connections_limit', parseNumber(tracking?.get('max-entries')) || undefined),
      ...gauge('mktxp_ip_connections_total', v4 === undefined ? v6 : v4 + (v6 ?? 0)),
      ...gauge('mktxp_ipv4_connections_total', v4),
      ...gauge('mktxp_ipv6_connections_total', v6),
    ];
  },
};

/** "10.0.0.5:443" and "10.0.0.5" -> "10.0.0.5". */
const hostOf = (row: Row): string => (row.get('src-address') ?? '').replace(/:\d+$/, '');

export const connectionStatsCollector: Collector = {
  name: 'connection_stats',
  mktxpName: 'IPConnectionCollector',
  reads: 'how many connections each source address has',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  async collect(session, { warn }) {
    const total = (await session.count(V4)) ?? 0;
    if (total > MAX_PRINTED) {
      throw routerosError(
        'LW_ROUTEROS_TOO_LARGE',
        `The router tracks ${total} connections; above ${MAX_PRINTED} they are not read one by one, to spare its CPU.`,
        'Switch connection_stats off for this router: flows tell the same, and cost it less.',
      );
    }
    if (total === 0) return [];
    const counts = new Map<string, number>();
    for (const row of await session.print(V4, { proplist: ['src-address'] })) {
      const host = hostOf(row);
      if (host !== '') counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    const busiest = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, MAX_SOURCES);
    if (counts.size > MAX_SOURCES) {
      warn(
        routerosError(
          'LW_ROUTEROS_TOO_LARGE',
          `${counts.size} addresses have connections; only the ${MAX_SOURCES} with the most have a series each.`,
        ),
      );
    }
    const names = new Map<string, string>();
    for (const lease of await activeLeases(session)) {
      names.set(lease.get('active-address') ?? lease.get('address') ?? '', leaseName(lease));
    }
    return busiest.map(([host, value]) => ({
      name: 'mktxp_connection_stats',
      labels: { src_address: host, dhcp_name: names.get(host) ?? host },
      value,
    }));
  },
};
