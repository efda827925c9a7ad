// Scrape targets for the window.
import type { ScrapeTargets } from '../../../../shared/contract/index.ts';
import type { Sources } from '../../sources/index.ts';

/** Dropped targets that are shown of one job. */
const MAX_DROPPED = 200;

export function scrapeTargets(sources: Pick<Sources, 'targets' | 'targetJobs'>): ScrapeTargets {
  return {
    targets: sources.targets().map(({ deviceId, target, status }) => {
      const { lastError, lastSuccessMs, lastScrapeMs } = status;
      const hasFailed = lastError !== null && lastError.atMs > (lastSuccessMs ?? 0);
      return {
        deviceId,
        job: target.pool,
        instance: target.instance,
        labels: { ...target.labels },
        discoveredLabels: { ...target.discoveredLabels },
        url: target.shownUrl,
        state: lastScrapeMs === null ? 'unknown' : hasFailed ? 'down' : 'up',
        error: lastError?.message ?? '',
        samples: status.samples,
        durationMs: status.lastDurationMs,
        intervalMs: target.intervalMs,
        timeoutMs: target.timeoutMs,
        lastScrapeMs,
        nextScrapeMs: status.nextScrapeMs,
      };
    }),
    jobs: sources.targetJobs().map(({ job, active, droppedCount, dropped, errors }) => ({
      job,
      active,
      droppedCount,
      dropped: dropped
        .slice(0, MAX_DROPPED)
        .map(({ discoveredLabels, reason }) => ({ discoveredLabels: { ...discoveredLabels }, reason })),
      errors: [...errors],
    })),
  };
}
