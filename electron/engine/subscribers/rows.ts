// Customers as the window sees them.
import type { Subscriber as Shown, SubscriberDetail, SubscriberSession } from '../../../shared/contract/index.ts';
import type { SubscriberSessionRow } from '../store/state/index.ts';
import { type Slot, type Subscriber, deviceOfPlace, sourceOfPlace } from './subscriber.ts';

export type Live = {
  /** Those by which it counts as up. */
  readonly up: readonly Slot[];
  readonly isFresh: (slot: Slot) => boolean;
  readonly rttSeconds: number | undefined;
};

const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce((all, value) => (value === null ? all : (all ?? 0) + value), null);

/** Matchers of its series: they go on where it moves to another router, and where its tier changes. */
export const selectorOf = ({ name, isAccount, deviceId }: Subscriber): string =>
  `subscriber=${JSON.stringify(name)}${isAccount ? '' : `,device=${JSON.stringify(deviceId)}`}`;

export function toShown(subscriber: Subscriber, { up, isFresh, rttSeconds }: Live): Shown {
  const { key, name, tier, state, sinceMs, deviceId, facts, usage, isSample } = subscriber;
  const fresh = [...subscriber.slots.values()].filter(isFresh);
  const [first] = up;
  return {
    key,
    name,
    state,
    sinceMs,
    deviceId,
    tier: tier.tier,
    address: facts.address,
    service: facts.service,
    comment: facts.comment || facts.queueComment,
    uptimeSeconds: first?.reading.uptimeSeconds ?? null,
    rxBps: state === 'up' ? sum(fresh.map(({ rxBps }) => rxBps)) : null,
    txBps: state === 'up' ? sum(fresh.map(({ txBps }) => txBps)) : null,
    today: usage.today,
    thisMonth: usage.thisMonth,
    rttSeconds: rttSeconds ?? null,
    sample: isSample,
    selector: selectorOf(subscriber),
  };
}

export function toDetail(subscriber: Subscriber, live: Live, past: readonly SubscriberSessionRow[]): SubscriberDetail {
  const { facts, tier, lastUpMs, usage } = subscriber;
  const { profile, queueComment, callerId, rxLimitBps, txLimitBps } = facts;
  const ongoing = live.up
    .filter(({ place }) => sourceOfPlace(place) !== 'queue')
    .map(({ place, service, address, callerId: from, beganMs, reading, carried }): SubscriberSession => ({
      deviceId: deviceOfPlace(place),
      service,
      address,
      callerId: from,
      beganMs,
      endedMs: null,
      rxBytes: sourceOfPlace(place) === 'wireguard' ? carried.rx : (reading.rxBytes ?? 0),
      txBytes: sourceOfPlace(place) === 'wireguard' ? carried.tx : (reading.txBytes ?? 0),
    }));
  return {
    ...toShown(subscriber, live),
    profile,
    queueComment,
    callerId,
    rxLimitBps,
    txLimitBps,
    lastUpMs,
    tierFrom: tier.from,
    lastMonth: usage.lastMonth,
    sessions: [...ongoing, ...past.map(({ key: _key, ...session }) => session)],
  };
}
