// A message as templates see it: Alertmanager's data, with its methods.
import type { Message, Texts, ToldAlert } from '../../delivery/message.ts';
import { GoTime, type GoValue, MethodList, MethodMap, Struct } from '../../template/index.ts';
import { quoteMeta } from '../receiver-name.ts';

/** Go's zero time, which an alert that fires has as its end. */
const ZERO_TIME_MS = -62_135_596_800_000;

export function templateData(message: Message): GoValue {
  return struct('template.Data', {
    Receiver: quoteMeta(message.receiver),
    Status: message.status,
    Alerts: alertList('template.Alerts', message.alerts),
    NotificationReason: message.reason,
    GroupLabels: keyValues(message.groupLabels),
    CommonLabels: keyValues(message.commonLabels),
    CommonAnnotations: keyValues(message.commonAnnotations),
    RouteLabels: keyValues(message.routeLabels),
    ExternalURL: message.externalUrl,
  });
}

const struct = (type: string, fields: Readonly<Record<string, GoValue>>): Struct =>
  new Struct(type, new Map(Object.entries(fields)));

const alertData = (alert: ToldAlert): Struct =>
  struct('template.Alert', {
    Status: alert.status,
    Labels: keyValues(alert.labels),
    Annotations: keyValues(alert.annotations),
    StartsAt: GoTime.fromMs(alert.startsAtMs),
    EndsAt: GoTime.fromMs(alert.endsAtMs ?? ZERO_TIME_MS),
    GeneratorURL: alert.generatorUrl,
    Fingerprint: alert.fingerprint,
  });

function alertList(type: string, alerts: readonly ToldAlert[]): MethodList {
  const only = (status: ToldAlert['status']) => () =>
    alertList(
      '[]template.Alert',
      alerts.filter((alert) => alert.status === status),
    );
  return new MethodList(
    type,
    alerts.map(alertData),
    type === 'template.Alerts' ? { Firing: only('firing'), Resolved: only('resolved') } : {},
  );
}

function keyValues(texts: Texts): MethodMap {
  const pairs = sortedPairs(texts);
  return new MethodMap(
    'template.KV',
    new Map(Object.entries(texts)),
    {
      SortedPairs: () => pairList(pairs),
      Names: () => pairs.map(([name]) => name),
      Values: () => pairs.map(([, value]) => value),
      Remove: ([names]) => {
        const removed = new Set(Array.isArray(names) ? names : []);
        return keyValues(Object.fromEntries(pairs.filter(([name]) => !removed.has(name))));
      },
      String: () => pairText(pairs),
    },
    () => pairText(pairs),
  );
}

const rank = (name: string): number => (name === 'alertname' ? 0 : 1);

type Pair = readonly [name: string, value: string];

/** The alert's name first, then by name. */
function sortedPairs(texts: Texts): Pair[] {
  return Object.entries(texts).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const pairText = (pairs: readonly Pair[]): string => pairs.map(([name, value]) => `${name}=${value}`).join(', ');

const pairList = (pairs: readonly Pair[]): MethodList =>
  new MethodList(
    'template.Pairs',
    pairs.map(([Name, Value]) => struct('template.Pair', { Name, Value })),
    {
      Names: () => pairs.map(([name]) => name),
      Values: () => pairs.map(([, value]) => value),
      String: () => pairText(pairs),
    },
    pairText(pairs),
  );
