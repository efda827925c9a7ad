// A flow's bytes over the minutes that it lasted: whole numbers that add up to what the record said.

/** A record is booked in at most so many minutes; of a longer flow, evenly spaced ones. */
export const MAX_PIECES = 60;

/**
 * The part of `amount` that falls before `untilMs` and was not given yet. The last
 * piece gets the rest, so that the parts add up exactly.
 */
export function partDue(amount: number, given: number, firstMs: number, lastMs: number, untilMs: number): number {
  if (untilMs >= lastMs) return amount - given;
  return Math.floor((amount * (untilMs - firstMs)) / (lastMs - firstMs)) - given;
}
