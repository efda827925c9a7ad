// What a receiver is told of a group: Alertmanager's data of webhooks and templates.
import { Labels } from '../../../../shared/model/labels.ts';
import { isResolvedAt, type RoutedAlert } from '../routing/alert.ts';
import type { GroupMessage } from '../routing/dispatcher.ts';

export type Texts = Readonly<Record<string, string>>;

export type ToldAlert = {
  readonly status: 'firing' | 'resolved';
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly startsAtMs: number;
  /** Null while it fires. */
  readonly endsAtMs: number | null;
  readonly generatorUrl: string;
  readonly fingerprint: string;
};

/** Plain data: it waits in state.db until it is delivered. */
export type Message = {
  readonly receiver: string;
  readonly groupKey: string;
  /** Resolved only where all alerts are. */
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly ToldAlert[];
  readonly groupLabels: Texts;
  /** Of the route itself, as the file names them. */
  readonly routeLabels: Texts;
  readonly commonLabels: Texts;
  readonly commonAnnotations: Texts;
  readonly reason: string;
  readonly externalUrl: string;
  readonly atMs: number;
};

export function messageOf(group: GroupMessage, externalUrl: string): Message {
  const { atMs } = group;
  const alerts = group.alerts.map((alert) => toldAlert(alert, atMs));
  return {
    receiver: group.integration.receiver,
    groupKey: group.groupKey,
    status: alerts.every(({ status }) => status === 'resolved') ? 'resolved' : 'firing',
    alerts,
    groupLabels: { ...group.groupLabels.toRecord() },
    routeLabels: group.routeLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    reason: group.reason,
    externalUrl,
    atMs,
  };
}

function toldAlert(alert: RoutedAlert, atMs: number): ToldAlert {
  const isResolved = isResolvedAt(alert, atMs);
  return {
    status: isResolved ? 'resolved' : 'firing',
    labels: { ...alert.labels.toRecord() },
    annotations: alert.annotations,
    startsAtMs: alert.startsAtMs,
    endsAtMs: isResolved ? alert.endsAtMs : null,
    generatorUrl: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

/** The pairs that all have; none where there are none. */
function common(all: readonly Texts[]): Texts {
  const [first, ...others] = all;
  if (first === undefined) return {};
  const shared = Object.entries(first).filter(([name, value]) => others.every((each) => each[name] === value));
  return { ...Labels.fromPairs(shared).toRecord() };
}
