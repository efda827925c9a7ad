// The body of a webhook, as Alertmanager writes it.
import type { Message, ToldAlert } from '../../delivery/message.ts';
import { GoTime } from '../../template/index.ts';
import { quoteMeta } from '../receiver-name.ts';

/** While an alert fires it has no end; Go's zero time says so. */
const NO_END = '0001-01-01T00:00:00Z';

/** Up to then JavaScript writes times as Go does, a hundred times as fast as a layout is followed. */
const END_OF_9999_MS = Date.UTC(9999, 11, 31);

/** RFC 3339 without trailing zeros, as Go writes times in JSON. */
export const goTimestamp = (ms: number): string =>
  ms >= 0 && ms < END_OF_9999_MS
    ? new Date(Math.round(ms)).toISOString().replace(/\.?0+Z$/, 'Z')
    : GoTime.fromMs(ms).format('2006-01-02T15:04:05.999999999Z07:00');

/** In Alertmanager's words. */
const REASONS: Readonly<Record<string, string>> = {
  first: 'first notification',
  firing: 'new alerts added',
  resolved: 'some alerts resolved',
  'all-resolved': 'all alerts resolved',
  repeat: 'repeat interval elapsed',
};

/** `maxAlerts` 0: all. */
export function webhookPayload(message: Message, maxAlerts: number): Readonly<Record<string, unknown>> {
  const alerts = maxAlerts > 0 ? message.alerts.slice(0, maxAlerts) : message.alerts;
  return {
    receiver: quoteMeta(message.receiver),
    status: message.status,
    alerts: alerts.map(payloadAlert),
    notification_reason: REASONS[message.reason] ?? 'unknown',
    groupLabels: message.groupLabels,
    commonLabels: message.commonLabels,
    commonAnnotations: message.commonAnnotations,
    routeLabels: message.routeLabels,
    externalURL: message.externalUrl,
    version: '4',
    groupKey: message.groupKey,
    truncatedAlerts: message.alerts.length - alerts.length,
  };
}

const payloadAlert = (alert: ToldAlert): Readonly<Record<string, unknown>> => ({
  status: alert.status,
  labels: alert.labels,
  annotations: alert.annotations,
  startsAt: goTimestamp(alert.startsAtMs),
  endsAt: alert.endsAtMs === null ? NO_END : goTimestamp(alert.endsAtMs),
  generatorURL: alert.generatorUrl,
  fingerprint: alert.fingerprint,
});
