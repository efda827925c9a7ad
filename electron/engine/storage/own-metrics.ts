// The store's fill as Linewarden's own metrics, so that it can be graphed and alerted on.
import { resolutionName } from '../../../shared/model/retention.ts';
import type { StoreStatus } from '../store/metrics/index.ts';
import type { OwnMetric, Registry } from '../telemetry/index.ts';

export type Seen = {
  readonly status: StoreStatus;
  readonly maxBytes: number;
  readonly maxSeries: number;
  readonly filesSetAside: number;
};

const SECONDS_PER_DAY = 86_400;

/** @param seen what was seen last; undefined before the first look */
export function registerStorageMetrics(registry: Pick<Registry, 'add'>, seen: () => Seen | undefined): void {
  const gauge = (name: string, help: string, value: (now: Seen) => ReturnType<OwnMetric['value']>): void =>
    registry.add({
      name: `linewarden_storage_${name}`,
      help,
      type: 'gauge',
      value: () => {
        const now = seen();
        return now === undefined ? undefined : value(now);
      },
    });
  gauge('bytes', 'Size of the stored metrics on disk, by resolution; tier="head" is what is in none.', ({ status }) => {
    const tiers = status.tiers.map(({ resolutionMs, bytes }) => ({
      labels: { tier: resolutionName(resolutionMs) },
      value: bytes,
    }));
    const rest = status.diskBytes - tiers.reduce((sum, { value }) => sum + value, 0);
    return [...tiers, { labels: { tier: 'head' }, value: Math.max(0, rest) }];
  });
  gauge('max_bytes', 'The most that the stored metrics may take.', ({ maxBytes }) => maxBytes);
  gauge('growth_bytes_per_second', 'How fast the stored metrics grow, over the last days.', ({ status }) =>
    status.growthBytesPerDay === undefined ? undefined : status.growthBytesPerDay / SECONDS_PER_DAY,
  );
  gauge(
    'full_timestamp_seconds',
    'When limit or disk are full as the metrics grow now; absent while neither will be.',
    ({ status }) => (status.fullAtMs === undefined ? undefined : status.fullAtMs / 1_000),
  );
  gauge('series', 'Series with recent samples.', ({ status }) => status.series);
  gauge('max_series', 'How many series may have recent samples at once.', ({ maxSeries }) => maxSeries);
  gauge('head_samples', 'Samples that are not yet sealed into chunks.', ({ status }) => status.headSamples);
  gauge(
    'files_set_aside',
    'Damaged files that were set aside and still lie there.',
    ({ filesSetAside }) => filesSetAside,
  );
}
