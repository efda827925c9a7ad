// Time as a dependency, so that presence, alerting and schedules can be tested without waiting.

export interface Clock {
  /** Unix ms, may jump. */
  now(): number;
  /** Monotonic ms, for durations. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** A loop over thousands of things must not keep everyone else waiting for longer than this. */
const SLICE_MS = 10;

/** For long loops: `isOver` says that the slice is spent, `next` begins another once everyone else had a turn. */
export class Turns {
  #startedMs = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#startedMs > SLICE_MS;
  }

  async next(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#startedMs = performance.now();
  }
}

/** Resolves after the time or when aborted, whichever is first; never rejects. */
export function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
