// Graphs of a flow exporter: how much, over which ports, and what was lost on the way.
import { quoted, regexLiteral, select } from './selector.ts';
import { rateOf } from './step.ts';
import { fixed, label } from './types.ts';
import type { Panel } from './types.ts';

export type Service = { readonly protocol: string; readonly port: string };

const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'ICMP',
  '6': 'TCP',
  '17': 'UDP',
  '47': 'GRE',
  '50': 'ESP',
  '58': 'ICMPv6',
};
const PORTS: Readonly<Record<string, string>> = {
  '22': 'SSH',
  '25': 'SMTP',
  '53': 'DNS',
  '80': 'HTTP',
  '123': 'NTP',
  '443': 'HTTPS',
  '853': 'DNS over TLS',
  '993': 'IMAPS',
  '1194': 'OpenVPN',
  '3389': 'RDP',
  '5060': 'SIP',
  '8080': 'HTTP alt',
  '8291': 'WinBox',
  '51820': 'WireGuard',
};

export const protocolName = (protocol: string): string => PROTOCOLS[protocol] ?? protocol.toUpperCase();

/** "443/TCP HTTPS", "51234/UDP", "GRE". */
export function serviceName({ protocol, port }: Service): string {
  const name = protocolName(protocol);
  if (port === '' || port === '0') return name;
  if (!/^\d+$/.test(port)) return `${port}/${name}`;
  const known = PORTS[port];
  return known === undefined ? `${port}/${name}` : `${port}/${name} ${known}`;
}

/** The services that carried most over the range, largest first. */
export const topServicesQuery = (selector: string, range: string, count = 8): string =>
  `topk(${count}, sum by (protocol, dst_port) (increase(${select('edge_ipfix_bytes_total', selector)}[${range}])))`;

export function exporterServices(selector: string, services: readonly Service[]): Panel {
  const ports = quoted([...new Set(services.map((service) => regexLiteral(service.port)))].join('|'));
  // The ports are asked for, the pairs are picked here: DNS over TCP need not be among them because DNS over UDP is.
  const wanted = (labels: Readonly<Record<string, string>>): boolean =>
    services.some((service) => service.protocol === labels['protocol'] && service.port === labels['dst_port']);
  const legend = (labels: Readonly<Record<string, string>>): string =>
    wanted(labels) ? serviceName({ protocol: labels['protocol'] ?? '', port: labels['dst_port'] ?? '' }) : '';
  return {
    id: 'services',
    title: 'Traffic by service',
    unit: 'bps',
    stacked: true,
    queries: (rate) => {
      const bytes = (matchers: string): string => rateOf(select('edge_ipfix_bytes_total', selector, matchers), rate);
      return [
        ...(services.length === 0
          ? []
          : [{ expr: `8 * sum by (protocol, dst_port) (${bytes(`dst_port=~${ports}`)})`, legend }]),
        { expr: `8 * sum(${bytes('')})`, legend: fixed('other'), other: true, remainder: true },
      ];
    },
  };
}

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
