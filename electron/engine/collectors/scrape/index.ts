// Scrapes targets as Prometheus does: scrape_configs in, their series with `up` and staleness out.
export { expandScrapeConfigs, scrapeConfigsSchema } from './config.ts';
export type { ScrapeConfigs, ScrapeGlobals } from './config.ts';
export type { MetricMetadata } from './metadata.ts';
export { startScrapeTarget } from './scrape-target.ts';
export type { ScrapeTarget, ScrapeTargetOptions } from './scrape-target.ts';
export { checkFormUrl, formTarget } from './target.ts';
export type { TargetAuth, TargetConfig } from './target.ts';
export { testTarget } from './test-target.ts';
// For tests and the bench, which read bodies without a target.
export { ExpositionParser, formatCanonicalFloat, parseFloatStrict } from './exposition/index.ts';
export type * from './exposition/index.ts';
