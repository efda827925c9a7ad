// Graphs of a container engine: what its containers use.
import { select } from './selector.ts';
import { rateOf } from './step.ts';
import type { RateContext } from './step.ts';
import { label } from './types.ts';
import type { Panel } from './types.ts';

const name = label('name', 'container');
/** The most containers drawn; the others are left out by size. */
const LIMIT = 12;

const perName = (metric: string, selector: string, rate: RateContext): string =>
  `sum by (name) (${rateOf(select(metric, selector), rate)})`;

export const dockerPanels = (selector: string): readonly Panel[] => [
  {
    id: 'cpu',
    title: 'CPU by container, of one core',
    unit: 'percent',
    stacked: true,
    limit: LIMIT,
    queries: (rate) => [
      { expr: `100 * ${perName('container_cpu_usage_seconds_total', selector, rate)}`, legend: name },
    ],
  },
  {
    id: 'memory',
    title: 'Memory by container',
    unit: 'bytes',
    stacked: true,
    limit: LIMIT,
    queries: () => [
      { expr: `sum by (name) (${select('container_memory_working_set_bytes', selector)})`, legend: name },
    ],
  },
  {
    id: 'traffic',
    title: 'Traffic by container, out below',
    unit: 'bps',
    stacked: true,
    limit: LIMIT,
    optional: true,
    queries: (rate) => [
      {
        expr: `8 * ${perName('container_network_receive_bytes_total', selector, rate)}`,
        legend: name,
        direction: 'in',
      },
      {
        expr: `8 * ${perName('container_network_transmit_bytes_total', selector, rate)}`,
        legend: name,
        direction: 'out',
      },
    ],
  },
  {
    id: 'disk',
    title: 'Disk by container, writes below',
    unit: 'Bps',
    stacked: true,
    limit: LIMIT,
    optional: true,
    sides: { in: 'read', out: 'written' },
    queries: (rate) => [
      { expr: perName('container_fs_reads_bytes_total', selector, rate), legend: name, direction: 'in' },
      { expr: perName('container_fs_writes_bytes_total', selector, rate), legend: name, direction: 'out' },
    ],
  },
];
