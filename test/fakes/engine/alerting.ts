// Alerts, silences and routes of the fake network: the engine's own code over tables in memory, told to nobody.
import {
  createAlertDesk,
  createAlertRouter,
  createMaintenance,
  defaultRouting,
} from '../../../electron/engine/alerting/index.ts';
import { systemClock } from '../../../electron/engine/clock.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { Alert, HeartbeatForm, HeartbeatShown } from '../../../shared/contract/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { memoryNotifications } from './notifications.ts';

export function createFakeAlerting(alerts: () => readonly Alert[], onChange: () => void) {
  const kept = new Map<string, unknown>();
  const deviceOf = (labels: Readonly<Record<string, string>>): string | undefined =>
    alerts().find((alert) => Object.entries(alert.labels).every(([name, value]) => labels[name] === value))?.deviceId ??
    undefined;
  const maintenance = createMaintenance({
    settings: { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) },
    deviceOf,
    clock: systemClock,
    onChange,
  });
  const router = createAlertRouter({
    routing: defaultRouting({ hasDesktop: true }),
    table: memoryNotifications(),
    clock: systemClock,
    logger: silentLogger,
    externalUrl: () => '',
    publish: () => true,
    deviceOf,
    suppressedBy: (alert, atMs) => maintenance.suppressedBy(alert, atMs),
    onChange,
    onWritten: () => {},
  });
  router.put(
    alerts()
      .filter(({ state }) => state === 'firing')
      .map((alert) => ({
        labels: Labels.fromRecord(alert.labels),
        annotations: alert.annotations,
        startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
        endsAtMs: Date.now() + 86_400_000,
        generatorUrl: '',
      })),
  );
  let heartbeat: HeartbeatShown = {
    setBy: null,
    origin: null,
    intervalMs: 300_000,
    lastSentAtMs: null,
    trouble: null,
  };
  return {
    maintenance,
    desk: createAlertDesk({
      router,
      own: alerts,
      history: () =>
        alerts().map((alert) => ({
          ...alert,
          ruleKey: alert.name,
          value: typeof alert.value === 'number' ? alert.value : Number.NaN,
        })),
      maintenance,
      deviceOf,
      clock: systemClock,
      onChange,
    }),
    heartbeat: {
      shown: () => heartbeat,
      change({ url, intervalMs }: HeartbeatForm): HeartbeatShown {
        const origin = url === undefined ? heartbeat.origin : url === null ? null : new URL(url).origin;
        heartbeat = { ...heartbeat, setBy: origin === null ? null : 'window', origin, intervalMs };
        return heartbeat;
      },
    },
  };
}
