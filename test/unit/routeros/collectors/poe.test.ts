import { describe, expect, it } from 'vitest';
import { poeCollector } from '../../../../electron/engine/collectors/routeros/collectors/poe/index.ts';
import { run } from './harness.ts';

const MONITOR = '/interface/ethernet/poe/monitor';
const ports = [
  { '.id': '*5', name: 'ether5', 'poe-out': 'auto-on', 'poe-priority': '10', 'poe-voltage': 'auto' },
  { '.id': '*6', name: 'ether6', 'poe-out': 'off' },
];

describe('PoE', () => {
  it('tells what each port gives', async () => {
    const { lines, asked } = await run(poeCollector, {
      '/interface/ethernet/poe': ports,
      [MONITOR]: [
        {
          name: 'ether5',
          'poe-out': 'auto-on',
          'poe-out-status': 'powered-on',
          'poe-out-voltage': '24.2V',
          'poe-out-current': '215mA',
          'poe-out-power': '5.2W',
        },
        { name: 'ether6', 'poe-out': 'off', 'poe-out-status': 'disabled' },
      ],
    });
    expect(asked[1]).toBe(`${MONITOR} =once= =numbers=*5,*6`);
    expect(lines).toEqual([
      'mktxp_poe_info{name="ether5",poe_out="auto-on",poe_priority="10",poe_voltage="auto",poe_out_status="powered-on"} 1',
      'mktxp_poe_out_voltage{name="ether5"} 24.2',
      'mktxp_poe_out_current{name="ether5"} 215',
      'mktxp_poe_out_power{name="ether5"} 5.2',
      'mktxp_poe_info{name="ether6",poe_out="off",poe_priority="",poe_voltage="",poe_out_status="disabled"} 1',
    ]);
  });

  it('a port that does not answer is still told', async () => {
    const { lines, error } = await run(poeCollector, { '/interface/ethernet/poe': [ports[1]!], [MONITOR]: [] });
    expect(error).toBeUndefined();
    expect(lines).toEqual([
      'mktxp_poe_info{name="ether6",poe_out="off",poe_priority="",poe_voltage="",poe_out_status=""} 1',
    ]);
  });

  it('a board without PoE has no ports, or not even the menu', async () => {
    expect((await run(poeCollector, { '/interface/ethernet/poe': [] })).lines).toEqual([]);
    expect(await run(poeCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
  });
});
