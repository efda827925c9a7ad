import { describe, expect, it } from 'vitest';
import { bridgeVlanCollector } from '../../../../electron/engine/collectors/routeros/collectors/bridge-vlan/index.ts';
import { run } from './harness.ts';

const MENU = '/interface/bridge/vlan';

describe('bridge VLANs', () => {
  it('tells the ports of each', async () => {
    const { lines } = await run(bridgeVlanCollector, {
      [MENU]: [
        { bridge: 'bridge', 'vlan-ids': '10,20-22', 'current-tagged': 'bridge,ether1', 'current-untagged': 'ether3' },
        { bridge: 'bridge', 'vlan-ids': '1' },
      ],
    });
    expect(lines).toEqual([
      'mktxp_interface_bridge_vlan_info{name="bridge-vlan-10,20-22",bridge="bridge",vlan_ids="10,20-22",current_tagged="bridge,ether1",current_untagged="ether3"} 1',
      'mktxp_interface_bridge_vlan_info{name="bridge-vlan-1",bridge="bridge",vlan_ids="1",current_tagged="",current_untagged=""} 1',
    ]);
  });

  it('1,500 of them', async () => {
    const rows = Array.from({ length: 1_500 }, (_, i) => ({ bridge: 'bridge', 'vlan-ids': String(i + 2) }));
    const { lines } = await run(bridgeVlanCollector, { [MENU]: rows });
    expect(new Set(lines).size).toBe(1_500);
    expect(lines.at(-1)).toContain('vlan_ids="1501"');
  });

  it('none, or no menu', async () => {
    expect((await run(bridgeVlanCollector, { [MENU]: [] })).lines).toEqual([]);
    expect((await run(bridgeVlanCollector, {})).isAbsent).toBe(true);
  });
});
