// BFD sessions: `/routing/bfd/session` of v7, `/routing/bfd/neighbor` of v6. MKTXP's times are in milliseconds.
import { parseBoolean, parseDurationMs, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { measure, type Measured } from '../rows.ts';
import { isBefore7 } from '../version.ts';

const measured: readonly Measured[] = [
  ['mktxp_bfd_multiplier', 'multiplier', parseNumber],
  ['mktxp_bfd_hold_time', 'hold-time', parseDurationMs],
  ['mktxp_bfd_rx_packet_total', 'packets-rx', parseNumber],
  ['mktxp_bfd_state_change_total', 'state-changes', parseNumber],
  ['mktxp_bfd_tx_interval', 'actual-tx-interval', parseDurationMs],
  ['mktxp_bfd_tx_interval_desired', 'desired-tx-interval', parseDurationMs],
  ['mktxp_bfd_tx_packet_total', 'packets-tx', parseNumber],
  ['mktxp_bfd_up', 'up', parseBoolean],
  ['mktxp_bfd_uptime', 'uptime', parseDurationMs],
];

export const bfdCollector: Collector = {
  name: 'bfd',
  mktxpName: 'BFDCollector',
  reads: 'its BFD sessions',
  enabled: 'off',
  async collect(session, { facts }) {
    const before7 = isBefore7(facts);
    const remote = before7 ? 'address' : 'remote-address';
    const rows = await session
      .print(before7 ? '/routing/bfd/neighbor' : '/routing/bfd/session', {
        proplist: ['local-address', remote, 'interface', ...measured.map(([, property]) => property)],
      })
      .catch(noSuchCommand);
    return rows.flatMap((row) => {
      const labels = {
        local_address: row.get('local-address') ?? '',
        remote_address: row.get(remote) ?? '',
        interface: row.get('interface') ?? '',
      };
      return measure(row, labels, measured);
    });
  },
};
