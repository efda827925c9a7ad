// Graphs of a scraped target, by the series that every scrape leaves.
import { hostPanels } from './host.ts';
import { select } from './selector.ts';
import { fixed } from './types.ts';
import type { Panel } from './types.ts';

export const targetPanels = (selector: string): readonly Panel[] => [
  {
    id: 'up',
    title: 'Up',
    unit: 'count',
    max: 1,
    queries: () => [{ expr: select('up', selector), legend: fixed('up') }],
  },
  {
    id: 'scrape-duration',
    title: 'Scrape duration',
    unit: 'seconds',
    queries: () => [{ expr: select('scrape_duration_seconds', selector), legend: fixed('duration') }],
  },
  {
    id: 'samples',
    title: 'Samples per scrape',
    unit: 'count',
    queries: () => [{ expr: select('scrape_samples_scraped', selector), legend: fixed('samples') }],
  },
];

/** Has an answer where the target exposes a machine by Node Exporter's names, down for a moment or not. */
export const machineQuery = (selector: string): string =>
  `count(last_over_time(${select('node_cpu_seconds_total', selector, 'mode="idle"')}[1h]))`;

/** What every scrape leaves, then the machine's own graphs. */
export const machinePanels = (selector: string): readonly Panel[] => [
  ...targetPanels(selector),
  ...hostPanels(selector),
];
