// At most so many of the window's queries are with the engine at once: its reader answers one after the other anyway, and
// what waits here can still be given up, as when a panel is scrolled out of sight or another range is chosen.
const MOST = 6;

export class QueryGate {
  readonly #most: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Rejects with the signal's reason when that comes before the turn. */
  async run<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= this.#most) await this.#turn(signal);
    else this.#running++;
    try {
      signal?.throwIfAborted();
      return await ask();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on: nobody who comes now may take it.
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        const at = this.#waiting.indexOf(take);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal?.reason instanceof Error ? signal.reason : new DOMException('given up', 'AbortError'));
      };
      if (signal?.aborted === true) {
        leave();
        return;
      }
      this.#waiting.push(take);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}

/** One for the window. */
export const gate = new QueryGate();
