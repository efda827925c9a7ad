// The engine's own metrics: kept in a registry for /metrics, and scraped from there into the store every 15 seconds.
import { hostname } from 'node:os';
import { Labels } from '../../shared/model/labels.ts';
import type { Clock } from './clock.ts';
import { TargetSession } from './ingest/index.ts';
import type { MetricStore, StoreStatus } from './store/metrics/index.ts';
import type { Logger, Registry } from './telemetry/index.ts';

const INTERVAL_MS = 15_000;

export type SelfScrape = { stop(): Promise<void>; samplesPerSecond(): number };

export function createSelfScrape(options: {
  registry: Registry;
  store: MetricStore;
  clock: Clock;
  logger: Logger;
  problems: () => number;
  /** Told the store's state at each scrape. */
  onStatus: (status: StoreStatus) => Promise<void>;
}): SelfScrape {
  const { registry, store, clock, logger } = options;
  const gauge = (name: string, help: string, value: () => number): void =>
    registry.add({ name, help, type: 'gauge', value });
  const counter = (name: string, help: string, value: () => number): void =>
    registry.add({ name, help, type: 'counter', value });
  let status: StoreStatus | undefined;
  counter(
    'linewarden_samples_appended_total',
    'Samples committed to the metric store.',
    () => status?.appendedSamples ?? 0,
  );
  counter(
    'linewarden_samples_out_of_order_total',
    'Samples refused as too old or contradicting a stored one.',
    () => status?.outOfOrderSamples ?? 0,
  );
  counter(
    'linewarden_samples_over_limit_total',
    'Samples refused because a series limit was reached.',
    () => status?.overLimitSamples ?? 0,
  );
  gauge('linewarden_problems', 'Problems that the engine shows just now.', options.problems);
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () =>
    Math.floor(Date.now() / 1000 - process.uptime()),
  );

  const session = new TargetSession(store);
  const identity = { job: 'linewarden', instance: hostname() };
  let last = { atMs: clock.monotonic(), samples: 0 };
  let perSecond = 0;

  const scrape = async (): Promise<void> => {
    status = await store.status();
    await options.onStatus(status);
    const nowMs = clock.monotonic();
    const fresh = Math.max(0, status.appendedSamples - last.samples);
    perSecond = fresh / Math.max(1, (nowMs - last.atMs) / 1000);
    last = { atMs: nowMs, samples: status.appendedSamples };
    const batch = session.begin(clock.now());
    batch.addLabels(Labels.of('up', identity), 1);
    for (const { name, labels, value } of registry.samples()) {
      batch.addLabels(Labels.of(name, { ...labels, ...identity }), value);
    }
    await batch.commit();
  };

  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A store that is paused must not pile up scrapes.
    running ??= scrape()
      .catch((error: unknown) => logger.warn({ err: error }, 'own metrics were not stored'))
      .finally(() => {
        running = undefined;
      });
  }, INTERVAL_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
    samplesPerSecond: () => perSecond,
  };
}
