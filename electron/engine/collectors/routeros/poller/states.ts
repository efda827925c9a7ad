// What each collector of one router did last, and what it cost: for the device page.
import type { CollectorState } from '../../../../../shared/contract/index.ts';
import type { Collector } from '../collectors/collector.ts';
import type { CollectorSwitches } from '../config.ts';
import type { CollectorOutcome } from './poll.ts';
import { intervalOf, isEnabled } from './turns.ts';

type Cost = { totalMs: number; runs: number };

export class CollectorStates {
  readonly #all: readonly Collector[];
  readonly #pollIntervalMs: number;
  readonly #states = new Map<string, CollectorState>();
  /** Since the start. */
  readonly #costs = new Map<string, Cost>();

  constructor(all: readonly Collector[], switches: CollectorSwitches, pollIntervalMs: number, observe = true) {
    this.#all = all;
    this.#pollIntervalMs = pollIntervalMs;
    for (const collector of all) {
      const { name, enabled, reads, observesEveryMs } = collector;
      this.#states.set(name, {
        name,
        enabled: isEnabled(collector, switches),
        intervalMs: intervalOf(collector, switches, pollIntervalMs),
        lastSuccessMs: null,
        lastDurationMs: null,
        lastError: null,
        reads,
        switch: enabled,
        defaultIntervalMs: intervalOf(collector, {}, pollIntervalMs),
        ...(observe && observesEveryMs !== undefined && { observesEveryMs: Math.max(pollIntervalMs, observesEveryMs) }),
        meanDurationMs: null,
        samples: null,
        isAbsent: false,
        warning: null,
      });
    }
  }

  /** Switches and intervals are others; what was read stays told. */
  change(switches: CollectorSwitches): void {
    for (const collector of this.#all) {
      const state = this.#states.get(collector.name);
      if (state === undefined) continue;
      const enabled = isEnabled(collector, switches);
      this.#states.set(collector.name, {
        ...state,
        enabled,
        intervalMs: intervalOf(collector, switches, this.#pollIntervalMs),
        ...(!enabled && { lastError: null, warning: null, samples: null, isAbsent: false }),
      });
    }
  }

  record({ collector, durationMs, error, samples, isAbsent, warning }: CollectorOutcome, atMs: number): void {
    const state = this.#states.get(collector.name);
    if (state === undefined) return;
    const before = this.#costs.get(collector.name) ?? { totalMs: 0, runs: 0 };
    const cost = { totalMs: before.totalMs + durationMs, runs: before.runs + 1 };
    this.#costs.set(collector.name, cost);
    this.#states.set(collector.name, {
      ...state,
      lastDurationMs: durationMs,
      meanDurationMs: cost.totalMs / cost.runs,
      lastSuccessMs: error === undefined && !isAbsent ? atMs : state.lastSuccessMs,
      lastError: error === undefined ? null : { code: error.code, message: error.message, atMs },
      samples: error === undefined && !isAbsent ? samples.length : null,
      isAbsent,
      warning: warning?.message ?? null,
    });
  }

  /** The router is of a version, or lacks a package, for which this collector is not. */
  passedOver({ name }: Collector): void {
    const state = this.#states.get(name);
    if (state !== undefined && !state.isAbsent) {
      this.#states.set(name, { ...state, isAbsent: true, samples: null, lastError: null });
    }
  }

  /** Milliseconds spent in a collector since the start. */
  spentMs({ name }: Collector): number {
    return this.#costs.get(name)?.totalMs ?? 0;
  }

  /** How long it will take, by the last time; a failure says nothing of that. */
  expectedMs({ name }: Collector): number {
    const state = this.#states.get(name);
    return state?.lastError === null ? (state.lastDurationMs ?? 0) : 0;
  }

  intervalMs({ name }: Collector): number {
    return this.#states.get(name)?.intervalMs ?? this.#pollIntervalMs;
  }

  list(): CollectorState[] {
    return [...this.#states.values()];
  }
}
