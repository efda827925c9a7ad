// Interfaces: traffic counters, state, and what they are called.
import type { InterfaceSeen } from '../../../../observations/index.ts';
import type { Row } from '../../client/index.ts';
import type { RouterFacts } from '../../facts.ts';
import type { Sample } from '../../samples.ts';
import { parseBoolean, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { said } from '../rows.ts';

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

const PROPLIST = ['.id', 'name', 'comment', ...[...values, ...infos].map(([, property]) => property)];

/** What has none cannot be told from others. */
const nameOf = (row: Row): string | undefined => row.get('name') || undefined;

function interfaceSamples(row: Row): Sample[] {
  const name = nameOf(row);
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
  const name = nameOf(row);
  const vlanId = row.get('vlan-id');
  if (name === undefined || vlanId === undefined) return [];
  const labels = { name, vlan_id: vlanId, interface: row.get('interface') ?? '' };
  return [{ name: 'mktxp_interface_vlan_info_info', labels, value: 1 }];
}

/** "*D" -> 13: NetFlow's fields 10 and 14 name an interface by this number. */
function indexOf(id: string | undefined): number | undefined {
  const match = /^\*([0-9A-Fa-f]{1,8})$/.exec(id ?? '');
  return match === null ? undefined : Number.parseInt(match[1] ?? '', 16);
}

function seen(row: Row, { linkSpeedsBps }: RouterFacts): InterfaceSeen[] {
  const name = nameOf(row);
  if (name === undefined) return [];
  const running = parseBoolean(row.get('running'));
  return [
    said<InterfaceSeen>({
      index: indexOf(row.get('.id')),
      name,
      comment: row.get('comment'),
      type: row.get('type'),
      mac: row.get('mac-address'),
      speedBps: linkSpeedsBps?.get(name),
      isRunning: running === undefined ? undefined : running === 1,
      rxBytes: parseNumber(row.get('rx-byte')),
      txBytes: parseNumber(row.get('tx-byte')),
    }),
  ];
}

export const interfaceCollector: Collector = {
  name: 'interface',
  mktxpName: 'InterfaceCollector',
  reads: 'its interfaces: traffic, errors, state, VLAN ids',
  enabled: 'on',
  async collect(session, { facts, observe }) {
    const rows = await session.print('/interface', { flags: ['stats', 'detail'], proplist: PROPLIST });
    observe({ kind: 'interfaces', source: 'interface', rows: rows.flatMap((row) => seen(row, facts)) });
    const vlans = await session
      .print('/interface/vlan', { proplist: ['name', 'running', 'disabled', 'vlan-id', 'interface'] })
      .catch(noSuchCommand);
    return [...rows.flatMap(interfaceSamples), ...vlans.flatMap(vlanSamples)];
  },
};
