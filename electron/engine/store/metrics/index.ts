// The metric store: Prometheus's guarantees on SQLite, in a writer and a reader thread.
import { MetricStoreFacade } from './facade.ts';
import type { ImportOptions, MetricImport } from './import/metric-import.ts';
import type { MetricStore, MetricStoreOptions } from './types.ts';

export type * from './types.ts';

/**
 * Opens or makes the store in `<dir>/metrics`. Rejects with LW_STORE_NEWER_FORMAT when a later version wrote it, and with
 * LW_STORE_FAILED when it cannot be opened.
 */
export const openMetricStore = (options: MetricStoreOptions): Promise<MetricStore> => MetricStoreFacade.open(options);

export type { ImportOptions, MetricImport, SeriesBuffer } from './import/metric-import.ts';

/** Opens or makes a store that no engine runs on, to fill it from outside. Rejects as openMetricStore does. */
export const openMetricImport = async (options: ImportOptions): Promise<MetricImport> =>
  (await import('./import/metric-import.ts')).MetricImport.open(options);
