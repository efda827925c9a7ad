// Graphs of one customer, of a tier, and of a router's queue. "In" is what the customer downloads.
import { select } from './selector.ts';
import { rateOf } from './step.ts';
import type { RateContext } from './step.ts';
import { fixed } from './types.ts';
import type { Panel } from './types.ts';

const SIDES = { in: 'down', out: 'up' } as const;

/** All series of the selector as one line: those of a former tier or router end where the next begin. */
const rateSum = (metric: string, selector: string, rate: RateContext): string =>
  `8 * sum(${rateOf(select(metric, selector), rate)})`;

export const subscriberRate = (selector: string, way: 'rx' | 'tx', rate: RateContext): string =>
  rateSum(`linewarden_subscriber_${way}_bytes_total`, selector, rate);

export const subscriberPanels = (selector: string): readonly Panel[] => [
  {
    id: 'subscriber-rate',
    title: 'Download, upload below',
    unit: 'bps',
    sides: SIDES,
    queries: (rate) => [
      { expr: subscriberRate(selector, 'rx', rate), legend: fixed('traffic'), direction: 'in' },
      { expr: subscriberRate(selector, 'tx', rate), legend: fixed('traffic'), direction: 'out' },
    ],
  },
  {
    id: 'subscriber-latency',
    title: 'Round-trip time',
    unit: 'seconds',
    optional: true,
    queries: () => [
      { expr: `max(${select('linewarden_subscriber_rtt_seconds', selector)})`, legend: fixed('round trip') },
    ],
  },
  {
    id: 'subscriber-uptime',
    title: 'Connected for',
    unit: 'seconds',
    optional: true,
    queries: () => [
      { expr: `max(${select('linewarden_subscriber_uptime_seconds', selector)})`, legend: fixed('uptime') },
    ],
  },
];

export const queuePanels = (selector: string, matcher: string): readonly Panel[] => [
  {
    id: 'queue-rate',
    title: 'Download, upload below',
    unit: 'bps',
    sides: SIDES,
    queries: (rate) => [
      {
        expr: rateSum('mktxp_queue_simple_bytes_download_total', `${selector},${matcher}`, rate),
        legend: fixed('traffic'),
        direction: 'in',
      },
      {
        expr: rateSum('mktxp_queue_simple_bytes_upload_total', `${selector},${matcher}`, rate),
        legend: fixed('traffic'),
        direction: 'out',
      },
    ],
  },
  {
    id: 'queue-dropped',
    title: 'Dropped packets',
    unit: 'perSecond',
    sides: SIDES,
    optional: true,
    queries: (rate) => [
      {
        expr: `sum(${rateOf(select('mktxp_queue_simple_dropped_download_total', selector, matcher), rate)})`,
        legend: fixed('dropped'),
        direction: 'in',
      },
      {
        expr: `sum(${rateOf(select('mktxp_queue_simple_dropped_upload_total', selector, matcher), rate)})`,
        legend: fixed('dropped'),
        direction: 'out',
      },
    ],
  },
];
