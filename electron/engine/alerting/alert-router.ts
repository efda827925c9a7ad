// Routes alerts: takes ours and whoever's, groups and quiets them by the configuration, and tells receivers through the queue.
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import type { Notifications } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { messageOf, type Message } from './delivery/message.ts';
import { DeliveryError, DeliveryQueue, type Waiting } from './delivery/queue.ts';
import { deliveryTable, notifiedTable, silenceTable } from './delivery/tables.ts';
import { receiverKind, type ReceiverContext, type ReceiverKind } from './receivers/index.ts';
import { SealedSettings } from './receivers/sealed-settings.ts';
import { loadTemplates } from './template-files.ts';
import type { LoadedRouting } from './routing-file.ts';
import {
  Alerts,
  type AlertStatus,
  Dispatcher,
  type GroupMessage,
  type GroupState,
  type Integration,
  type RoutedAlert,
  type Route,
  type SentAlert,
  Silences,
} from './routing/index.ts';
import { LOG_RETENTION_MS } from './routing/notification-log.ts';

export type AlertRouterOptions = {
  readonly routing: LoadedRouting;
  readonly table: Notifications;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Where links of messages lead; it may become known only after the start. */
  readonly externalUrl: () => string;
  readonly publish: ReceiverContext['publish'];
  readonly deviceOf: ReceiverContext['deviceOf'];
  /** Why an alert is not told of now, apart from the configuration; a sentence. */
  readonly suppressedBy?: (alert: RoutedAlert, atMs: number) => string | undefined;
  readonly beforeFlush?: () => void;
  /** Alerts, groups, silences or deliveries have changed. */
  readonly onChange: () => void;
  /** How each write to state.db ended: undefined, or what refused it. */
  readonly onWritten: (error: unknown) => void;
};

/** How often one way of a receiver was told, or could not be. */
export type DeliveryCount = {
  readonly receiver: string;
  readonly kind: string;
  /** Its place among those of the receiver and the kind. */
  readonly index: number;
  readonly delivered: number;
  readonly failed: number;
  readonly lastDeliveredAtMs: number | undefined;
  readonly lastFailure: { readonly atMs: number; readonly text: string } | undefined;
};

export interface AlertRouter {
  /** Takes alerts as they are sent; @returns what was wrong with each one that was not taken */
  put(sent: readonly SentAlert[]): string[];
  /**
   * Another configuration. Alerts, silences, the log and what waits to be delivered stay; groups begin anew. Throws
   * LW_TEMPLATES_INVALID, and changes nothing then.
   */
  apply(routing: LoadedRouting): void;
  readonly routing: LoadedRouting;
  /** Known ones, resolved ones for 15 minutes. */
  alerts(): RoutedAlert[];
  alert(fingerprint: string): RoutedAlert | undefined;
  status(alert: RoutedAlert): AlertStatus;
  /** Where an alert with these labels goes. */
  routes(labels: RoutedAlert['labels']): Route[];
  readonly root: Route;
  groups(): GroupState[];
  readonly silences: Silences;
  /** What could not be delivered yet. */
  waiting(): Waiting[];
  counts(): DeliveryCount[];
  /** Sends a message made up for it by one way out, at once and without the queue. Rejects with DeliveryError, LW_RECEIVER_UNKNOWN. */
  sendTest(receiver: string, kind: string, index: number, signal?: AbortSignal): Promise<void>;
  /** The same with settings that are not in force; they are checked already. */
  sendDraft(receiver: string, kind: string, settings: unknown, signal?: AbortSignal): Promise<void>;
  start(): void;
  /** What waits stays for the next start. */
  stop(): Promise<void>;
}

const PRUNE_MS = 3_600_000;
const TEST_MS = 30_000;

const wayOf = ({ receiver, config }: Integration): string => `${receiver}/${config.kind}/${config.index}`;

