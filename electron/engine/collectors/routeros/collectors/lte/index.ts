// LTE and 5G modems: `monitor` on v7; `info` on v6, which needs the policy test.
import type { Sample } from '../../samples.ts';
import { parseDurationSeconds, parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { monitorOnce } from '../monitor-once.ts';
import { info, labelsOf, measure, type Measured } from '../rows.ts';
import { isBefore7 } from '../version.ts';

const is =
  (wanted: string) =>
  (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Number(text === wanted);

const measured: readonly Measured[] = [
  ['mktxp_lte_pin_status', 'pin-status', is('ok')],
  ['mktxp_lte_registration_status', 'registration-status', is('registered')],
  ['mktxp_lte_session_uptime', 'session-uptime', parseDurationSeconds],
  ['mktxp_lte_rsrp', 'rsrp', parseNumber],
  ['mktxp_lte_rsrq', 'rsrq', parseNumber],
  ['mktxp_lte_sinr', 'sinr', parseNumber],
  ['mktxp_lte_rssi', 'rssi', parseNumber],
  ['mktxp_lte_nr_rsrp', 'nr-rsrp', parseNumber],
  ['mktxp_lte_nr_rsrq', 'nr-rsrq', parseNumber],
  ['mktxp_lte_nr_sinr', 'nr-sinr', parseNumber],
];

const OPERATOR = ['current-operator', 'access-technology', 'functionality', 'subscriber-number'];

export const lteCollector: Collector = {
  name: 'lte',
  mktxpName: 'LTECollector',
  reads: "its LTE and 5G modems: registration, operator, signal; on v6 the router's user needs the policy `test`",
  enabled: 'off',
  async collect(session, { facts }) {
    const options = isBefore7(facts) ? { command: 'info', argument: 'number' } : {};
    const modems = await monitorOnce(session, '/interface/lte', options);
    return modems.flatMap(({ row }): Sample[] => [
      ...measure(row, {}, measured),
      ...(OPERATOR.some((property) => row.has(property))
        ? [info('mktxp_lte_current_operator_info', labelsOf(row, OPERATOR))]
        : []),
    ]);
  },
};
