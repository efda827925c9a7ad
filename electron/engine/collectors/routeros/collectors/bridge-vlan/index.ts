// Which ports are in which VLAN of a bridge. A series a VLAN, so a switch with thousands of them is asked only if told so.
import type { Collector } from '../collector.ts';
import { info, labelsOf } from '../rows.ts';

const PROPLIST = ['bridge', 'vlan-ids', 'current-tagged', 'current-untagged'];

export const bridgeVlanCollector: Collector = {
  name: 'bridge_vlan',
  mktxpName: 'BridgeVlanCollector',
  reads: 'the ports of each VLAN of its bridges',
  enabled: 'off',
  defaultIntervalMs: 300_000,
  async collect(session) {
    const rows = await session.print('/interface/bridge/vlan', { proplist: PROPLIST });
    return rows.map((row) => {
      const name = `${row.get('bridge') ?? ''}-vlan-${row.get('vlan-ids') ?? ''}`;
      return info('mktxp_interface_bridge_vlan_info', { name, ...labelsOf(row, PROPLIST) });
    });
  },
};
