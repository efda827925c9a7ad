// Power over Ethernet: which ports give power, and how much.
import type { Sample } from '../../samples.ts';
import { parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { info, labelsOf, measure } from '../rows.ts';
import { monitorPorts, portsOf } from '../together.ts';

const GAUGES = [
  ['mktxp_poe_out_voltage', 'poe-out-voltage', parseNumber],
  ['mktxp_poe_out_current', 'poe-out-current', parseNumber],
  ['mktxp_poe_out_power', 'poe-out-power', parseNumber],
] as const;

export const poeCollector: Collector = {
  name: 'poe',
  mktxpName: 'POECollector',
  reads: 'the power that its ports give',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  async collect(session, context) {
    const rows = await session.print('/interface/ethernet/poe', {
      proplist: ['.id', 'name', 'poe-out', 'poe-priority', 'poe-voltage'],
    });
    const answers = await monitorPorts(session, '/interface/ethernet/poe/monitor', portsOf(rows), context);
    return rows.flatMap((row): Sample[] => {
      const name = row.get('name');
      if (name === undefined) return [];
      const answer = answers.get(name);
      const labels = labelsOf(row, ['name', 'poe-out', 'poe-priority', 'poe-voltage']);
      const status = answer?.get('poe-out-status') ?? '';
      return [
        info('mktxp_poe_info', { ...labels, poe_out_status: status }),
        ...(answer === undefined ? [] : measure(answer, { name }, GAUGES)),
      ];
    });
  },
};
