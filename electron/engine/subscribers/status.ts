// Whether a customer is connected, by the menu that knows it best: an account's sessions before a peer's handshake before a queue.
import type { SessionSource } from './identity.ts';
import {
  type PlaceId,
  type Slot,
  type Subscriber,
  type SubscriberState,
  deviceOfPlace,
  sourceOfPlace,
} from './subscriber.ts';

const WEIGHT: Readonly<Record<SessionSource, number>> = { ppp: 0, hotspot: 0, wireguard: 1, queue: 2 };

/** The connections by which it counts as up, those of its own device first. */
export function upSlots(subscriber: Subscriber, isFresh: (place: PlaceId) => boolean): Slot[] {
  const best = bestWeight(subscriber);
  return [...subscriber.slots.values()]
    .filter(({ isUp, place }) => isUp && WEIGHT[sourceOfPlace(place)] === best && isFresh(place))
    .toSorted((a, b) => a.beganMs - b.beganMs)
    .toSorted((a, b) => Number(isOwn(subscriber, b)) - Number(isOwn(subscriber, a)));
}

const isOwn = ({ deviceId }: Subscriber, { place }: Slot): boolean => deviceOfPlace(place) === deviceId;

const bestWeight = ({ homes, listedBy }: Subscriber): number =>
  listedBy.size > 0 ? 0 : Math.min(...[...homes].map((place) => WEIGHT[sourceOfPlace(place)]));

/** Unknown while no menu that would know it has answered lately. */
export function stateOf(
  subscriber: Subscriber,
  up: readonly Slot[],
  isFresh: (place: PlaceId) => boolean,
): SubscriberState {
  if (up.length > 0) return 'up';
  const best = bestWeight(subscriber);
  const { homes, listedBy } = subscriber;
  const answered =
    [...homes].some((place) => WEIGHT[sourceOfPlace(place)] === best && isFresh(place)) ||
    [...listedBy].some((deviceId) => isFresh(`${deviceId}\nppp`));
  return answered ? 'down' : 'unknown';
}
