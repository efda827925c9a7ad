// Alertmanager's own acceptance scenarios, routing cases and matcher texts, on a fake clock.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { Alerts } from '../../../../electron/engine/alerting/routing/alerts.ts';
import { type RoutingConfig, routingSchema } from '../../../../electron/engine/alerting/routing/config.ts';
import {
  Dispatcher,
  type GroupMessage,
  type Integration,
} from '../../../../electron/engine/alerting/routing/dispatcher.ts';
import { matcher, MatcherError, parseMatchers } from '../../../../electron/engine/alerting/routing/matcher.ts';
import type { LogEntry } from '../../../../electron/engine/alerting/routing/notification-log.ts';
import { routesOf, routeTree } from '../../../../electron/engine/alerting/routing/route.ts';
import { Silences } from '../../../../electron/engine/alerting/routing/silence.ts';
import { formatDurationMs } from '../../../../shared/model/duration.ts';
import { Labels } from '../../../../shared/model/labels.ts';

type Texts = Record<string, string>;
type Told = { labels: Texts; annotations?: Texts; starts_at: number; ends_at?: number };
type Posted = { labels: Texts; annotations?: Texts; starts_at?: number; ends_at?: number };
type Scenario = {
  name: string;
  tolerance_s: number;
  config_yaml: string;
  portable: boolean;
  note?: string;
  run_until?: number;
  events: {
    at: number;
    post_alerts?: Posted[];
    set_silence?: {
      starts_at: number;
      ends_at: number;
      matchers: { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
    };
  }[];
  expect_notifications: { receiver: string; between: [number, number]; alerts: Told[] }[];
  receiver_behaviour?: Texts;
};
type Data = {
  scenarios: Scenario[];
  routing: {
    config_yaml: string;
    cases: {
      labels: Texts;
      routes: {
        group_by: string[];
        group_by_all: boolean;
        group_wait: string;
        group_interval: string;
        repeat_interval: string;
        receiver: string;
      }[];
    }[];
  };
  matcher_syntax: {
    name: string;
    input: string;
    valid: boolean;
    matchers?: { op: string; name: string; value: string }[];
  }[];
};

const conformance =
  process.env['LINEWARDEN_CONFORMANCE'] ?? path.resolve(import.meta.dirname, '../../../../../shared/conformance');
const file = path.join(conformance, 'alertmanager/scenarios.json');
const data: Data = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Data)
  : { scenarios: [], routing: { config_yaml: '', cases: [] }, matcher_syntax: [] };
const reason = existsSync(file) ? '' : ' (skipped: no conformance data)';

const webhook = z.looseObject({ url: z.string(), send_resolved: z.boolean().default(true) });
type Webhook = z.infer<typeof webhook>;

const integrationsOf = ({ receivers }: RoutingConfig): Integration[] =>
  receivers.flatMap(({ name, integrations }) =>
    integrations.map((config) => ({
      receiver: name,
      config,
      sendResolved: (config.settings as Webhook).send_resolved,
    })),
  );

const keyOf = (groupKey: string, { receiver, config: { kind, index } }: Integration): string =>
  JSON.stringify([groupKey, receiver, kind, index]);

const ms = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1_000);

/** A mock that answers 200 but forgets what comes before a moment: the data tells it in words. */
function deafUntil(behaviour: string | undefined): number {
  const match = /discards everything received before t=([\d.]+)/.exec(behaviour ?? '');
  if (behaviour !== undefined && match === null) throw new Error(`a behaviour that is not known here: ${behaviour}`);
  return Number(match?.[1] ?? 0);
}

