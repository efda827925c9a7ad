// Ethernet links and SFP modules: what they negotiated, and the light that comes and goes.
import type { Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseBitRate, parseBoolean, parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { info, labelsOf, measure } from '../rows.ts';
import { monitorPorts, portsOf } from '../together.ts';

const SFP_LABELS = [
  'sfp-connector-type',
  'sfp-manufacturing-date',
  'sfp-type',
  'sfp-vendor-name',
  'sfp-vendor-part-number',
  'sfp-vendor-revision',
  'sfp-vendor-serial',
];

const SFP = [
  ['mktxp_interface_sfp_supply_voltage', 'sfp-supply-voltage', parseNumber],
  ['mktxp_interface_sfp_rx_power', 'sfp-rx-power', parseNumber],
  ['mktxp_interface_sfp_tx_power', 'sfp-tx-power', parseNumber],
  ['mktxp_interface_sfp_temperature', 'sfp-temperature', parseNumber],
  ['mktxp_interface_sfp_tx_bias_current', 'sfp-tx-bias-current', parseNumber],
  ['mktxp_interface_sfp_wavelength', 'sfp-wavelength', parseNumber],
  ['mktxp_interface_sfp_rx_loss', 'sfp-rx-loss', parseBoolean],
  ['mktxp_interface_sfp_tx_fault', 'sfp-tx-fault', parseBoolean],
] as const;

/** MKTXP's unit. */
const parseMegabits = (text: string | undefined): number | undefined => {
  const bps = parseBitRate(text);
  return bps === undefined ? undefined : bps / 1e6;
};

const LINK = [
  ['mktxp_interface_rate', 'rate', parseMegabits],
  ['mktxp_interface_full_duplex', 'full-duplex', parseBoolean],
] as const;

function portSamples(name: string, row: Row): Sample[] {
  const labels = { name };
  const status = row.get('status');
  const samples: Sample[] = [];
  if (status !== undefined) {
    samples.push({ name: 'mktxp_interface_status', labels, value: status === 'link-ok' ? 1 : 0 });
  }
  samples.push(...measure(row, labels, LINK));
  if (row.get('sfp-module-present') === 'true') {
    samples.push(info('mktxp_interface_sfp_info', { name, ...labelsOf(row, SFP_LABELS) }));
    samples.push(...measure(row, labels, SFP));
  }
  return samples;
}

const isRunning = (row: Row): boolean => row.get('running') === 'true';

export const monitorCollector: Collector = {
  name: 'monitor',
  mktxpName: 'MonitorCollector',
  reads: 'its Ethernet links (speed, duplex) and SFP modules (light, temperature)',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session, context) {
    const rows = await session.print('/interface/ethernet', { proplist: ['.id', 'name', 'running'] });
    const answers = await monitorPorts(
      session,
      '/interface/ethernet/monitor',
      portsOf(rows.filter((row) => isRunning(row))),
      context,
    );
    const speeds: [string, number][] = [];
    for (const [name, row] of answers) {
      const bps = parseBitRate(row.get('rate'));
      if (bps !== undefined) speeds.push([name, bps]);
    }
    context.learn({ linkSpeedsBps: new Map(speeds) });
    return rows.flatMap((row): Sample[] => {
      const name = row.get('name');
      if (name === undefined) return [];
      // Nothing is asked of a port without a link: what there would be to say is known.
      if (!isRunning(row)) return [{ name: 'mktxp_interface_status', labels: { name }, value: 0 }];
      const answer = answers.get(name);
      return answer === undefined ? [] : portSamples(name, answer);
    });
  },
};
