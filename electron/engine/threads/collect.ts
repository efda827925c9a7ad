// Gives back, once, what only a thread's start needed.
import { runInNewContext } from 'node:vm';

/** The first polls and rules have run by then; and each target has been scraped once, at the usual intervals. */
const AFTER_MS = [5_000, 30_000];

/**
 * Two collections of the whole heap (some 50 ms each) soon after the start: an engine that idles allocates so little that V8
 * would not get to it for hours. Does nothing where the process does not expose its collector.
 * @returns what to call when the thread ends earlier
 */
export function collectAfterStart(): () => void {
  const timers = AFTER_MS.map((afterMs) => setTimeout(collect, afterMs).unref());
  return () => timers.forEach(clearTimeout);
}

function collect(): void {
  const gc: unknown = runInNewContext('globalThis.gc');
  if (typeof gc === 'function') gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
