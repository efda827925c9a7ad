// The running sources, kept equal to a list of plans: what is new starts, what changed restarts, what is gone stops.
import type { CollectorState } from '../../../shared/contract/index.ts';
import type { CollectorSwitches, TrafficViewer } from '../collectors/routeros/index.ts';
import type { DeviceDefinition } from '../inventory/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createTurns } from '../turns.ts';

export type Fact = { readonly name: string; readonly value: string };

export type RunningSource = {
  stop(): Promise<void>;
  collectors(): CollectorState[];
  facts(): Fact[];
  /** Polls at this interval while a page is open; undefined when the source has one speed only. */
  setIntervalMs?: (intervalMs: number) => void;
  /** What is read of a router from now on. */
  setCollectors?: (switches: CollectorSwitches) => void;
  /** Does not wait for the next attempt, where there is a back-off. */
  retryNow?: () => void;
  /** Seconds that a packet from the device took; undefined: no answer. Rejects with why it cannot ask. */
  ping?: (address: string, signal: AbortSignal) => Promise<number | undefined>;
  /** What interfaces carry, each second until the returned function is called; routers only. */
  watchTraffic?: (names: readonly string[], viewer: TrafficViewer) => () => void;
};

export type SourcePlan = {
  readonly device: DeviceDefinition;
  /** Everything that, when changed, needs a restart of the source. */
  readonly settings: unknown;
  /** What may change while the source runs. */
  readonly collectors?: CollectorSwitches;
  start(): RunningSource;
};

type Entry = { plan: SourcePlan; key: string; running: RunningSource; watchers: number };

export type SourceSetOptions = {
  readonly register: (device: DeviceDefinition) => void;
  readonly unregister: (id: string) => void;
  readonly logger: Logger;
};

export class SourceSet {
  readonly #options: SourceSetOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #inTurn = createTurns();

  constructor(options: SourceSetOptions) {
    this.#options = options;
  }

  /** Makes the running sources equal to the plans. Calls queue up: two never interleave. */
  apply(plans: readonly SourcePlan[]): Promise<void> {
    return this.#inTurn(() => this.#apply(plans));
  }

  async #apply(plans: readonly SourcePlan[]): Promise<void> {
    const wanted = new Map(plans.map((plan) => [plan.device.id, plan]));
    const gone = [...this.#entries.keys()].filter((id) => !wanted.has(id));
    await Promise.all(gone.map((id) => this.#stop(id, true)));
    for (const [id, plan] of wanted) {
      const key = JSON.stringify([plan.device, plan.settings]);
      const entry = this.#entries.get(id);
      if (entry?.key === key) {
        const { collectors } = plan;
        if (collectors !== undefined && JSON.stringify(collectors) !== JSON.stringify(entry.plan.collectors)) {
          entry.running.setCollectors?.(collectors);
        }
        entry.plan = plan;
        continue;
      }
      if (entry !== undefined) await this.#stop(id, false);
      this.#options.register(plan.device);
      this.#entries.set(id, { plan, key, running: plan.start(), watchers: 0 });
    }
  }

  get(id: string): { device: DeviceDefinition; running: RunningSource } | undefined {
    const entry = this.#entries.get(id);
    return entry && { device: entry.plan.device, running: entry.running };
  }

  /** Every source that waits after failures is tried at once. */
  retryNow(): void {
    for (const { running } of this.#entries.values()) running.retryNow?.();
  }

  /** Speeds the source up while somebody looks at it. */
  watch(id: string, fastIntervalMs: number): { intervalMs: number; release: () => void } {
    const entry = this.#entries.get(id);
    const setIntervalMs = entry?.running.setIntervalMs;
    if (entry === undefined || setIntervalMs === undefined) {
      return { intervalMs: entry?.plan.device.intervalMs ?? 0, release: () => {} };
    }
    const intervalMs = Math.min(fastIntervalMs, entry.plan.device.intervalMs);
    entry.watchers++;
    if (entry.watchers === 1) setIntervalMs(intervalMs);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      entry.watchers--;
      if (entry.watchers === 0) setIntervalMs(entry.plan.device.intervalMs);
    };
    return { intervalMs, release };
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...this.#entries.keys()].map((id) => this.#stop(id, false)));
    });
  }

  async #stop(id: string, unregister: boolean): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    try {
      await entry.running.stop();
    } catch (error) {
      this.#options.logger.error({ err: error, device: id }, 'a source did not stop cleanly');
    }
    if (unregister) this.#options.unregister(id);
  }
}
