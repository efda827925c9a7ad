// Time as a dependency, so that presence, alerting and schedules can be tested without waiting.

export interface Clock {
  /** Unix ms, may jump. */
  now(): number;
  /** Monotonic ms, for durations. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
