// What health says of messages that cannot be delivered.
import type { Waiting } from './queue.ts';

/** One sentence; undefined where nothing waits for a failure to end. */
export function deliveryTrouble(waiting: readonly Waiting[]): string | undefined {
  const failing = waiting.filter(({ lastError }) => lastError !== undefined);
  const [first] = failing;
  if (first === undefined) return undefined;
  // `receiver/kind/index`; a receiver's name may hold slashes.
  const [, receiver, kind] = /^(.*)\/([^/]+)\/\d+$/.exec(first.way) ?? ['', first.way, ''];
  const count = failing.length === 1 ? '1 message about alerts waits' : `${failing.length} messages about alerts wait`;
  return `${count} to be delivered and ${failing.length === 1 ? 'is' : 'are'} tried again; ${kind} of receiver ${receiver}: ${first.lastError}`;
}
