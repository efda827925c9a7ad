// Counters of the switch chip's ports: traffic that it forwards by itself never reaches the CPU's counters.
import { parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { measure, type Measured } from '../rows.ts';

const COUNTERS = [
  'driver-rx-byte',
  'driver-rx-packet',
  'driver-tx-byte',
  'driver-tx-packet',
  'rx-bytes',
  'rx-broadcast',
  'rx-pause',
  'rx-multicast',
  'rx-fcs-error',
  'rx-align-error',
  'rx-fragment',
  'rx-overflow',
  'rx-drop',
  'tx-bytes',
  'tx-broadcast',
  'tx-pause',
  'tx-multicast',
  'tx-underrun',
  'tx-collision',
  'tx-deferred',
  'tx-drop',
].map((property): Measured => [`mktxp_switch_${property.replaceAll('-', '_')}_total`, property, parseNumber]);

export const switchPortCollector: Collector = {
  name: 'switch_port',
  mktxpName: 'SwitchPortCollector',
  reads: "the counters of its switch chip's ports",
  enabled: 'off',
  defaultIntervalMs: 30_000,
  async collect(session) {
    const rows = await session.print('/interface/ethernet/switch/port', { flags: ['stats', 'detail'] });
    return rows.flatMap((row) => {
      const name = row.get('name');
      return name === undefined ? [] : measure(row, { name }, COUNTERS);
    });
  },
};
