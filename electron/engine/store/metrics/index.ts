// The metric store: Prometheus's guarantees on SQLite, in a writer and a reader thread.
import { MetricStoreFacade } from './facade.ts';
import type { MetricStore, MetricStoreOptions } from './types.ts';

export type * from './types.ts';

/**
 * Opens or makes the store in `<dir>/metrics`. Rejects with LW_STORE_NEWER_FORMAT when a later version wrote it, and with
 * LW_STORE_FAILED when it cannot be opened.
 */
export const openMetricStore = (options: MetricStoreOptions): Promise<MetricStore> => MetricStoreFacade.open(options);
