// Graphs of push clients, of headends and of those who write by remote write.
import { select } from './selector.ts';
import { fixed } from './types.ts';
import type { Panel, PanelQuery } from './types.ts';

const one = (name: string, selector: string, legend: string, direction?: PanelQuery['direction']): PanelQuery => ({
  expr: select(name, selector),
  legend: fixed(legend),
  ...(direction !== undefined && { direction }),
});

export const clientPanels = (selector: string): readonly Panel[] => [
  {
    id: 'bytes',
    title: 'Bytes since it connected',
    unit: 'bytes',
    queries: () => [
      one('tobogganing_client_bytes_received', selector, 'received', 'in'),
      one('tobogganing_client_bytes_sent', selector, 'sent', 'out'),
    ],
  },
  {
    id: 'packets',
    title: 'Packets since it connected',
    unit: 'count',
    queries: () => [
      one('tobogganing_client_packets_received', selector, 'received', 'in'),
      one('tobogganing_client_packets_sent', selector, 'sent', 'out'),
    ],
  },
  {
    id: 'uptime',
    title: 'Connected for',
    unit: 'seconds',
    queries: () => [one('tobogganing_client_connection_uptime_seconds', selector, 'connected')],
  },
];

export const headendPanels = (selector: string): readonly Panel[] => [
  {
    id: 'bandwidth',
    title: 'Bandwidth',
    unit: 'bytes',
    queries: () => [
      one('tobogganing_headend_bandwidth_in_bytes', selector, 'in', 'in'),
      one('tobogganing_headend_bandwidth_out_bytes', selector, 'out', 'out'),
    ],
  },
  {
    id: 'connections',
    title: 'Active connections',
    unit: 'count',
    queries: () => [one('tobogganing_headend_active_connections', selector, 'connections')],
  },
  {
    id: 'cpu',
    title: 'CPU',
    unit: 'percent',
    max: 100,
    queries: () => [one('tobogganing_headend_cpu_usage_percent', selector, 'CPU')],
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'bytes',
    queries: () => [one('tobogganing_headend_memory_usage_bytes', selector, 'in use')],
  },
];

/** What it sends has its own labels; of the sender itself, only what it wrote is known. */
export const senderPanels = (): readonly Panel[] => [];
