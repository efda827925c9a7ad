// Alerting, put together: rules and their packs, the router with its receivers, maintenance, the heartbeat, and what pages ask of them.
import path from 'node:path';
import type { Notification } from '../../shared/contract/index.ts';
import { Labels } from '../../shared/model/labels.ts';
import {
  type Arrivals,
  behindParent,
  createAlertDesk,
  createAlerting,
  createAlertRouter,
  createHeartbeat,
  createMaintenance,
  createOwnRules,
  createReceivers,
  createRulePacks,
  defaultRouting,
  deliveryTrouble,
  type LoadedRouting,
  registerHeartbeatMetrics,
  registerNotificationMetrics,
  type RuleDefaults,
  type RulePacks,
  templateProblems,
  unsupportedReceivers,
} from './alerting/index.ts';
import type { Clock } from './clock.ts';
import { type LoadedConfig, ruleFilesOf } from './config/index.ts';
import type { Inventory } from './inventory/index.ts';
import { hasNetwork } from './own-network.ts';
import type { SecretStore } from './secrets/index.ts';
import type { MetricStore } from './store/metrics/index.ts';
import type { openState } from './store/state/index.ts';
import type { Logger, Registry } from './telemetry/index.ts';

const NETWORK_LOOK_MS = 5_000;

export type AlertingPartsOptions = {
  /** What the start has read. */
  readonly loaded: LoadedConfig;
  /** What holds after reloads. */
  readonly inForce: () => LoadedConfig;
  readonly dataDir: string;
  readonly resourcesDir: string;
  readonly state: ReturnType<typeof openState>;
  readonly store: MetricStore;
  readonly arrivals: Arrivals;
  readonly inventory: Inventory;
  readonly secrets: SecretStore;
  /** The device that another is reached through. */
  readonly parentOf: (deviceId: string) => string | undefined;
  /** Where the window is served; known only after the start. */
  readonly httpUrl: () => string | undefined;
  readonly toPages: (notification: Notification) => void;
  /** Absent where there is no desktop. */
  readonly toDesktop: ((notification: Notification) => void) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly onChange: (area: 'alerts' | 'settings') => void;
  readonly onProblem: (area: string, sentence: string | undefined) => void;
  readonly onWritten: (area: string, error: unknown) => void;
};

