// Where an alert's `for` stands after a restart, from what ALERTS_FOR_STATE last said.

/** How far back a last sample may lie. */
export const OUTAGE_TOLERANCE_MS = 3_600_000;
/** A restored alert fires no sooner than this after the restart; rules with a shorter `for` are not restored. */
export const GRACE_MS = 600_000;

export type ForStateSample = {
  readonly timeMs: number;
  /** The value of ALERTS_FOR_STATE: active since, as Unix time. */
  readonly activeAtMs: number;
};

/** The time since when the alert counts as active. The time that the program was down does not count. */
export function restoredActiveAtMs(sample: ForStateSample, ts: number, forMs: number, graceMs = GRACE_MS): number {
  const remainingMs = forMs - (sample.timeMs - sample.activeAtMs);
  if (remainingMs <= 0) return sample.activeAtMs;
  if (remainingMs < graceMs) return ts + graceMs - forMs;
  return sample.activeAtMs + (ts - sample.timeMs);
}
