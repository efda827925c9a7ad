// Graphs of an edge, by the series that its informs become.
import { quoted, select } from './selector.ts';
import { rateOf } from './step.ts';
import { fixed, label } from './types.ts';
import type { Panel } from './types.ts';

const byInterface = label('interface');

export const edgePanels = (selector: string): readonly Panel[] => [
  {
    id: 'traffic',
    title: 'Traffic by interface',
    unit: 'bps',
    optional: true,
    queries: (rate) => [
      {
        expr: `8 * ${rateOf(select('edge_interface_rx_bytes_total', selector), rate)}`,
        legend: byInterface,
        direction: 'in',
      },
      {
        expr: `8 * ${rateOf(select('edge_interface_tx_bytes_total', selector), rate)}`,
        legend: byInterface,
        direction: 'out',
      },
    ],
  },
  {
    id: 'cpu',
    title: 'CPU',
    unit: 'percent',
    max: 100,
    queries: () => [{ expr: select('edge_cpu_usage_percent', selector), legend: fixed('CPU') }],
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'bytes',
    queries: () => [{ expr: select('edge_memory_usage_bytes', selector), legend: fixed('in use') }],
  },
  {
    id: 'wan',
    title: 'WAN address',
    unit: 'count',
    max: 1,
    optional: true,
    queries: () => [{ expr: select('edge_wan_up', selector), legend: fixed('has one') }],
  },
  {
    id: 'uptime',
    title: 'Uptime',
    unit: 'seconds',
    queries: () => [{ expr: select('edge_uptime_seconds', selector), legend: fixed('up') }],
  },
];

/** A connector sends keepalives alone: what is known of it is when it was online. */
export const connectorPanels = (id: string, selector: string): readonly Panel[] => [
  {
    id: 'online',
    title: 'Online',
    unit: 'count',
    max: 1,
    queries: () => [{ expr: `linewarden_device_online{device=${quoted(id)}}`, legend: fixed('heard in time') }],
  },
  ...edgePanels(selector).map((panel) => ({ ...panel, optional: true })),
];

export const edgeInterfacePanels = (selector: string, matcher: string): readonly Panel[] => [
  {
    id: 'interface-traffic',
    title: 'Traffic, out below',
    unit: 'bps',
    queries: (rate) =>
      (
        [
          ['rx', 'in'],
          ['tx', 'out'],
        ] as const
      ).map(([what, direction]) => ({
        expr: `8 * ${rateOf(select(`edge_interface_${what}_bytes_total`, selector, matcher), rate)}`,
        legend: byInterface,
        direction,
      })),
  },
  {
    id: 'interface-packets',
    title: 'Packets, out below',
    unit: 'perSecond',
    queries: (rate) =>
      (
        [
          ['rx', 'in'],
          ['tx', 'out'],
        ] as const
      ).map(([what, direction]) => ({
        expr: rateOf(select(`edge_interface_${what}_packets_total`, selector, matcher), rate),
        legend: byInterface,
        direction,
      })),
  },
  {
    id: 'interface-errors',
    title: 'Errors and drops',
    unit: 'perSecond',
    queries: (rate) =>
      (
        [
          ['rx_errors', 'received with errors'],
          ['tx_errors', 'sent with errors'],
          ['drops', 'dropped'],
        ] as const
      ).map(([what, words]) => ({
        expr: rateOf(select(`edge_interface_${what}_total`, selector, matcher), rate),
        legend: fixed(words),
      })),
  },
];
