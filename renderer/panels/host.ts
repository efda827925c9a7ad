// Graphs of a host, by Node Exporter's names.
import { select } from './selector.ts';
import { rateOf } from './step.ts';
import { CPU_HIGH, DISK_NEARLY_FULL, MEMORY_LOW } from './thresholds.ts';
import { fixed, label } from './types.ts';
import type { Panel } from './types.ts';

/** Interfaces that carry no traffic of the machine's own. */
export const NO_VIRTUAL_DEVICES = 'device!~"lo|veth.*|docker.*|br-.*|virbr.*|tap.*"';
const REAL_FILESYSTEMS = 'fstype!~"tmpfs|ramfs|devtmpfs|overlay|squashfs|iso9660|autofs|fuse.*"';
const MODE_WORDS: Readonly<Record<string, string>> = { iowait: 'I/O wait', irq: 'IRQ', softirq: 'soft IRQ' };

export const hostCpu = (selector: string): Panel => ({
  id: 'cpu',
  title: 'CPU by mode',
  order: ['user', 'system', 'I/O wait', 'nice', 'soft IRQ', 'IRQ', 'steal'],
  unit: 'percent',
  stacked: true,
  max: 100,
  threshold: CPU_HIGH,
  queries: (rate) => [
    {
      expr: `100 * sum by (mode) (${rateOf(select('node_cpu_seconds_total', selector, 'mode!="idle"'), rate)}) / scalar(count(${select('node_cpu_seconds_total', selector, 'mode="idle"')}))`,
      legend: (labels) => MODE_WORDS[labels['mode'] ?? ''] ?? labels['mode'] ?? '',
    },
  ],
});

export const hostMemory = (selector: string): Panel => ({
  id: 'memory',
  title: 'Memory',
  unit: 'bytes',
  threshold: MEMORY_LOW,
  queries: () => [
    {
      expr: `${select('node_memory_MemTotal_bytes', selector)} - ${select('node_memory_MemAvailable_bytes', selector)}`,
      legend: fixed('used'),
    },
    { expr: select('node_memory_MemTotal_bytes', selector), legend: fixed('total'), other: true },
  ],
});

export const hostNetwork = (selector: string): Panel => ({
  id: 'network',
  title: 'Network by interface, out below',
  unit: 'bps',
  limit: 8,
  idleLast: true,
  queries: (rate) => [
    {
      expr: `8 * ${rateOf(select('node_network_receive_bytes_total', selector, NO_VIRTUAL_DEVICES), rate)}`,
      legend: label('device'),
      direction: 'in',
    },
    {
      expr: `8 * ${rateOf(select('node_network_transmit_bytes_total', selector, NO_VIRTUAL_DEVICES), rate)}`,
      legend: label('device'),
      direction: 'out',
    },
  ],
});

export const hostDisk = (selector: string): Panel => ({
  id: 'disk',
  title: 'Disk, writes below',
  sides: { in: 'read', out: 'written' },
  unit: 'Bps',
  queries: (rate) => [
    {
      expr: `sum by (device) (${rateOf(select('node_disk_read_bytes_total', selector, 'device!~"loop.*|ram.*|zram.*"'), rate)})`,
      legend: label('device'),
      direction: 'in',
    },
    {
      expr: `sum by (device) (${rateOf(select('node_disk_written_bytes_total', selector, 'device!~"loop.*|ram.*|zram.*"'), rate)})`,
      legend: label('device'),
      direction: 'out',
    },
  ],
  limit: 6,
});

export const hostFilesystems = (selector: string): Panel => ({
  id: 'filesystems',
  title: 'Filesystems, used',
  unit: 'percent',
  max: 100,
  limit: 8,
  threshold: DISK_NEARLY_FULL,
  queries: () => [
    {
      expr: `100 * (1 - ${select('node_filesystem_avail_bytes', selector, REAL_FILESYSTEMS)} / ${select('node_filesystem_size_bytes', selector, REAL_FILESYSTEMS)})`,
      legend: label('mountpoint'),
    },
  ],
});

export const hostLoad = (selector: string): Panel => ({
  id: 'load',
  title: 'Load',
  unit: 'count',
  queries: () => [
    { expr: select('node_load1', selector), legend: fixed('1 min') },
    { expr: select('node_load5', selector), legend: fixed('5 min') },
    { expr: select('node_load15', selector), legend: fixed('15 min') },
  ],
});

export const hostPanels = (selector: string): readonly Panel[] => [
  hostCpu(selector),
  hostMemory(selector),
  hostNetwork(selector),
  hostDisk(selector),
  hostFilesystems(selector),
  hostLoad(selector),
];

/** The four that the first start shows. */
export const hostLivePanels = (selector: string): readonly Panel[] => hostPanels(selector).slice(0, 4);

/** One interface alone: what it carries and what goes wrong on it. */
export const hostInterfacePanels = (selector: string, matcher: string): readonly Panel[] => [
  {
    id: 'interface-traffic',
    title: 'Traffic, out below',
    unit: 'bps',
    queries: (rate) => [
      {
        expr: `8 * ${rateOf(select('node_network_receive_bytes_total', selector, matcher), rate)}`,
        legend: label('device'),
        direction: 'in',
      },
      {
        expr: `8 * ${rateOf(select('node_network_transmit_bytes_total', selector, matcher), rate)}`,
        legend: label('device'),
        direction: 'out',
      },
    ],
  },
  {
    id: 'interface-errors',
    title: 'Errors and drops',
    unit: 'perSecond',
    queries: (rate) =>
      (
        [
          ['receive_errs', 'errors', 'in'],
          ['transmit_errs', 'errors', 'out'],
          ['receive_drop', 'drops', 'in'],
          ['transmit_drop', 'drops', 'out'],
        ] as const
      ).map(([what, words, direction]) => ({
        expr: rateOf(select(`node_network_${what}_total`, selector, matcher), rate),
        legend: fixed(words),
        direction,
      })),
  },
];
