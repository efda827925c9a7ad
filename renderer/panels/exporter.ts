// Graphs of a flow exporter: how much it tells, and what was lost on the way.
import { select } from './selector.ts';
import { rateOf } from './step.ts';
import { fixed, label } from './types.ts';
import type { Panel } from './types.ts';

const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'ICMP',
  '6': 'TCP',
  '17': 'UDP',
  '47': 'GRE',
  '50': 'ESP',
  '58': 'ICMPv6',
};
export const protocolName = (protocol: string): string => PROTOCOLS[protocol] ?? protocol.toUpperCase();

export const exporterPanels = (selector: string): readonly Panel[] => [
  {
    id: 'flows',
    title: 'Flows',
    unit: 'perSecond',
    queries: (rate) => [
      {
        expr: `sum by (protocol) (${rateOf(select('edge_ipfix_flows_total', selector), rate)})`,
        legend: (labels) => protocolName(labels['protocol'] ?? ''),
      },
    ],
    limit: 8,
  },
  {
    id: 'packets',
    title: 'Packets',
    unit: 'perSecond',
    queries: (rate) => [
      { expr: `sum(${rateOf(select('edge_ipfix_packets_total', selector), rate)})`, legend: fixed('packets') },
    ],
  },
  {
    id: 'lost',
    title: 'Lost on the way',
    unit: 'perSecond',
    queries: (rate) => [
      {
        expr: `sum by (unit) (${rateOf(select('linewarden_flow_lost_total', selector), rate)})`,
        legend: label('unit'),
      },
    ],
  },
];
