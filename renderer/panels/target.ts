// Graphs of a scraped target, by the series that every scrape leaves.
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
