// WireGuard peers: their traffic and last handshake. A roaming peer's endpoint is told apart, see `endpointLabels`.
import type { SessionSeen } from '../../../../observations/index.ts';
import type { Row } from '../../client/index.ts';
import type { Sample, SampleLabels } from '../../samples.ts';
import { parseBoolean, parseDurationSeconds, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { info, measure, type Measured, said } from '../rows.ts';

const measured: readonly Measured[] = [
  ['mktxp_peer_disabled', 'disabled', parseBoolean],
  ['mktxp_peer_rx_total', 'rx', parseNumber],
  ['mktxp_peer_tx_total', 'tx', parseNumber],
  ['mktxp_last_handshake', 'last-handshake', parseDurationSeconds],
];

/** Without the keys that are secret. */
const PROPLIST = [
  'name',
  'interface',
  'comment',
  'public-key',
  'allowed-address',
  'endpoint-address',
  'current-endpoint-address',
  'current-endpoint-port',
  ...measured.map(([, property]) => property),
];

/** WireGuard drops a session that was not renewed for this long (REJECT_AFTER_TIME). */
const SESSION_SECONDS = 180;

const isSet = (address: string | undefined): boolean =>
  address !== undefined && address !== '' && address !== '::' && address !== '0.0.0.0';

/**
 * MKTXP's labels of the current endpoint, where they hold still: for a peer whose endpoint was set here. One that comes
 * from wherever it is has another port after each reconnect, and each would begin a new counter: there they are empty,
 * and its address is told by linewarden_routeros_wireguard_peer_endpoint_info.
 */
function endpointLabels(row: Row): SampleLabels {
  const isFixed = isSet(row.get('endpoint-address'));
  return {
    current_endpoint_address: isFixed ? (row.get('current-endpoint-address') ?? '') : '',
    current_endpoint_port: isFixed ? (row.get('current-endpoint-port') ?? '') : '',
  };
}

function peerSamples(row: Row): Sample[] {
  const own = {
    name: row.get('name') ?? '',
    interface: row.get('interface') ?? '',
    comment: row.get('comment') ?? '',
    allowed_address: row.get('allowed-address') ?? '',
  };
  const samples = measure(row, { ...own, ...endpointLabels(row) }, measured);
  const address = row.get('current-endpoint-address') ?? '';
  if (!isSet(address)) return samples;
  return [...samples, info('linewarden_routeros_wireguard_peer_endpoint_info', { ...own, endpoint_address: address })];
}

/** What 7.15 and later call a peer that nobody named: a comment of before says more. */
const GIVEN_NAME = /^peer\d+$/;

function nameOf(row: Row): string {
  const name = row.get('name') ?? '';
  const own = GIVEN_NAME.test(name) ? '' : name;
  return own || row.get('comment') || name || row.get('public-key') || '';
}

function sessionOf(row: Row): SessionSeen[] {
  const name = nameOf(row);
  if (name === '') return [];
  const handshake = parseDurationSeconds(row.get('last-handshake'));
  const endpoint = row.get('current-endpoint-address');
  const [allowed = ''] = (row.get('allowed-address') ?? '').split(',');
  return [
    {
      name,
      isUp: row.get('disabled') !== 'true' && handshake !== undefined && handshake <= SESSION_SECONDS,
      ...said<Omit<SessionSeen, 'name' | 'isUp'>>({
        service: 'wireguard',
        address: /\/(?:32|128)$/.test(allowed) ? allowed.replace(/\/\d+$/, '') : undefined,
        comment: row.get('comment'),
        interface: row.get('interface'),
        callerId: isSet(endpoint) ? endpoint : undefined,
        // The router's tx is what the peer downloaded.
        rxBytes: parseNumber(row.get('tx')),
        txBytes: parseNumber(row.get('rx')),
      }),
    },
  ];
}

export const wireguardCollector: Collector = {
  name: 'wireguard_peers',
  mktxpName: 'WireGuardPeerCollector',
  reads: 'its WireGuard peers: traffic, last handshake, endpoint',
  enabled: 'off',
  needs: { minMajor: 7 },
  observesEveryMs: 60_000,
  async collect(session, { observe }) {
    const rows = await session.print('/interface/wireguard/peers', { proplist: PROPLIST }).catch(noSuchCommand);
    observe({ kind: 'sessions', source: 'wireguard', rows: rows.flatMap(sessionOf) });
    return rows.flatMap(peerSamples);
  },
};
