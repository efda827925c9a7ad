// One customer as it is kept in memory: who it is, where it was seen, and what it has carried.
import { type Bytes, NO_BYTES, type Reading } from './counting.ts';
import type { SessionSource } from './identity.ts';
import type { Tier } from './tiers.ts';
import { type Usage, emptyUsage } from './usage.ts';

export type SubscriberState = 'up' | 'down' | 'unknown';

/** What devices said of it last; '' where they said nothing. */
export type Facts = {
  readonly profile: string;
  readonly comment: string;
  readonly queueComment: string;
  readonly service: string;
  readonly address: string;
  readonly callerId: string;
  readonly rxLimitBps: number | null;
  readonly txLimitBps: number | null;
};

/** A menu of a device, which names many customers at once. */
export type PlaceId = `${string}\n${SessionSource}`;

export const placeId = (deviceId: string, source: SessionSource): PlaceId => `${deviceId}\n${source}`;
export const deviceOfPlace = (place: PlaceId): string => place.slice(0, place.lastIndexOf('\n'));
export const sourceOfPlace = (place: PlaceId): SessionSource =>
  place.slice(place.lastIndexOf('\n') + 1) as SessionSource;

/** One connection, queue or peer, as it is counted. */
export type Slot = {
  readonly id: string;
  readonly place: PlaceId;
  readonly owner: Subscriber;
  reading: Reading;
  isUp: boolean;
  address: string;
  service: string;
  callerId: string;
  /** Unix ms. */
  beganMs: number;
  /** What was counted of it while it was up. */
  carried: Bytes;
  rxBps: number | null;
  txBps: number | null;
};

export type Subscriber = {
  readonly key: string;
  readonly name: string;
  readonly isAccount: boolean;
  readonly isSample: boolean;
  /** The device that its series name: where it is connected, or was last. */
  deviceId: string;
  facts: Facts;
  tier: Tier;
  state: SubscriberState;
  /** Unix ms since when it is in this state. */
  sinceMs: number;
  lastUpMs: number | null;
  /** Where it was seen, the latest last. */
  readonly homes: Set<PlaceId>;
  /** Devices whose list of accounts has it. */
  readonly listedBy: Set<string>;
  wasListed: boolean;
  readonly slots: Map<string, Slot>;
  total: Bytes;
  usage: Usage;
  /** What the stored series had beyond the record, of that day, after a kill: counted once its connections are over. */
  pending: (Bytes & { readonly day: string }) | null;
  /** What state.db does not know yet: counters can wait, the rest is soon written. */
  unwritten: 'nothing' | 'counters' | 'more';
};

const NO_FACTS: Facts = {
  profile: '',
  comment: '',
  queueComment: '',
  service: '',
  address: '',
  callerId: '',
  rxLimitBps: null,
  txLimitBps: null,
};

export const newSubscriber = (
  who: Pick<Subscriber, 'key' | 'name' | 'isAccount' | 'isSample' | 'deviceId'>,
  atMs: number,
): Subscriber => ({
  ...who,
  facts: NO_FACTS,
  tier: { tier: '', from: 'none' },
  state: 'unknown',
  sinceMs: atMs,
  lastUpMs: null,
  homes: new Set(),
  listedBy: new Set(),
  wasListed: false,
  slots: new Map(),
  total: NO_BYTES,
  usage: emptyUsage(atMs),
  pending: null,
  unwritten: 'more',
});

const MAX_HOMES = 8;

export function addHome(subscriber: Subscriber, place: PlaceId): void {
  const { homes } = subscriber;
  if (homes.has(place)) return;
  homes.add(place);
  subscriber.unwritten = 'more';
  for (const oldest of homes) {
    if (homes.size <= MAX_HOMES) break;
    homes.delete(oldest);
  }
}

export const isAt = ({ homes, listedBy }: Subscriber, deviceId: string): boolean =>
  listedBy.has(deviceId) || [...homes].some((place) => deviceOfPlace(place) === deviceId);

/** Its account was deleted, or its devices are not watched any more: kept for a while, and not shown. */
export const isGone = ({ homes, listedBy, wasListed, state }: Subscriber): boolean =>
  state !== 'up' && listedBy.size === 0 && (wasListed || homes.size === 0);
