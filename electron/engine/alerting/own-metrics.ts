// What is told of our own notifications at /metrics.
import type { Registry } from '../telemetry/index.ts';
import type { AlertRouter, DeliveryCount } from './alert-router.ts';
import type { Heartbeat } from './heartbeat/index.ts';

export function registerNotificationMetrics(
  registry: Pick<Registry, 'add'>,
  router: Pick<AlertRouter, 'counts' | 'waiting'>,
  now: () => number,
): void {
  registry.add({
    name: 'linewarden_notifications_total',
    help: 'Attempts to tell a receiver, by how they ended; what failed is tried again where that may help.',
    type: 'counter',
    value: () =>
      receiversOf(router.counts()).flatMap(({ receiver, kind, delivered, failed }) => [
        { labels: { receiver, kind, result: 'delivered' }, value: delivered },
        { labels: { receiver, kind, result: 'failed' }, value: failed },
      ]),
  });
  registry.add({
    name: 'linewarden_notification_queue_length',
    help: 'Messages that wait to be delivered.',
    type: 'gauge',
    value: () => router.waiting().length,
  });
  registry.add({
    name: 'linewarden_notification_queue_oldest_seconds',
    help: 'How long the oldest message has waited to be delivered; 0 when none does.',
    type: 'gauge',
    value: () => Math.max(0, ...router.waiting().map(({ queuedAtMs }) => (now() - queuedAtMs) / 1_000)),
  });
}

/** Without a heartbeat there is nothing to tell. */
export function registerHeartbeatMetrics(
  registry: Pick<Registry, 'add'>,
  heartbeat: Pick<Heartbeat, 'counts' | 'shown'>,
): void {
  const ifSet = <T>(value: () => T): T | undefined => (heartbeat.shown().setBy === null ? undefined : value());
  registry.add({
    name: 'linewarden_heartbeats_total',
    help: 'Heartbeats, by how they went; one is withheld while rules are not evaluated.',
    type: 'counter',
    value: () =>
      ifSet(() => Object.entries(heartbeat.counts()).map(([result, value]) => ({ labels: { result }, value }))),
  });
  registry.add({
    name: 'linewarden_heartbeat_last_sent_timestamp_seconds',
    help: 'When the last heartbeat was taken; 0 when none was since the start.',
    type: 'gauge',
    value: () => ifSet(() => (heartbeat.shown().lastSentAtMs ?? 0) / 1_000),
  });
}

type Sum = Pick<DeliveryCount, 'receiver' | 'kind' | 'delivered' | 'failed'>;

/** A receiver may have several ways of one kind. */
function receiversOf(counts: readonly DeliveryCount[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { receiver, kind, delivered, failed } of counts) {
    const key = `${kind}/${receiver}`;
    const sum = sums.get(key) ?? { receiver, kind, delivered: 0, failed: 0 };
    sums.set(key, { ...sum, delivered: sum.delivered + delivered, failed: sum.failed + failed });
  }
  return [...sums.values()];
}
