// Takes alerts, puts them into the groups of their routes, and at each flush tells what is to be told, to whom.
import type { Labels } from '../../../../shared/model/labels.ts';
import { type Clock, Turns } from '../../clock.ts';
import { isResolvedAt, type RoutedAlert } from './alert.ts';
import { Alerts, receivedAlert, type SentAlert } from './alerts.ts';
import type { IntegrationConfig, RoutingConfig } from './config.ts';
import { AlertGroup, type Flush } from './group.ts';
import { Inhibitor } from './inhibition.ts';
import { type LogEntry, type Reason, reasonToNotify } from './notification-log.ts';
import { groupKeyOf, groupLabels, type Route, routesOf, routeTree } from './route.ts';
import type { Silences } from './silence.ts';
import { containsTime } from './time-interval.ts';

/** One way out of one receiver, made from its configuration. */
export type Integration = {
  readonly receiver: string;
  readonly config: IntegrationConfig;
  readonly sendResolved: boolean;
};

/** What one way out is told of one group. */
export type GroupMessage = {
  readonly groupKey: string;
  readonly integration: Integration;
  readonly reason: Reason;
  readonly groupLabels: Labels;
  readonly routeLabels: Readonly<Record<string, string>>;
  /** Without the resolved ones where they are not wanted. */
  readonly alerts: readonly RoutedAlert[];
  readonly atMs: number;
  /** What the log will hold once it is delivered. */
  readonly entry: LogEntry;
};

export interface NotificationLog {
  get(groupKey: string, integration: Integration): LogEntry | undefined;
  set(groupKey: string, integration: Integration, entry: LogEntry): void;
}

export type DispatcherOptions = {
  readonly config: RoutingConfig;
  readonly integrations: readonly Integration[];
  readonly alerts: Alerts;
  readonly silences: Silences;
  readonly log: NotificationLog;
  readonly clock: Pick<Clock, 'now'>;
  /** Resolves with whether it was delivered within the budget; recording it in the log is the deliverer's. */
  readonly deliver: (message: GroupMessage, budgetMs: number) => Promise<boolean>;
  /** More reasons not to tell of an alert now, such as a parent that is offline; a sentence. */
  readonly suppressedBy?: (alert: RoutedAlert, atMs: number) => string | undefined;
  /** Called before each flush: whatever may bring alerts up to date, since after a sleep all timers are due at once. */
  readonly beforeFlush?: (() => void) | undefined;
  readonly onChange: () => void;
};

export type AlertStatus = {
  readonly state: 'unprocessed' | 'active' | 'suppressed';
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  /** Names of the time intervals that keep its routes quiet. */
  readonly mutedBy: readonly string[];
  /** In words, where something of our own keeps it quiet. */
  readonly suppressedBy: string | undefined;
};

export type GroupState = {
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: readonly RoutedAlert[];
};

/** Resolved alerts are shown for as long as Prometheus sends them again. */
const FORGET_AFTER_MS = 900_000;
const MAINTENANCE_MS = 30_000;