describe.skipIf(reason !== '')(`Alertmanager's scenarios${reason}`, () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  it.for(data.scenarios)('$name', async (scenario, context) => {
    context.skip(!scenario.portable, scenario.note);
    const config = routingSchema({ webhook }).parse(parse(scenario.config_yaml));
    const log = new Map<string, LogEntry>();
    const received: { receiver: string; atMs: number; alerts: Told[] }[] = [];
    const silences = new Silences({ list: () => [], save: () => {}, remove: () => {} }, Date.now);
    const deliver = (message: GroupMessage): Promise<boolean> => {
      const { integration, alerts, atMs } = message;
      log.set(keyOf(message.groupKey, integration), message.entry);
      const name = /\$\{(\w+)\}/.exec((integration.config.settings as Webhook).url)![1]!;
      if (Date.now() / 1_000 >= deafUntil(scenario.receiver_behaviour?.[name])) {
        const told = alerts.map(({ labels, annotations, startsAtMs, endsAtMs }) => ({
          labels: { ...labels.toRecord() },
          annotations: { ...annotations },
          starts_at: startsAtMs / 1_000,
          ...(endsAtMs <= atMs && { ends_at: endsAtMs / 1_000 }),
        }));
        received.push({ receiver: name, atMs: Date.now(), alerts: told });
      }
      return Promise.resolve(true);
    };
    const dispatcher = new Dispatcher({
      config,
      integrations: integrationsOf(config),
      alerts: new Alerts(),
      silences,
      log: {
        get: (groupKey, integration) => log.get(keyOf(groupKey, integration)),
        set: (groupKey, integration, entry) => log.set(keyOf(groupKey, integration), entry),
      },
      clock: { now: Date.now },
      deliver,
      onChange: () => {},
    });
    for (const { at, post_alerts: posted, set_silence: silence, ...rest } of scenario.events) {
      expect(Object.keys(rest), 'an event that is not known here').toEqual([]);
      await vi.advanceTimersByTimeAsync(ms(at)! - Date.now());
      if (posted !== undefined) {
        dispatcher.put(
          posted.map((alert) => ({
            labels: Labels.fromRecord(alert.labels),
            annotations: alert.annotations ?? {},
            startsAtMs: ms(alert.starts_at),
            endsAtMs: ms(alert.ends_at),
          })),
        );
      }
      if (silence !== undefined) {
        silences.set({
          matchers: silence.matchers.map(({ name, value, isRegex, isEqual }) =>
            matcher(name, isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=', value),
          ),
          startsAtMs: ms(silence.starts_at)!,
          endsAtMs: ms(silence.ends_at)!,
          createdBy: 'test',
          comment: '',
        });
      }
    }
    const until = scenario.run_until ?? Math.max(...scenario.expect_notifications.map(({ between: [, to] }) => to));
    await vi.advanceTimersByTimeAsync(ms(until)! - Date.now());
    dispatcher.stop();

    const sorted = (alerts: readonly Told[]): Told[] =>
      alerts.toSorted((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1));
    const isNear = (a: number | undefined, b: number | undefined): boolean =>
      a === b || (a !== undefined && b !== undefined && Math.abs(a - b) <= scenario.tolerance_s);
    const isSame = (wanted: readonly Told[], got: readonly Told[]): boolean => {
      const [a, b] = [sorted(wanted), sorted(got)];
      return (
        a.length === b.length &&
        a.every(
          (alert, i) =>
            Labels.fromRecord(alert.labels).equals(Labels.fromRecord(b[i]!.labels)) &&
            JSON.stringify(alert.annotations ?? {}) === JSON.stringify(b[i]!.annotations) &&
            isNear(alert.starts_at, b[i]!.starts_at) &&
            isNear(alert.ends_at, b[i]!.ends_at),
        )
      );
    };
    const left = [...received];
    const missing: string[] = [];
    for (const { receiver, between, alerts } of scenario.expect_notifications) {
      const isWithin = (message: (typeof received)[number]): boolean =>
        message.receiver === receiver && message.atMs >= between[0] * 1_000 && message.atMs <= between[1] * 1_000;
      const where = `${receiver} from ${between.join(' to ')}: ${JSON.stringify({ alerts, received })}`;
      if (alerts.length === 0) {
        if (received.some(isWithin)) missing.push(`silence at ${where}`);
        continue;
      }
      const at = left.findIndex((message) => isWithin(message) && isSame(alerts, message.alerts));
      if (at < 0) missing.push(where);
      else left.splice(at, 1);
    }
    expect(missing).toEqual([]);
    const count = (messages: readonly { alerts: readonly Told[] }[]): number =>
      messages.reduce((sum, { alerts }) => sum + alerts.length, 0);
    expect(count(received)).toBe(count(scenario.expect_notifications));
  });
});

describe.skipIf(reason !== '')(`Alertmanager's routing cases${reason}`, () => {
  it.each(data.routing.cases)('$labels', ({ labels, routes }) => {
    const schema = routingSchema({ webhook });
    const route: unknown = parse(data.routing.config_yaml);
    const names = new Set(JSON.stringify(route).match(/notify-\w+/g));
    const config = schema.parse({ route, receivers: [...names].map((name) => ({ name })) });
    const taken = routesOf(routeTree(config.route), Labels.fromRecord(labels));
    expect(
      taken.map((each) => ({
        group_by: each.groupBy,
        group_by_all: each.isGroupedByAll,
        group_wait: formatDurationMs(each.groupWaitMs),
        group_interval: formatDurationMs(each.groupIntervalMs),
        repeat_interval: formatDurationMs(each.repeatIntervalMs),
        receiver: each.receiver,
      })),
    ).toEqual(routes);
  });
});

describe.skipIf(reason !== '')(`Alertmanager's matcher texts${reason}`, () => {
  it.each(data.matcher_syntax.filter(({ valid }) => valid))('$name: $input', ({ input, matchers }) => {
    expect(parseMatchers(input).map(({ op, name, value }) => ({ op, name, value }))).toEqual(matchers);
  });

  it.each(data.matcher_syntax.filter(({ valid }) => !valid))('$name: $input is refused', ({ input }) => {
    expect(() => parseMatchers(input)).toThrow(MatcherError);
  });
});
