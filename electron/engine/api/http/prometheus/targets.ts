// Scrape targets as Prometheus's API shows them: /api/v1/targets and /api/v1/scrape_pools.
import type { ScrapedTarget } from '../../../sources/index.ts';

const time = (atMs: number | null): string => (atMs === null ? '0001-01-01T00:00:00Z' : new Date(atMs).toISOString());

export function encodeTargets(targets: readonly ScrapedTarget[], state: string, pool: string): object {
  const shown = targets.filter(({ target }) => pool === '' || target.job === pool);
  const active = shown.map(({ target, status }) => {
    const { lastError, lastSuccessMs } = status;
    const failed = lastError !== null && lastError.atMs > (lastSuccessMs ?? 0);
    const lastScrapeMs = failed ? lastError.atMs : lastSuccessMs;
    return {
      discoveredLabels: { ...target.labels, __address__: new URL(target.url).host },
      labels: target.labels,
      scrapePool: target.job,
      scrapeUrl: target.url,
      globalUrl: target.url,
      lastError: failed ? lastError.message : '',
      lastScrape: time(lastScrapeMs),
      lastScrapeDuration: (status.lastDurationMs ?? 0) / 1000,
      health: lastScrapeMs === null ? 'unknown' : failed ? 'down' : 'up',
      scrapeInterval: `${target.intervalMs / 1000}s`,
      scrapeTimeout: `${target.timeoutMs / 1000}s`,
    };
  });
  return {
    ...(state === 'dropped' ? { activeTargets: [] } : { activeTargets: active }),
    droppedTargets: [],
    droppedTargetCounts: Object.fromEntries([...new Set(shown.map(({ target }) => target.job))].map((job) => [job, 0])),
  };
}

export const encodePools = (targets: readonly ScrapedTarget[]): object => ({
  scrapePools: [...new Set(targets.map(({ target }) => target.job))].toSorted(),
});
