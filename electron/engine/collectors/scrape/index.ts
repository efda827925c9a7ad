// Scrapes targets as Prometheus does: scrape_configs in, their series with `up` and staleness out.
export { scrapeConfigFileSchema, scrapeConfigsSchema, scrapeLimitFields, withGlobalLimits } from './config.ts';
export type { ScrapeConfig, ScrapeConfigs } from './config.ts';
export { targetGroupSchema } from './discovery/index.ts';
export { jobTargets } from './job-targets.ts';
export type { DroppedTarget, ScrapeGlobals } from './job-targets.ts';
export { filesOfJob, withAbsoluteFiles } from './job-files.ts';
export type { MetricMetadata } from './metadata.ts';
export { startScrapeTarget } from './scrape-target.ts';
export type { ScrapeStatus, ScrapeTarget, ScrapeTargetOptions } from './scrape-target.ts';
export { checkFormUrl, formTarget } from './target.ts';
export { createTargetPools } from './target-pools.ts';
export type { JobState, TargetPools } from './target-pools.ts';
export type { TargetConfig } from './target.ts';
export { testTarget } from './test-target.ts';
// For tests and the bench, which read bodies without a target.
export { ExpositionParser, formatCanonicalFloat, parseFloatStrict } from './exposition/index.ts';
export type * from './exposition/index.ts';
