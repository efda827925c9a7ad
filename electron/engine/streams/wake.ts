// A bell for one waiting loop: rings are remembered until somebody waits, and an aborted signal rings too.

export class Wake {
  #rung = false;
  #waiting: (() => void) | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', () => this.ring(), { once: true });
  }

  get ended(): boolean {
    return this.#signal?.aborted === true;
  }

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  /** Resolves at the next ring, or at once when one came since the last wait. */
  async wait(): Promise<void> {
    if (!this.#rung && !this.ended) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    this.#waiting = undefined;
    this.#rung = false;
  }
}
