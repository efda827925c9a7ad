// Which of a panel's thresholds a value has reached.
import type { Threshold } from '../../shared/model/dashboard.ts';

/** The last one whose beginning the value reaches; undefined below the first, or without a value. */
export const thresholdOf = (
  thresholds: readonly Threshold[] | undefined,
  value: number | null,
): Threshold | undefined =>
  value === null ? undefined : thresholds?.findLast(({ from }) => from === undefined || value >= from);
