// 60 GHz links: signal, distance, rate and how well they are aligned.
import { parseBitRate, parseBoolean, parseLeadingNumber, parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { monitorOnce } from '../monitor-once.ts';
import { info, measure, type Measured } from '../rows.ts';

const measured: readonly Measured[] = [
  ['mktxp_w60g_baseband_temperature', 'baseband-temperature', parseNumber],
  ['mktxp_w60g_connected', 'connected', parseBoolean],
  ['mktxp_w60g_distance', 'distance', parseLeadingNumber],
  ['mktxp_w60g_frequency', 'frequency', parseNumber],
  ['mktxp_w60g_rf_temperature', 'rf-temperature', parseNumber],
  ['mktxp_w60g_rssi', 'rssi', parseLeadingNumber],
  ['mktxp_w60g_signal', 'signal', parseLeadingNumber],
  ['mktxp_w60g_tx_mcs', 'tx-mcs', parseNumber],
  ['mktxp_w60g_tx_packet_error_rate', 'tx-packet-error-rate', parseNumber],
  ['mktxp_w60g_tx_phy_rate', 'tx-phy-rate', parseBitRate],
  ['mktxp_w60g_tx_sector', 'tx-sector', parseNumber],
];

const infos = [
  ['mktxp_w60g_remote_address_info', 'remote-address', 'remote_address'],
  ['mktxp_w60g_tx_sector_info', 'tx-sector-info', 'tx_sector_info'],
] as const;

export const w60gCollector: Collector = {
  name: 'w60g',
  mktxpName: 'W60gCollector',
  reads: 'its 60 GHz links: signal, distance, rate, alignment',
  enabled: 'off',
  async collect(session) {
    return (await monitorOnce(session, '/interface/w60g')).flatMap(({ name, row }) => [
      ...measure(row, { name }, measured),
      ...infos.flatMap(([metric, property, label]) => {
        const text = row.get(property);
        return text === undefined || text === '' ? [] : [info(metric, { name, [label]: text })];
      }),
    ]);
  },
};
