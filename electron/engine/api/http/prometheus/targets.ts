// Scrape targets as Prometheus's API shows them: targets, targets/metadata and scrape_pools.
import { formatDurationMs } from '../../../../../shared/model/duration.ts';
import type { LabelMatcher } from '../../../promql/index.ts';
import { compileMatcher } from '../../../promql/index.ts';
import type { ScrapedTarget, TargetJobs } from '../../../sources/index.ts';

const time = (atMs: number | null): string => (atMs === null ? '0001-01-01T00:00:00Z' : new Date(atMs).toISOString());

export function encodeTargets(
  targets: readonly ScrapedTarget[],
  jobs: TargetJobs,
  state: string,
  pool: string,
): object {
  const active = targets
    .filter(({ target }) => pool === '' || target.pool === pool)
    .map(({ target, status }) => {
      const { lastError, lastSuccessMs } = status;
      const failed = lastError !== null && lastError.atMs > (lastSuccessMs ?? 0);
      const lastScrapeMs = failed ? lastError.atMs : lastSuccessMs;
      return {
        discoveredLabels: target.discoveredLabels,
        labels: target.labels,
        scrapePool: target.pool,
        scrapeUrl: target.shownUrl,
        globalUrl: target.shownUrl,
        lastError: failed ? lastError.message : '',
        lastScrape: time(lastScrapeMs),
        lastScrapeDuration: (status.lastDurationMs ?? 0) / 1000,
        health: lastScrapeMs === null ? 'unknown' : failed ? 'down' : 'up',
        scrapeInterval: formatDurationMs(target.intervalMs),
        scrapeTimeout: formatDurationMs(target.timeoutMs),
      };
    });
  const shownJobs = jobs.filter(({ job }) => pool === '' || job === pool);
  return {
    activeTargets: ['', 'any', 'active'].includes(state) ? active : [],
    droppedTargets: ['', 'any', 'dropped'].includes(state)
      ? shownJobs.flatMap(({ dropped }) => dropped.map(({ discoveredLabels }) => ({ discoveredLabels })))
      : [],
    droppedTargetCounts: Object.fromEntries([
      ...active.map(({ scrapePool }) => [scrapePool, 0] as const),
      ...shownJobs.map(({ job, droppedCount }) => [job, droppedCount] as const),
    ]),
  };
}

export const encodePools = (targets: readonly ScrapedTarget[], jobs: TargetJobs): object => ({
  scrapePools: [...new Set([...targets.map(({ target }) => target.pool), ...jobs.map(({ job }) => job)])].toSorted(),
});

export type TargetMetadataFilter = {
  /** None: all targets. */
  readonly matchers: readonly LabelMatcher[];
  /** '': all metrics, each told by its name. */
  readonly metric: string;
  /** Entries at most; 0: no limit. */
  readonly limit: number;
};

export function encodeTargetMetadata(targets: readonly ScrapedTarget[], filter: TargetMetadataFilter): object[] {
  const tests = filter.matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
  const limit = filter.limit > 0 ? filter.limit : Number.MAX_SAFE_INTEGER;
  const told: object[] = [];
  for (const { target, metadata } of targets) {
    if (!tests.every(({ name, test }) => test(target.labels[name] ?? ''))) continue;
    const entries = Object.entries(metadata()).filter(([name]) => filter.metric === '' || name === filter.metric);
    for (const [name, kinds] of entries) {
      for (const { type, help, unit } of kinds) {
        if (told.length >= limit) return told;
        told.push({ target: target.labels, ...(filter.metric === '' ? { metric: name } : {}), type, help, unit });
      }
    }
  }
  return told;
}
