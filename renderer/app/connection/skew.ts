// How far the engine's clock is from the page's, when the engine runs on another machine.
export const TICKS_FOR_SKEW = 16;

const TRANSIT_MS = 2_000;

/**
 * From the last ticks' times, engine minus page, in ms. A tick that waited for a busy page looks older than it was, so
 * the one that was under way for the shortest time counts; what is left below two seconds is transit, not skew.
 */
export function skewOf(offsetsMs: readonly number[]): number {
  const nearest = offsetsMs.length === 0 ? 0 : Math.max(...offsetsMs);
  return Math.abs(nearest) < TRANSIT_MS ? 0 : nearest;
}
