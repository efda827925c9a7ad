// Alerts, groups and silences as Alertmanager's API v2 writes them.
import type {
  AlertRouter,
  AlertStatus,
  GroupState,
  Matcher,
  RoutedAlert,
  Silence,
  SilenceState,
} from '../../../alerting/index.ts';

/** The part of the router that the shapes ask. */
export type AlertSource = Pick<AlertRouter, 'alerts' | 'status' | 'routes' | 'groups'>;

/** With what is asked of it more than once. */
export type KnownAlert = {
  readonly alert: RoutedAlert;
  readonly status: AlertStatus;
  readonly receivers: readonly string[];
};

const time = (atMs: number): string => new Date(atMs).toISOString();

export function knownAlert(router: AlertSource, alert: RoutedAlert): KnownAlert {
  const receivers = new Set(router.routes(alert.labels).map(({ receiver }) => receiver));
  return { alert, status: router.status(alert), receivers: [...receivers] };
}

export function encodeAlert({ alert, status, receivers }: KnownAlert): object {
  const { state, silencedBy, inhibitedBy, suppressedBy } = status;
  // What is our own (maintenance, a parent that is offline) has no other place there.
  const mutedBy = suppressedBy === undefined ? status.mutedBy : [...status.mutedBy, suppressedBy];
  return {
    annotations: alert.annotations,
    endsAt: time(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: time(alert.startsAtMs),
    status: { inhibitedBy, mutedBy, silencedBy, state },
    updatedAt: time(alert.updatedAtMs),
    ...(alert.generatorUrl !== '' && { generatorURL: alert.generatorUrl }),
    labels: alert.labels.toRecord(),
  };
}

export const encodeGroup = ({ route, labels }: GroupState, alerts: readonly KnownAlert[]): object => ({
  alerts: alerts.map(encodeAlert),
  labels: labels.toRecord(),
  receiver: { name: route.receiver },
  routeLabels: route.labels,
});

const encodeMatcher = ({ name, op, value }: Matcher): object => ({
  isEqual: op === '=' || op === '=~',
  isRegex: op === '=~' || op === '!~',
  name,
  value,
});

export const encodeSilence = (silence: Silence, state: SilenceState): object => ({
  id: silence.id,
  status: { state },
  updatedAt: time(silence.updatedAtMs),
  comment: silence.comment,
  createdBy: silence.createdBy,
  endsAt: time(silence.endsAtMs),
  matchers: silence.matchers.map(encodeMatcher),
  startsAt: time(silence.startsAtMs),
});
