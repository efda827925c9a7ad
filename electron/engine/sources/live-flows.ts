// Those who look at the last minute of flows, kept while collectors come and go.
import type { FlowCollector, LiveMessage } from '../collectors/netflow/index.ts';

export class LiveFlows {
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  #collector: FlowCollector | undefined;
  #end: (() => void) | undefined;

  collectorIs(collector: FlowCollector | undefined): void {
    this.#end?.();
    this.#end = undefined;
    this.#collector = collector;
    if (this.#listeners.size > 0) this.#begin();
  }

  /** Each second; returns what ends it. */
  watch(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    if (this.#end === undefined) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  }

  #begin(): void {
    this.#end = this.#collector?.watchLive((message) => {
      for (const listener of this.#listeners) listener(message);
    });
  }
}
