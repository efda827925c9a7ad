// What each collector of one router did last: for the device page and for when it is due again.
import type { CollectorState } from '../../../../../shared/contract/index.ts';
import type { Collector } from '../collectors/collector.ts';
import type { CollectorOutcome } from './poll.ts';

export class CollectorStates {
  readonly #states = new Map<string, CollectorState>();
  /** Milliseconds spent in each collector since the start. */
  readonly #spentMs = new Map<string, number>();

  constructor(all: readonly Collector[], isEnabled: (collector: Collector) => boolean, intervalMs: number) {
    for (const collector of all) {
      this.#states.set(collector.name, {
        name: collector.name,
        enabled: isEnabled(collector),
        intervalMs: intervalMs * collector.everyNthPoll,
        lastSuccessMs: null,
        lastDurationMs: null,
        lastError: null,
      });
    }
  }

  record({ collector, durationMs, error }: CollectorOutcome, atMs: number): void {
    const state = this.#states.get(collector.name);
    if (state === undefined) return;
    this.#spentMs.set(collector.name, this.spentMs(collector) + durationMs);
    this.#states.set(collector.name, {
      ...state,
      lastDurationMs: durationMs,
      lastSuccessMs: error === undefined ? atMs : state.lastSuccessMs,
      lastError: error === undefined ? null : { code: error.code, message: error.message, atMs },
    });
  }

  spentMs(collector: Collector): number {
    return this.#spentMs.get(collector.name) ?? 0;
  }

  list(): CollectorState[] {
    return [...this.#states.values()];
  }
}
