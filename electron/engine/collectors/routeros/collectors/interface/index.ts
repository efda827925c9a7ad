// Interfaces: traffic counters, state, and what they are called.
import type { Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseBoolean, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';

const values = [
  ['mktxp_interface_running', 'running', parseBoolean],
  ['mktxp_interface_disabled', 'disabled', parseBoolean],
  ['mktxp_interface_rx_byte_total', 'rx-byte', parseNumber],
  ['mktxp_interface_tx_byte_total', 'tx-byte', parseNumber],
  ['mktxp_interface_rx_packet_total', 'rx-packet', parseNumber],
  ['mktxp_interface_tx_packet_total', 'tx-packet', parseNumber],
  ['mktxp_interface_rx_error_total', 'rx-error', parseNumber],
  ['mktxp_interface_tx_error_total', 'tx-error', parseNumber],
  ['mktxp_interface_rx_drop_total', 'rx-drop', parseNumber],
  ['mktxp_interface_tx_drop_total', 'tx-drop', parseNumber],
  ['mktxp_link_downs_total', 'link-downs', parseNumber],
  ['mktxp_interface_actual_mtu', 'actual-mtu', parseNumber],
] as const;

const infos = [
  ['mktxp_interface_type_info', 'type', 'type'],
  ['mktxp_interface_mac_address_info', 'mac-address', 'mac_address'],
  ['mktxp_interface_default_name_info', 'default-name', 'default_name'],
] as const;

function interfaceSamples(row: Row): Sample[] {
  const name = row.get('name');
  if (name === undefined) return [];
  const samples: Sample[] = [];
  for (const [metric, property, parse] of values) {
    const value = parse(row.get(property));
    if (value !== undefined) samples.push({ name: metric, labels: { name }, value });
  }
  for (const [metric, property, label] of infos) {
    const text = row.get(property);
    if (text !== undefined) samples.push({ name: metric, labels: { name, [label]: text }, value: 1 });
  }
  // Also without a comment: dashboards join every interface with this metric, and those without one must not vanish.
  samples.push({ name: 'mktxp_interface_comment_info', labels: { name, comment: row.get('comment') ?? '' }, value: 1 });
  return samples;
}

function vlanSamples(row: Row): Sample[] {
  const name = row.get('name');
  const vlanId = row.get('vlan-id');
  if (name === undefined || vlanId === undefined) return [];
  const labels = { name, vlan_id: vlanId, interface: row.get('interface') ?? '' };
  return [{ name: 'mktxp_interface_vlan_info_info', labels, value: 1 }];
}

export const interfaceCollector: Collector = {
  name: 'interface',
  mktxpName: 'InterfaceCollector',
  reads: 'its interfaces: traffic, errors, state, VLAN ids',
  enabled: 'on',
  async collect(session) {
    const rows = await session.print('/interface', { flags: ['stats', 'detail'] });
    const vlans = await session
      .print('/interface/vlan', { proplist: ['name', 'running', 'disabled', 'vlan-id', 'interface'] })
      .catch(noSuchCommand);
    return [...rows.flatMap(interfaceSamples), ...vlans.flatMap(vlanSamples)];
  },
};