/** Throws LW_TEMPLATES_INVALID. */
export function createAlertRouter(options: AlertRouterOptions): AlertRouter {
  const { clock, logger, table, onChange, onWritten } = options;
  const alerts = new Alerts();
  const silences = new Silences(silenceTable(table), () => clock.now());
  const notified = notifiedTable(table);
  const counts = new Map<string, { -readonly [Key in keyof DeliveryCount]: DeliveryCount[Key] }>();
  let { routing } = options;
  let render = loadTemplates(routing.templateFiles);
  let ways = new Map<string, Integration>();
  let dispatcher: Dispatcher | undefined;
  let pruning: ReturnType<typeof setInterval> | undefined;

  const sendBy = async (kind: string, given: unknown, message: Message, signal: AbortSignal): Promise<void> => {
    const receiver = receiverKind(kind);
    if (receiver === undefined) {
      throw new DeliveryError(`${kind} is not supported.`, { isRetryable: false });
    }
    const { publish, deviceOf } = options;
    const settings = given instanceof SealedSettings ? await given.open() : given;
    await receiver.send(settings, message, {
      global: routing.config.global,
      render,
      signal,
      logger,
      publish,
      deviceOf,
    });
  };

  const queue = new DeliveryQueue({
    table: deliveryTable(table),
    send(way, message, signal) {
      const integration = ways.get(way);
      if (integration === undefined) return undefined;
      return sendBy(integration.config.kind, integration.config.settings, message, signal);
    },
    clock,
    logger,
    onResult(way, error) {
      const integration = ways.get(way);
      if (integration === undefined) return;
      const count = countOf(integration);
      if (error === undefined) {
        count.delivered++;
        count.lastDeliveredAtMs = clock.now();
      } else {
        count.failed++;
        count.lastFailure = { atMs: clock.now(), text: error.message };
      }
    },
    onChange,
    onWritten,
  });

  const countOf = (integration: Integration) => {
    const key = wayOf(integration);
    let count = counts.get(key);
    if (count === undefined) {
      const { receiver, config } = integration;
      const { kind, index } = config;
      count = { receiver, kind, index, delivered: 0, failed: 0, lastDeliveredAtMs: undefined, lastFailure: undefined };
      counts.set(key, count);
    }
    return count;
  };

  const test = (receiver: string, kind: string, settings: unknown, signal?: AbortSignal): Promise<void> => {
    const bounded = AbortSignal.any([AbortSignal.timeout(TEST_MS), ...(signal === undefined ? [] : [signal])]);
    return sendBy(kind, settings, testMessage(receiver, options.externalUrl(), clock.now()), bounded);
  };

  /** A log that cannot be written costs a repetition, never a message. */
  const writing = <T>(write: () => T): T | undefined => {
    try {
      const result = write();
      onWritten(undefined);
      return result;
    } catch (error) {
      onWritten(error);
      return undefined;
    }
  };

  const dispatch = (): Dispatcher => {
    const integrations = integrationsOf(routing);
    ways = new Map(integrations.map((integration) => [wayOf(integration), integration]));
    for (const integration of integrations) countOf(integration);
    const { suppressedBy } = options;
    return new Dispatcher({
      config: routing.config,
      integrations,
      alerts,
      silences,
      log: {
        get: (groupKey, integration) => writing(() => notified.get(groupKey, wayOf(integration))),
        set: (groupKey, integration, entry) => writing(() => notified.set(groupKey, wayOf(integration), entry)),
      },
      clock,
      deliver: (message, budgetMs) => queue.deliver(queuedOf(message), budgetMs),
      ...(suppressedBy !== undefined && { suppressedBy }),
      beforeFlush: options.beforeFlush,
      onChange,
    });
  };

  const queuedOf = (group: GroupMessage) => ({
    groupKey: group.groupKey,
    way: wayOf(group.integration),
    message: messageOf(group, options.externalUrl()),
    entry: group.entry,
    queuedAtMs: clock.now(),
  });

  const running = (): Dispatcher => (dispatcher ??= dispatch());

  return {
    put: (sent) => running().put(sent),
    apply(next) {
      render = loadTemplates(next.templateFiles);
      routing = next;
      dispatcher?.stop();
      dispatcher = dispatch();
      onChange();
    },
    get routing() {
      return routing;
    },
    alerts: () => [...alerts.all()],
    alert: (print) => alerts.get(print),
    status: (alert) => running().status(alert),
    routes: (labels) => running().routes(labels),
    get root() {
      return running().root;
    },
    groups: () => running().groups(),
    silences,
    waiting: () => queue.waiting(),
    counts: () => [...counts.values()],
    async sendTest(receiver, kind, index, signal) {
      const integration = ways.get(`${receiver}/${kind}/${index}`);
      if (integration === undefined) {
        throw new LinewardenError(
          'LW_RECEIVER_UNKNOWN',
          `There is no ${kind} in a receiver ${JSON.stringify(receiver)}.`,
        );
      }
      await test(receiver, kind, integration.config.settings, signal);
    },
    sendDraft: test,
    start() {
      running();
      queue.start();
      pruning ??= setInterval(() => writing(() => table.forgetNotified(clock.now() - LOG_RETENTION_MS)), PRUNE_MS);
      pruning.unref();
    },
    async stop() {
      clearInterval(pruning);
      dispatcher?.stop();
      await queue.stop();
    },
  };
}

/** The ways out that there are; kinds that are not supported have none. */
const integrationsOf = ({ config }: LoadedRouting): Integration[] =>
  config.receivers.flatMap(({ name, integrations }) =>
    integrations.flatMap((each): Integration[] => {
      const kind = receiverKind(each.kind);
      return kind === undefined
        ? []
        : [{ receiver: name, config: each, sendResolved: sendsResolved(kind, each.settings) }];
    }),
  );

const sendsResolved = (kind: ReceiverKind, settings: unknown): boolean =>
  settings instanceof SealedSettings ? settings.sendResolved : kind.sendsResolved(settings);

/** What "Send a test" tells. */
function testMessage(receiver: string, externalUrl: string, atMs: number): Message {
  const labels = { alertname: 'LinewardenTest', severity: 'info' };
  const annotations = {
    summary: 'This is a test of a receiver',
    description: 'Somebody pressed "Send a test" in Linewarden. Nothing is wrong.',
  };
  return {
    receiver,
    groupKey: '{}:{alertname="LinewardenTest"}',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAtMs: atMs,
        endsAtMs: null,
        generatorUrl: externalUrl,
        fingerprint: '0000000000000000',
      },
    ],
    groupLabels: { alertname: 'LinewardenTest' },
    routeLabels: {},
    commonLabels: labels,
    commonAnnotations: annotations,
    reason: 'test',
    externalUrl,
    atMs,
  };
}
