// Graphs of push clients, of headends and of those who write by remote write.
import { select } from './selector.ts';
import { rateWindow } from './step.ts';
import type { RateContext } from './step.ts';
import { fixed } from './types.ts';
import type { Panel, PanelQuery } from './types.ts';

const one = (name: string, selector: string, legend: string, direction?: PanelQuery['direction']): PanelQuery => ({
  expr: select(name, selector),
  legend: fixed(legend),
  ...(direction !== undefined && { direction }),
});

/** Of a total that is told every one to five minutes; the window is four of these at least. */
const perSecond = (name: string, selector: string, rate: RateContext, factor = ''): string =>
  `${factor}rate(${select(name, selector)}[${rateWindow(rate)}])`;

export const clientPanels = (selector: string): readonly Panel[] => [
  {
    id: 'traffic',
    title: 'Traffic',
    unit: 'bps',
    queries: (rate) => [
      {
        expr: perSecond('tobogganing_client_bytes_received', selector, rate, '8 * '),
        legend: fixed('received'),
        direction: 'in',
      },
      {
        expr: perSecond('tobogganing_client_bytes_sent', selector, rate, '8 * '),
        legend: fixed('sent'),
        direction: 'out',
      },
    ],
  },
  {
    id: 'packets',
    title: 'Packets',
    unit: 'perSecond',
    queries: (rate) => [
      {
        expr: perSecond('tobogganing_client_packets_received', selector, rate),
        legend: fixed('received'),
        direction: 'in',
      },
      { expr: perSecond('tobogganing_client_packets_sent', selector, rate), legend: fixed('sent'), direction: 'out' },
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

/** What it sends has its own labels; of the sender itself, what came from it is counted. */
export const senderPanels = (selector: string): readonly Panel[] => [
  {
    id: 'traffic',
    title: 'Samples stored',
    unit: 'perSecond',
    queries: (rate) => [
      { expr: perSecond('linewarden_remote_write_samples_total', selector, rate), legend: fixed('stored') },
    ],
  },
  {
    id: 'series',
    title: 'Series sent within two hours',
    unit: 'count',
    queries: () => [one('linewarden_remote_write_series', selector, 'series')],
  },
  {
    id: 'refused',
    title: 'Samples refused',
    unit: 'perSecond',
    queries: (rate) => [
      {
        expr: `sum by (reason) (${perSecond('linewarden_remote_write_refused_total', selector, rate)})`,
        legend: ({ reason = '' }) => REFUSED[reason] ?? reason,
      },
    ],
  },
  {
    id: 'requests',
    title: 'Requests by answer',
    unit: 'perSecond',
    queries: (rate) => [
      {
        expr: `sum by (code) (${perSecond('linewarden_remote_write_requests_total', selector, rate)})`,
        legend: ({ code = '' }) => code,
      },
    ],
  },
];

const REFUSED: Readonly<Record<string, string>> = {
  out_of_order: 'out of order',
  future: 'of the future',
  over_limit: 'over the limit of series',
  invalid_labels: 'invalid labels',
};
