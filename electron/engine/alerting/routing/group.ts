// A group of alerts and its clockwork: the first flush after group_wait, then one every group_interval while it has alerts.
import { Labels } from '../../../../shared/model/labels.ts';
import type { Clock } from '../../clock.ts';
import { isResolvedAt, type RoutedAlert } from './alert.ts';
import type { Route } from './route.ts';

/** One flush: what the group is at `atMs`. Firing alerts first have no end. */
export type Flush = {
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  /** By job, instance, then all labels. */
  readonly alerts: readonly RoutedAlert[];
  readonly atMs: number;
  /** How long it may take to tell it. */
  readonly budgetMs: number;
};

const MIN_BUDGET_MS = 10_000;
const MAX_TIMER_MS = 2_147_483_647;

export type GroupOptions = {
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly clock: Pick<Clock, 'now'>;
  /** Called first: whatever may bring alerts up to date. */
  readonly beforeFlush?: (() => void) | undefined;
  /** Resolves with whether all was told that had to be. */
  readonly flush: (flush: Flush) => Promise<boolean>;
  readonly onEmpty: () => void;
};

export class AlertGroup {
  readonly options: GroupOptions;
  readonly #alerts = new Map<string, RoutedAlert>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFlushed = false;
  #isStopped = false;
  #running = false;

  constructor(options: GroupOptions) {
    this.options = options;
    this.#in(options.route.groupWaitMs);
  }

  put(alert: RoutedAlert): void {
    this.#alerts.set(alert.fingerprint, alert);
    const { route, clock } = this.options;
    // It has waited long enough elsewhere: after a restart, at a sender that came late.
    if (!this.#hasFlushed && !this.#running && alert.startsAtMs + route.groupWaitMs < clock.now()) this.#in(0);
  }

  alerts(): RoutedAlert[] {
    return [...this.#alerts.values()];
  }

  get isEmpty(): boolean {
    return this.#alerts.size === 0;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #in(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), Math.min(delayMs, MAX_TIMER_MS));
  }

  async #tick(): Promise<void> {
    if (this.#isStopped) return;
    const { key, route, labels, clock } = this.options;
    this.#in(route.groupIntervalMs);
    this.#hasFlushed = true;
    // One that takes longer than the interval is waited for: two at once would tell the same twice.
    if (this.#running) return;
    this.#running = true;
    try {
      this.options.beforeFlush?.();
      const atMs = clock.now();
      const alerts = [...this.#alerts.values()].toSorted(byJobAndInstance);
      const budgetMs = Math.min(MAX_TIMER_MS, Math.max(MIN_BUDGET_MS, route.groupIntervalMs));
      const isTold = await this.options.flush({ key, route, labels, alerts, atMs, budgetMs });
      if (isTold) this.#forgetResolved(alerts, atMs);
    } finally {
      this.#running = false;
    }
    if (this.isEmpty && !this.#isStopped) {
      this.stop();
      this.options.onEmpty();
    }
  }

  /** One that fired again meanwhile stays. */
  #forgetResolved(told: readonly RoutedAlert[], atMs: number): void {
    for (const alert of told) {
      if (isResolvedAt(alert, atMs) && this.#alerts.get(alert.fingerprint) === alert) {
        this.#alerts.delete(alert.fingerprint);
      }
    }
  }
}

function byJobAndInstance(a: RoutedAlert, b: RoutedAlert): number {
  for (const name of ['job', 'instance']) {
    const [x, y] = [a.labels.get(name), b.labels.get(name)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return Labels.compare(a.labels, b.labels);
}
