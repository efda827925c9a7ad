// How the engine does, for the window and for /healthz.
import type { Alert, EngineHealth } from '../../shared/contract/index.ts';
import type { HealthCounts } from './api/http/index.ts';
import type { Clock } from './clock.ts';
import type { Push } from './collectors/push/index.ts';
import type { Inventory } from './inventory/index.ts';
import type { MetricStore } from './store/metrics/index.ts';

export function createEngineHealth(parts: {
  readonly problems: ReadonlyMap<string, string>;
  readonly store: Pick<MetricStore, 'status'>;
  readonly samplesPerSecond: () => number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly inventory: Pick<Inventory, 'list'>;
  readonly push: Pick<Push, 'counts'>;
  readonly alerting: { alerts(): readonly Alert[] };
}): { health(): Promise<EngineHealth>; counts(): Promise<HealthCounts> } {
  const { problems, store, samplesPerSecond, inventory, push, alerting } = parts;
  const health = async (): Promise<EngineHealth> => {
    // While the store's thread is started again, what is wrong can be told all the more.
    const status = await store.status().catch(() => undefined);
    return {
      ok: problems.size === 0,
      problems: [...problems.values()],
      series: status?.series ?? 0,
      samplesPerSecond: samplesPerSecond(),
      storeBytes: status?.diskBytes ?? 0,
      rssBytes: process.memoryUsage.rss(),
    };
  };
  return {
    health,
    async counts() {
      const { series, samplesPerSecond: rate } = await health();
      const devices = inventory.list();
      return {
        version: parts.version,
        uptime_seconds: Math.round((parts.clock.now() - parts.startedAtMs) / 1_000),
        devices: devices.length,
        devices_online: devices.filter(({ state }) => state === 'online' || state === 'degraded').length,
        push_clients: push.counts().clients,
        push_headends: push.counts().headends,
        alerts_firing: alerting.alerts().filter(({ state }) => state === 'firing').length,
        series,
        samples_per_second: Math.round(rate),
        problems: problems.size,
      };
    },
  };
}