export class Dispatcher {
  readonly root: Route;
  readonly #options: DispatcherOptions;
  /** By the route's id and the group's key. */
  readonly #groups = new Map<string, AlertGroup>();
  readonly #inhibitor: Inhibitor;
  readonly #maintenance: ReturnType<typeof setInterval>;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.root = routeTree(options.config.route);
    this.#inhibitor = new Inhibitor(options.config.inhibitRules);
    this.#maintenance = setInterval(() => this.#maintain(), MAINTENANCE_MS);
    // What was known before a reload goes its new ways.
    for (const alert of options.alerts.all()) this.#route(alert);
  }

  /** @returns what was wrong with each one that was not taken */
  put(sent: readonly SentAlert[]): string[] {
    const { alerts, clock, config, onChange } = this.#options;
    const nowMs = clock.now();
    const refused: string[] = [];
    for (const each of sent) {
      const alert = receivedAlert(each, nowMs, config.resolveTimeoutMs);
      const known = alert === undefined ? undefined : alerts.put(alert, nowMs);
      if (known !== undefined) this.#route(known);
      else refused.push(alert === undefined ? 'start time must be before end time' : 'too many alerts');
    }
    onChange();
    return refused;
  }

  groups(): GroupState[] {
    return [...this.#groups.values()].map((group) => ({
      key: group.options.key,
      route: group.options.route,
      labels: group.options.labels,
      alerts: group.alerts(),
    }));
  }

  routes(labels: Labels): Route[] {
    return routesOf(this.root, labels);
  }

  /** As it is at this moment, not as it was at the last flush. */
  status(alert: RoutedAlert): AlertStatus {
    const { clock, silences, suppressedBy } = this.#options;
    const atMs = clock.now();
    const silencedBy = silences.silencedBy(alert.labels, atMs);
    const inhibitor = this.#inhibitor.inhibitedBy(alert.labels, atMs);
    const routes = this.routes(alert.labels);
    const quiet = routes.map((route) => this.#mutedBy(route, atMs));
    const mutedBy = quiet.every((names) => names.length > 0) ? quiet.flat() : [];
    const ownReason = suppressedBy?.(alert, atMs);
    const isSuppressed =
      silencedBy.length > 0 || inhibitor !== undefined || mutedBy.length > 0 || ownReason !== undefined;
    return {
      state: isSuppressed ? 'suppressed' : 'active',
      silencedBy,
      inhibitedBy: inhibitor === undefined ? [] : [inhibitor],
      mutedBy,
      suppressedBy: ownReason,
    };
  }

  stop(): void {
    clearInterval(this.#maintenance);
    for (const group of this.#groups.values()) group.stop();
    this.#groups.clear();
  }

  #route(alert: RoutedAlert): void {
    this.#inhibitor.put(alert);
    for (const route of this.routes(alert.labels)) {
      const labels = groupLabels(route, alert.labels);
      const key = groupKeyOf(route, labels);
      const place = `${route.id}\n${key}`;
      let group = this.#groups.get(place);
      if (group === undefined) {
        const { clock, beforeFlush } = this.#options;
        const made = new AlertGroup({
          key,
          route,
          labels,
          clock,
          beforeFlush,
          flush: (flush) => this.#flush(flush),
          onEmpty: () => {
            if (this.#groups.get(place) === made) this.#groups.delete(place);
          },
        });
        group = made;
        this.#groups.set(place, group);
      }
      group.put(alert);
    }
  }

  async #flush(flush: Flush): Promise<boolean> {
    const { integrations, silences, suppressedBy } = this.#options;
    const { route, atMs } = flush;
    if (this.#mutedBy(route, atMs).length > 0) return true;
    const told: RoutedAlert[] = [];
    const turns = new Turns();
    for (const alert of flush.alerts) {
      if (turns.isOver) await turns.next();
      const isQuiet =
        this.#inhibitor.inhibitedBy(alert.labels, atMs) !== undefined ||
        silences.silencedBy(alert.labels, atMs).length > 0 ||
        suppressedBy?.(alert, atMs) !== undefined;
      if (!isQuiet) told.push(alert);
    }
    if (told.length === 0) return true;
    if (turns.isOver) await turns.next();
    const ways = integrations.filter(({ receiver }) => receiver === route.receiver);
    const outcomes = await Promise.all(ways.map((integration) => this.#tell(flush, told, integration)));
    return outcomes.every(Boolean);
  }

  async #tell(flush: Flush, told: readonly RoutedAlert[], integration: Integration): Promise<boolean> {
    const { deliver, log } = this.#options;
    const { key, route, atMs } = flush;
    const prints = (resolved: boolean): ReadonlySet<string> =>
      new Set(told.filter((alert) => isResolvedAt(alert, atMs) === resolved).map(({ fingerprint }) => fingerprint));
    const entry: LogEntry = { firing: prints(false), resolved: prints(true), atMs };
    const { sendResolved } = integration;
    const known = log.get(key, integration);
    const reason = reasonToNotify(known, entry, { sendResolved, repeatIntervalMs: route.repeatIntervalMs });
    if (reason === undefined) return true;
    if (!sendResolved && entry.firing.size === 0) {
      log.set(key, integration, entry);
      return true;
    }
    const alerts = sendResolved ? told : told.filter((alert) => !isResolvedAt(alert, atMs));
    return deliver(
      {
        groupKey: key,
        integration,
        reason,
        groupLabels: flush.labels,
        routeLabels: route.labels,
        alerts,
        atMs,
        entry,
      },
      flush.budgetMs,
    );
  }

  /** The time intervals that keep the route quiet now; those outside of which it is, by name. */
  #mutedBy(route: Route, atMs: number): string[] {
    const { timeIntervals } = this.#options.config;
    const isWithin = (name: string): boolean => containsTime(timeIntervals.get(name) ?? [], atMs);
    const muting = route.muteTimeIntervals.filter(isWithin);
    const { activeTimeIntervals: active } = route;
    return active.length > 0 && !active.some(isWithin) ? [...muting, ...active] : muting;
  }

  #maintain(): void {
    const { alerts, clock, silences } = this.#options;
    for (const gone of alerts.forgetResolved(clock.now() - FORGET_AFTER_MS)) this.#inhibitor.remove(gone);
    silences.prune();
  }
}
