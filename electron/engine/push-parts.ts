// The push API and the tokens of /metrics, put together with the engine's other parts.
import path from 'node:path';
import type { Clock } from './clock.ts';
import { createPush, type Push } from './collectors/push/index.ts';
import type { LoadedConfig } from './config/index.ts';
import type { Inventory } from './inventory/index.ts';
import { createMetricsTokens, type MetricsTokens } from './keys/index.ts';
import type { Senders } from './senders/index.ts';
import type { DeviceServices } from './sources/index.ts';
import type { MetricAppender } from './store/metrics/index.ts';
import type { StateStore } from './store/state/index.ts';
import type { Logger, Registry } from './telemetry/index.ts';

/** Where it is not set, the file is read at the start only. */
const METRICS_TOKEN_VARIABLE = 'LINEWARDEN_METRICS_TOKEN';

export type PushPartsOptions = {
  readonly loaded: LoadedConfig;
  readonly inForce: () => LoadedConfig;
  readonly state: StateStore;
  readonly appender: MetricAppender;
  readonly inventory: Inventory;
  readonly senders: Senders;
  readonly devices: DeviceServices;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
  readonly onWritten: (error: unknown) => void;
};

export type PushParts = {
  readonly push: Push;
  readonly metricsTokens: MetricsTokens;
  /** The same, with what was pushed last beside what collectors tell. */
  readonly devices: DeviceServices;
};

/** Throws LW_PUSH_* and LW_HTTP_BAD_TOKEN_FILE where keys and tokens of files cannot be had. */
export function createPushParts(options: PushPartsOptions): PushParts {
  const { loaded, inForce, state, inventory, senders, devices, clock } = options;
  const push = createPush({
    section: loaded.config.push,
    baseDir: loaded.baseDir,
    appender: options.appender,
    rows: state.pushed,
    device: ({ kind, id, name, address, mayCreate }) => senders.contact({ kind, key: id, name, address, mayCreate }),
    isDevice: (id) => inventory.get(id) !== undefined,
    forgetDevice: (id) => void senders.remove(id, false),
    telemetry: (id, atMs) => inventory.presence.telemetry(id, atMs),
    sites: () => sitesOf(inForce().config, devices),
    registry: options.registry,
    clock,
    logger: options.logger,
    onChange: options.onChange,
    onWritten: options.onWritten,
  });
  const { metrics_token_file: file } = loaded.config.http;
  return {
    push,
    metricsTokens: createMetricsTokens({
      settings: state.settings,
      file: file === undefined ? undefined : path.resolve(loaded.baseDir, file),
      environment: process.env[METRICS_TOKEN_VARIABLE],
      clock,
    }),
    devices: {
      ...devices,
      collectors: (id) => [...devices.collectors(id), ...pushedOf(push, inventory, id)],
      async remove(id) {
        const removed = await devices.remove(id);
        if (removed) push.removeDevice(id);
        return removed;
      },
    },
  };
}

function pushedOf(push: Push, inventory: Inventory, id: string): ReturnType<DeviceServices['collectors']> {
  const last = push.reportOf(id);
  if (last === undefined) return [];
  return [
    {
      name: 'push',
      enabled: true,
      intervalMs: inventory.get(id)?.intervalMs ?? 0,
      lastSuccessMs: last.atMs,
      lastDurationMs: null,
      lastError: null,
      reads: 'what it reports by the push API',
      samples: last.samples,
      warning: last.warning,
    },
  ];
}

/** The sites that labels of the config and of the window tell apart. */
function sitesOf(config: LoadedConfig['config'], devices: DeviceServices): string[] {
  const labels = [
    config.global.external_labels,
    ...config.routeros.map((router) => router.labels),
    ...config.devices.map((device) => device.labels),
    ...config.scrape_configs.flatMap(({ static_configs: groups }) => groups.map((group) => group.labels)),
    ...devices.stored().map((device) => (device.kind === 'router' ? (device.form.labels ?? {}) : {})),
  ];
  return labels.flatMap(({ site = '' }) => (site === '' ? [] : [site]));
}