/** Throws LW_RULES_INVALID when a rule file has a problem. */
export function createAlertingParts(options: AlertingPartsOptions) {
  const { loaded, state, store, inventory, secrets, clock, logger } = options;
  const externalUrl = (): string => loaded.config.http.external_url ?? options.httpUrl()?.replace(/\/$/, '') ?? '';
  const deviceOf = (labels: Readonly<Record<string, string>>): string | undefined =>
    inventory.findByLabels(Labels.fromRecord(labels));
  const routingOf = ({ routing }: LoadedConfig): LoadedRouting =>
    routing ?? defaultRouting({ hasDesktop: options.toDesktop !== undefined });
  const baseDirOf = ({ file }: LoadedConfig): string => (file === undefined ? options.dataDir : path.dirname(file));
  const tellUnsupported = (routing: LoadedRouting): void => {
    const told = [...unsupportedReceivers(routing), ...templateProblems(routing.config)];
    options.onProblem('receivers', told.length === 0 ? undefined : told.join(' '));
  };
  const changed = (): void => options.onChange('alerts');

  const maintenance = createMaintenance({ settings: state.settings, deviceOf, clock, onChange: changed });
  const receivers = createReceivers({
    settings: state.settings,
    secrets,
    router: () => router,
    base: () => routingOf(options.inForce()),
    onChange: changed,
  });
  const router = createAlertRouter({
    routing: receivers.beside(routingOf(loaded)),
    table: state.notifications,
    clock,
    logger,
    externalUrl,
    deviceOf,
    publish(notification, target) {
      if (target === 'window') options.toPages(notification);
      else options.toDesktop?.(notification);
      return target === 'window' || options.toDesktop !== undefined;
    },
    suppressedBy: (alert, atMs) =>
      maintenance.suppressedBy(alert, atMs) ??
      behindParent(
        // Asked of each alert of a storm: its labels are known as they are looked for.
        {
          deviceOf: () => inventory.findByLabels(alert.labels),
          device: (id) => inventory.get(id),
          parentOf: options.parentOf,
        },
        alert.labels.toRecord(),
        atMs,
      ),
    beforeFlush: () => alerting.lookAtClock(),
    onChange() {
      changed();
      options.onProblem('deliveries', deliveryTrouble(router.waiting()));
    },
    onWritten: (error) => options.onWritten('notifications', error),
  });
  tellUnsupported(router.routing);
  registerNotificationMetrics(options.registry, router, () => clock.now());

  const ownDir = path.join(options.dataDir, 'rule-packs');
  const rulePacks: RulePacks = createRulePacks({
    shippedDir: path.join(options.resourcesDir, 'rules'),
    ownDir,
    settings: state.settings,
    apply() {
      alerting.reload();
      changed();
    },
  });
  const alerting = createAlerting({
    queries: store.ownQueries,
    appender: store,
    arrivals: options.arrivals,
    clock,
    state,
    inventory,
    logger,
    packs: () => rulePacks.load(),
    ruleFiles: ruleFilesOf(loaded),
    ...ruleDefaultsOf(loaded),
    router,
    externalUrl,
    onChange: changed,
    onWritten: (error) => options.onWritten('alerting', error),
  });
  const alertDesk = createAlertDesk({
    router,
    own: () => alerting.alerts(),
    history: (sinceMs, limit) => state.alerts.newest(sinceMs, limit),
    maintenance,
    deviceOf,
    clock,
    onChange: changed,
  });
  const heartbeat = createHeartbeat({
    section: loaded.config.alerting.heartbeat,
    baseDir: baseDirOf(loaded),
    settings: state.settings,
    secrets,
    groups: () => alerting.groups(),
    clock,
    logger,
    onProblem: (sentence) => options.onProblem('heartbeat', sentence),
    onChange: () => options.onChange('settings'),
  });
  registerHeartbeatMetrics(options.registry, heartbeat);

  return {
    router,
    alerting,
    /** What is to be closed joins the list, each as it starts. */
    start(closers: (() => unknown)[]): void {
      router.start();
      closers.push(() => router.stop());
      alerting.start();
      closers.push(() => alerting.stop());
      heartbeat.start();
      closers.push(() => heartbeat.stop());
      const networkTimer = setInterval(() => alerting.network(hasNetwork()), NETWORK_LOOK_MS);
      closers.push(() => clearInterval(networkTimer));
    },
    /** Throws, with the old in force, when the rule files or the routing have a problem. */
    apply(next: LoadedConfig): void {
      alerting.reload(ruleFilesOf(next), ruleDefaultsOf(next), receivers.beside(routingOf(next)));
      tellUnsupported(router.routing);
      heartbeat.apply(next.config.alerting.heartbeat, baseDirOf(next));
    },
    /** For the pages' router. */
    services: {
      rules: () => alerting.rules(),
      rulePacks,
      ownRules: createOwnRules({ ownDir, packs: rulePacks }),
      receivers,
      alertDesk,
      alertPage: {
        queries: store,
        alerts: () => alerting.alerts(),
        routed: (fingerprint: string) => router.alert(fingerprint),
        times: (fingerprint: string, limit: number) => state.alerts.times(fingerprint, limit),
        since: (sinceMs: number, limit: number) => state.alerts.newest(sinceMs, limit),
        receivers: (labels: Readonly<Record<string, string>>) =>
          router.routes(Labels.fromRecord(labels)).map(({ receiver }) => receiver),
        quietedBy: (fingerprint: string) => alertDesk.quietedBy(fingerprint),
        deviceOf,
        eventsOf: (id: string, fromMs: number, toMs: number, most: number) =>
          state.deviceEvents.list(id, fromMs, toMs, most),
        selectorOf: (id: string) => inventory.get(id)?.selector,
        now: () => clock.now(),
      },
      maintenance,
      heartbeat,
    },
  };
}

const ruleDefaultsOf = ({ config: { global } }: LoadedConfig): RuleDefaults => ({
  evaluationIntervalMs: global.evaluation_interval,
  externalLabels: global.external_labels,
});
