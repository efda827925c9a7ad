// Whose an address was at which time: by sessions, past and present, and by what queues and peers say without a time.
import { normalizeAddress } from '../observations/index.ts';
import type { SubscriberSessionRow } from '../store/state/index.ts';
import { isAccount } from './identity.ts';
import { type Subscriber, sourceOfPlace } from './subscriber.ts';

export type HeldAddress = {
  readonly key: string;
  readonly address: string;
  /** Unix ms; -Infinity and Infinity where nothing says when. */
  readonly fromMs: number;
  readonly untilMs: number;
};

/** Those that say when go first: an address goes from customer to customer with their sessions. */
export function* heldAddresses(
  subscribers: Iterable<Subscriber>,
  sessions: Iterable<SubscriberSessionRow>,
): Generator<HeldAddress> {
  for (const { key, address, beganMs, endedMs } of sessions) {
    const held = normalizeAddress(address);
    if (held !== undefined) yield { key, address: held, fromMs: beganMs, untilMs: endedMs };
  }
  const lasting: HeldAddress[] = [];
  const always = { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
  for (const { key, slots, facts, isAccount: isAccounted } of subscribers) {
    for (const slot of slots.values()) {
      const address = normalizeAddress(slot.address);
      if (address === undefined || !slot.isUp) continue;
      if (isAccount(sourceOfPlace(slot.place))) yield { key, address, fromMs: slot.beganMs, untilMs: always.untilMs };
      else lasting.push({ key, address, ...always });
    }
    // What an account had last may be somebody else's by now.
    const address = isAccounted ? undefined : normalizeAddress(facts.address);
    if (address !== undefined) lasting.push({ key, address, ...always });
  }
  yield* lasting;
}
