// Graphs of an edge, by the series that its informs become.
import { select } from './selector.ts';
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
