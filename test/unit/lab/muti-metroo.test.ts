// The lab's Muti Metroo agent exposes every family that its documentation lists, with its type and labels.
import { expect, it } from 'vitest';
import { createMutiMetroo } from '../../lab/exporters/muti-metroo.ts';
import { writeExposition } from '../../lab/exporters/families.ts';
import { ExpositionParser } from '../../../electron/engine/collectors/scrape/index.ts';

/** As documented: name, type, label names. */
const DOCUMENTED = `
peers_connected gauge
peers_total counter
peer_connections_total counter direction transport
peer_disconnects_total counter reason
streams_active gauge
streams_opened_total counter
streams_closed_total counter
stream_open_latency_seconds histogram
stream_errors_total counter error_type
bytes_sent_total counter type
bytes_received_total counter type
frames_sent_total counter frame_type
frames_received_total counter frame_type
routes_total gauge
route_advertises_total counter
route_withdrawals_total counter
route_flood_latency_seconds histogram
socks5_connections_active gauge
socks5_connections_total counter
socks5_auth_failures_total counter
socks5_connect_latency_seconds histogram
exit_connections_active gauge
exit_connections_total counter
exit_dns_queries_total counter
exit_dns_latency_seconds histogram
exit_errors_total counter error_type
handshake_latency_seconds histogram
handshake_errors_total counter error_type
keepalives_sent_total counter
keepalives_received_total counter
keepalive_rtt_seconds histogram
rpc_calls_total counter command result
rpc_call_duration_seconds histogram command
rpc_bytes_received_total counter
rpc_bytes_sent_total counter
`
  .trim()
  .split('\n');

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

it('exposes every family of the documentation', () => {
  const families = createMutiMetroo(1);
  families(0);
  const text = writeExposition(families(60), false);
  const types = new Map([...text.matchAll(/^# TYPE muti_metroo_(\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  const labels = new Map<string, Set<string>>();
  const parser = new ExpositionParser({
    format: 'prometheus-text',
    resolve(exposed) {
      const family = (exposed[1] ?? '').replace(/^muti_metroo_/, '').replace(/_(bucket|sum|count)$/, '');
      const names = labels.get(family) ?? new Set();
      for (let i = 2; i < exposed.length; i += 2) if (exposed[i] !== 'le') names.add(exposed[i] ?? '');
      labels.set(family, names);
      return 0;
    },
  });
  parser.parse(Buffer.from(text), () => {});
  const exposed = [...types].map(([name = '', type = '']) =>
    [name, type, ...[...(labels.get(name) ?? [])].toSorted((a, b) => (a < b ? -1 : 1))].join(' '),
  );
  expect(exposed.toSorted(byText)).toEqual(DOCUMENTED.toSorted(byText));
});
