import { describe, expect, it } from 'vitest';
import { switchPortCollector } from '../../../../electron/engine/collectors/routeros/collectors/switch-port/index.ts';
import { run } from './harness.ts';

const MENU = '/interface/ethernet/switch/port';

describe('switch ports', () => {
  it('gives the counters that a chip has, and no others', async () => {
    const { lines } = await run(switchPortCollector, {
      [MENU]: [
        { name: 'ether1', switch: 'switch1', 'rx-bytes': '18014398509481984', 'tx-bytes': '42', 'rx-fcs-error': '1' },
        { name: 'switch1-cpu', 'driver-rx-byte': '7', 'driver-tx-packet': '8', 'tx-drop': '' },
        { 'rx-bytes': '1' },
      ],
    });
    expect(lines).toEqual([
      'mktxp_switch_rx_bytes_total{name="ether1"} 18014398509481984',
      'mktxp_switch_rx_fcs_error_total{name="ether1"} 1',
      'mktxp_switch_tx_bytes_total{name="ether1"} 42',
      'mktxp_switch_driver_rx_byte_total{name="switch1-cpu"} 7',
      'mktxp_switch_driver_tx_packet_total{name="switch1-cpu"} 8',
    ]);
  });

  it('a board without a switch chip', async () => {
    expect((await run(switchPortCollector, { [MENU]: [] })).lines).toEqual([]);
    expect(await run(switchPortCollector, {})).toMatchObject({ error: undefined, isAbsent: true });
  });
});
