import { describe, expect, it } from 'vitest';
import { healthCollector } from '../../../../electron/engine/collectors/routeros/collectors/health/index.ts';
import { run } from './harness.ts';

describe('health', () => {
  it('v6: one row of columns', async () => {
    const row = {
      voltage: '24.1',
      temperature: '42',
      'cpu-temperature': '51',
      'fan1-speed': '3450',
      'psu1-state': 'ok',
    };
    const { lines } = await run(healthCollector, { '/system/health': [row] });
    expect(lines).toEqual([
      'mktxp_system_routerboard_voltage{} 24.1',
      'mktxp_system_routerboard_temperature{} 42',
      'mktxp_system_cpu_temperature{} 51',
      'mktxp_system_fan_one_speed{} 3450',
      'mktxp_system_psu1_state{} 1',
    ]);
  });

  it('v7: one row a sensor', async () => {
    const rows = [
      { '.id': '*D', name: 'cpu-temperature', value: '51', type: 'C' },
      { '.id': '*E', name: 'voltage', value: '24.1', type: 'V' },
      { '.id': '*F', name: 'psu2-state', value: 'fail', type: '' },
      { '.id': '*10', name: '2pin-voltage', value: '0', type: 'V' },
      { '.id': '*11', name: 'sfp-temperature', value: '33', type: 'C' },
    ];
    const { lines } = await run(healthCollector, { '/system/health': rows });
    expect(lines).toEqual([
      'mktxp_system_routerboard_voltage{} 24.1',
      'mktxp_system_cpu_temperature{} 51',
      'mktxp_system_psu2_state{} 0',
      'mktxp_system_2pin_voltage{} 0',
    ]);
  });

  it('a board without sensors has none: an empty list, or no such menu', async () => {
    expect((await run(healthCollector, { '/system/health': [] })).lines).toEqual([]);
    expect((await run(healthCollector, {})).lines).toEqual([]);
  });
});
