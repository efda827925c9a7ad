// IPsec's active peers: state, traffic and associations. MKTXP's times are in milliseconds.
import { parseBoolean, parseDurationMs, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { info, labelsOf, measure, type Measured } from '../rows.ts';

const PEER = ['local-address', 'name', 'remote-address'];

const measured: readonly Measured[] = [
  ['mktxp_ipsec_peer_rx_byte_total', 'rx-bytes', parseNumber],
  ['mktxp_ipsec_peer_tx_byte_total', 'tx-bytes', parseNumber],
  ['mktxp_ipsec_peer_rx_packet_total', 'rx-packets', parseNumber],
  ['mktxp_ipsec_peer_tx_packet_total', 'tx-packets', parseNumber],
  ['mktxp_ipsec_peer_security_association', 'ph2-total', parseNumber],
  ['mktxp_ipsec_peer_last_seen', 'last-seen', parseDurationMs],
  ['mktxp_ipsec_peer_uptime', 'uptime', parseDurationMs],
  ['mktxp_ipsec_peer_responder', 'responder', parseBoolean],
  ['mktxp_ipsec_peer_natt_enabled', 'natt-peer', parseBoolean],
];

export const ipsecCollector: Collector = {
  name: 'ipsec',
  mktxpName: 'IPSecCollector',
  reads: 'its active IPsec peers: state, traffic, associations',
  enabled: 'off',
  async collect(session) {
    const rows = await session
      .print('/ip/ipsec/active-peers', {
        flags: ['stats'],
        proplist: [...PEER, 'state', ...measured.map(([, property]) => property)],
      })
      .catch(noSuchCommand);
    return rows.flatMap((row) => [
      info('mktxp_ipsec_peer_state_info', labelsOf(row, [...PEER, 'state'])),
      ...measure(row, labelsOf(row, PEER), measured),
    ]);
  },
};
