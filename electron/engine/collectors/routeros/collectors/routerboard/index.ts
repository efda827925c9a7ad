// The board: model, serial number and firmware, and whether a newer firmware waits for a restart.
import { routerboardFacts } from '../../facts.ts';
import type { Sample } from '../../samples.ts';
import type { Collector } from '../collector.ts';
import { info, labelsOf } from '../rows.ts';

const INFO_LABELS = [
  'routerboard',
  'model',
  'serial-number',
  'firmware-type',
  'factory-firmware',
  'current-firmware',
  'upgrade-firmware',
];

export const routerboardCollector: Collector = {
  name: 'routerboard',
  mktxpName: 'RouterboardCollector',
  reads: 'its board, serial number and firmware',
  enabled: 'on',
  defaultIntervalMs: 3_600_000,
  async collect(session, { learn }) {
    const [row] = await session.print('/system/routerboard');
    // A CHR or an x86 answers "routerboard=false" and nothing else.
    if (row === undefined || row.get('routerboard') === 'false') return [];
    learn(routerboardFacts(row));
    const samples: Sample[] = [info('mktxp_routerboard_info', labelsOf(row, INFO_LABELS))];
    const [current, upgrade] = [row.get('current-firmware'), row.get('upgrade-firmware')];
    if (current !== undefined && upgrade !== undefined) {
      samples.push({
        name: 'mktxp_routerboard_firmware_upgrade_available',
        labels: labelsOf(row, ['current-firmware', 'upgrade-firmware']),
        value: current === upgrade ? 0 : 1,
      });
    }
    return samples;
  },
};
