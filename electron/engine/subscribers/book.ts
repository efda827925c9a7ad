// All customers of the network, made of what routers tell of sessions, queues, peers and accounts. No I/O; a clock is handed in.
import type { Observed } from '../observations/index.ts';
import { type Reading, counterOf } from './counting.ts';
import { type SessionSource, accountKey, accountOfQueue, accountText, isAccount, localKey } from './identity.ts';
import { type EndedSession, count, end } from './ledger.ts';
import { Place } from './place.ts';
import { stateOf, upSlots } from './status.ts';
import {
  type Facts,
  type PlaceId,
  type Slot,
  type Subscriber,
  addHome,
  deviceOfPlace,
  isAt,
  isGone,
  newSubscriber,
  placeId,
  sourceOfPlace,
} from './subscriber.ts';
import type { TierOf } from './tiers.ts';
import { rollOver } from './usage.ts';

export type Moment = { readonly atMs: number; readonly monotonicMs: number };

export type BookOptions = {
  /** More are refused and counted. */
  readonly maxSubscribers: number;
  /** After so long without a connection one that no router lists is forgotten. */
  readonly forgetAfterMs: number;
  readonly tierOf: TierOf;
  /** Undefined for a device that is not watched. */
  readonly device: (id: string) => { readonly isSample: boolean } | undefined;
  readonly onSession: (session: EndedSession) => void;
  readonly onRemoved: (key: string) => void;
};

/** Connections of one customer to one router at once. */
const MAX_ALIKE = 16;
/** A reloaded config takes a device away and brings it back at once. */
const MISSING_MS = 10_000;

type Row = Observed<'sessions'>['observation']['rows'][number];

export class SubscriberBook {
  readonly #byKey = new Map<string, Subscriber>();
  readonly #places = new Map<PlaceId, Place>();
  readonly #refused = new Map<string, number>();
  /** By device: whose PPP session each interface is, as it was told last. */
  readonly #users = new Map<string, ReadonlyMap<string, string>>();
  /** Devices that are not watched, and since when on the monotonic clock. */
  readonly #missing = new Map<string, number>();
  #options: BookOptions;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Those that are shown and measured. */
  *[Symbol.iterator](): Generator<Subscriber> {
    for (const subscriber of this.#byKey.values()) if (!isGone(subscriber)) yield subscriber;
  }

  /** With those that are gone and not yet forgotten. */
  all(): Iterable<Subscriber> {
    return this.#byKey.values();
  }

  get(key: string): Subscriber | undefined {
    return this.#byKey.get(key);
  }

  /** How many of the latest observations found no room. */
  get refused(): number {
    let sum = 0;
    for (const ofPlace of this.#refused.values()) sum += ofPlace;
    return sum;
  }

  change(options: Partial<Pick<BookOptions, 'tierOf' | 'forgetAfterMs'>>): void {
    this.#options = { ...this.#options, ...options };
    for (const subscriber of this.#byKey.values()) this.#judgeTier(subscriber);
  }

  restore(subscriber: Subscriber): void {
    if (this.#byKey.size >= this.#options.maxSubscribers) return;
    this.#byKey.set(subscriber.key, subscriber);
    for (const slot of subscriber.slots.values()) {
      const place = this.#place(slot.place);
      place.slots.set(slot.id, slot);
      place.atMs = Math.max(place.atMs ?? 0, slot.reading.atMs);
    }
    this.#judgeTier(subscriber);
  }

  sessions({ deviceId, atMs, observation }: Observed<'sessions'>, monotonicMs: number): void {
    if (this.#options.device(deviceId) === undefined) return;
    const { source, rows } = observation;
    if (source === 'ppp') this.#users.set(deviceId, new Map(rows.map((row) => [row.interface ?? '', row.name])));
    const place = this.#place(placeId(deviceId, source));
    const sinceS = place.sinceSeconds(atMs, monotonicMs);
    place.read(atMs, monotonicMs);
    const seen = new Set<string>();
    const touched = new Set<Subscriber>();
    const { told, connections, refused } = this.#owners(deviceId, source, rows, atMs);
    for (const { subscriber, row } of told) {
      const id = this.#idOf(subscriber, place, row, connections.get(subscriber) === 1, seen);
      if (id === undefined) continue;
      seen.add(id);
      touched.add(subscriber);
      addHome(subscriber, place.id);
      this.#learn(subscriber, place.id, row);
      const reading: Reading = {
        atMs,
        monotonicMs,
        uptimeSeconds: counterOf(row.uptimeSeconds === undefined ? undefined : Math.floor(row.uptimeSeconds)),
        rxBytes: counterOf(row.rxBytes),
        txBytes: counterOf(row.txBytes),
      };
      const { slot, ended } = count(subscriber, place.slots.get(id), { id, place: place.id, row, reading, sinceS });
      place.slots.set(id, slot);
      subscriber.slots.set(`${place.id}\n${id}`, slot);
      if (ended !== undefined) this.#options.onSession(ended);
    }
    this.#refused.set(place.id, refused);
    for (const slot of place.slots.values()) {
      if (seen.has(slot.id)) continue;
      this.#endSession(slot);
      this.#drop(slot);
      touched.add(slot.owner);
    }
    for (const subscriber of touched) this.#judge(subscriber, { atMs, monotonicMs });
  }

  /** The accounts that a router knows, connected or not. */
  profiles({ deviceId, atMs, observation }: Observed<'profiles'>, monotonicMs: number): void {
    if (this.#options.device(deviceId) === undefined) return;
    const listed = new Set<string>();
    let refused = 0;
    for (const { user, profile, comment } of observation.rows) {
      const name = accountText(user);
      if (name === '') continue;
      const subscriber = this.#account(deviceId, name, atMs);
      if (subscriber === undefined) {
        refused++;
        continue;
      }
      listed.add(subscriber.key);
      if (!subscriber.listedBy.has(deviceId)) {
        subscriber.listedBy.add(deviceId);
        subscriber.wasListed = true;
        subscriber.unwritten = 'more';
      }
      this.#setFacts(subscriber, { profile: accountText(profile), comment: accountText(comment) });
      this.#judge(subscriber, { atMs, monotonicMs });
    }
    this.#refused.set(`${deviceId}\nprofiles`, refused);
    for (const subscriber of this.#byKey.values()) {
      if (!subscriber.listedBy.has(deviceId) || listed.has(subscriber.key)) continue;
      subscriber.listedBy.delete(deviceId);
      this.#judge(subscriber, { atMs, monotonicMs });
      subscriber.unwritten = 'more';
    }
  }

  /** Looks at what changes by itself: routers that fell silent or went, days that end, customers to be forgotten. */
  pass(now: Moment): void {
    const { device, forgetAfterMs } = this.#options;
    const lost = new Map<string, boolean>();
    const isLost = (id: string): boolean => {
      let is = lost.get(id);
      if (is === undefined) lost.set(id, (is = this.#isMissing(id, device(id) === undefined, now.monotonicMs)));
      return is;
    };
    for (const [id, place] of this.#places) {
      if (!isLost(deviceOfPlace(id))) continue;
      for (const slot of place.slots.values()) {
        this.#endSession(slot);
        this.#drop(slot);
      }
      this.#places.delete(id);
      this.#refused.delete(id);
      this.#users.delete(deviceOfPlace(id));
    }
    for (const subscriber of this.#byKey.values()) {
      for (const place of subscriber.homes) {
        if (isLost(deviceOfPlace(place))) subscriber.homes.delete(place);
      }
      for (const id of subscriber.listedBy) if (isLost(id)) subscriber.listedBy.delete(id);
      this.#judge(subscriber, now);
      const usage = rollOver(subscriber.usage, now.atMs);
      if (usage !== subscriber.usage) {
        subscriber.usage = usage;
        subscriber.unwritten = 'more';
      }
      const isOver =
        subscriber.state !== 'up' &&
        subscriber.listedBy.size === 0 &&
        now.atMs - (subscriber.lastUpMs ?? subscriber.sinceMs) > forgetAfterMs;
      if (isOver || (subscriber.isSample && subscriber.homes.size === 0 && subscriber.listedBy.size === 0))
        this.remove(subscriber.key);
    }
  }

  /** Whether there was one. It comes back, from nothing, with its next session. */
  remove(key: string): boolean {
    const subscriber = this.#byKey.get(key);
    if (subscriber === undefined) return false;
    for (const slot of subscriber.slots.values()) this.#drop(slot);
    this.#byKey.delete(key);
    this.#options.onRemoved(key);
    return true;
  }

  isFresh(id: PlaceId, monotonicMs: number): boolean {
    return this.#places.get(id)?.isFresh(monotonicMs) === true;
  }

  up(subscriber: Subscriber, monotonicMs: number): Slot[] {
    return upSlots(subscriber, (place) => this.isFresh(place, monotonicMs));
  }

  #isMissing(deviceId: string, isUnknown: boolean, monotonicMs: number): boolean {
    if (!isUnknown) {
      this.#missing.delete(deviceId);
      return false;
    }
    const sinceMs = this.#missing.get(deviceId) ?? monotonicMs;
    this.#missing.set(deviceId, sinceMs);
    return monotonicMs - sinceMs >= MISSING_MS;
  }

  /** Whose each row is, and how many rows each customer has. */
  #owners(deviceId: string, source: SessionSource, rows: readonly Row[], atMs: number) {
    const owned: { readonly subscriber: Subscriber; readonly row: Row }[] = [];
    const connections = new Map<Subscriber, number>();
    let refused = 0;
    for (const row of rows) {
      const name = accountText(row.name);
      if (name === '') continue;
      const account = isAccount(source) ? name : source === 'queue' ? this.#accountOfQueue(deviceId, name) : undefined;
      const subscriber =
        account === undefined ? this.#local(deviceId, name, atMs) : this.#account(deviceId, account, atMs);
      if (subscriber === undefined) {
        refused++;
        continue;
      }
      owned.push({ subscriber, row });
      connections.set(subscriber, (connections.get(subscriber) ?? 0) + 1);
    }
    return { told: owned, connections, refused };
  }

  /** A second session of a user has a queue (and an interface) `<pppoe-anna-1>`: "anna-1" is nobody. */
  #accountOfQueue(deviceId: string, queue: string): string | undefined {
    const user = accountText(this.#users.get(deviceId)?.get(queue));
    return user === '' ? accountOfQueue(queue) : user;
  }

  /** One connection stays the same whatever it is told with; several are told apart by interface or caller. */
  #idOf(owner: Subscriber, place: Place, row: Row, isOnly: boolean, taken: ReadonlySet<string>): string | undefined {
    if (isOnly) {
      const known = [...owner.slots.values()].filter((slot) => slot.place === place.id);
      const [only] = known;
      if (only !== undefined && known.length === 1) return only.id;
    }
    const by = sourceOfPlace(place.id) === 'queue' ? row.name : (row.interface ?? row.callerId);
    return freeId(`${owner.key}\n${accountText(by)}`, taken);
  }

  #place(id: PlaceId): Place {
    let place = this.#places.get(id);
    if (place === undefined) {
      place = new Place(id);
      this.#places.set(id, place);
    }
    return place;
  }

  #account(deviceId: string, name: string, atMs: number): Subscriber | undefined {
    const isSample = this.#options.device(deviceId)?.isSample === true;
    const key = accountKey(name, isSample);
    const known = this.#byKey.get(key);
    // A queue or peer that had the name to itself is this customer's from now on.
    if (known === undefined || !isAt(known, deviceId)) this.remove(localKey(deviceId, name, isSample));
    return known ?? this.#add({ key, name, isAccount: true, isSample, deviceId }, atMs);
  }

  #local(deviceId: string, name: string, atMs: number): Subscriber | undefined {
    const isSample = this.#options.device(deviceId)?.isSample === true;
    const account = this.#byKey.get(accountKey(name, isSample));
    if (account !== undefined && isAt(account, deviceId)) return account;
    const key = localKey(deviceId, name, isSample);
    return this.#byKey.get(key) ?? this.#add({ key, name, isAccount: false, isSample, deviceId }, atMs);
  }

  #add(who: Parameters<typeof newSubscriber>[0], atMs: number): Subscriber | undefined {
    if (this.#byKey.size >= this.#options.maxSubscribers) return undefined;
    const subscriber = newSubscriber(who, atMs);
    this.#byKey.set(who.key, subscriber);
    this.#judgeTier(subscriber);
    return subscriber;
  }

  #learn(subscriber: Subscriber, place: PlaceId, row: Row): void {
    const source = sourceOfPlace(place);
    const limits = {
      ...(row.rxLimitBps !== undefined && { rxLimitBps: counterOf(Math.floor(row.rxLimitBps)) ?? null }),
      ...(row.txLimitBps !== undefined && { txLimitBps: counterOf(Math.floor(row.txLimitBps)) ?? null }),
    };
    if (source === 'queue') {
      const address = subscriber.isAccount ? {} : told('address', row.address);
      this.#setFacts(subscriber, { ...limits, ...address, queueComment: accountText(row.comment) });
      return;
    }
    if (!row.isUp) return;
    this.#setFacts(subscriber, {
      ...limits,
      ...told('profile', row.profile),
      ...told('comment', row.comment),
      ...told('service', row.service ?? source),
      ...told('address', row.address),
      ...told('callerId', row.callerId),
    });
  }

  #setFacts(subscriber: Subscriber, facts: Partial<Facts>): void {
    const now = subscriber.facts;
    if ((Object.keys(facts) as (keyof Facts)[]).every((name) => facts[name] === now[name])) return;
    subscriber.facts = { ...now, ...facts };
    subscriber.unwritten = 'more';
    this.#judgeTier(subscriber);
  }

  #judgeTier(subscriber: Subscriber): void {
    const { name: user, deviceId, facts } = subscriber;
    const tier = this.#options.tierOf({ user, deviceId, ...facts });
    if (tier.tier === subscriber.tier.tier && tier.from === subscriber.tier.from) return;
    subscriber.tier = tier;
  }

  #endSession(slot: Slot): void {
    const ended = end(slot, slot.reading.atMs);
    if (ended !== undefined) this.#options.onSession(ended);
  }

  #drop(slot: Slot): void {
    this.#places.get(slot.place)?.slots.delete(slot.id);
    slot.owner.slots.delete(`${slot.place}\n${slot.id}`);
  }

  #judge(subscriber: Subscriber, { atMs, monotonicMs }: Moment): void {
    const isFresh = (place: PlaceId): boolean => this.isFresh(place, monotonicMs);
    const up = upSlots(subscriber, isFresh);
    const state = stateOf(subscriber, up, isFresh);
    const [first] = up;
    if (first !== undefined) {
      subscriber.lastUpMs = atMs;
      const deviceId = deviceOfPlace(first.place);
      if (deviceId !== subscriber.deviceId) {
        subscriber.deviceId = deviceId;
        this.#judgeTier(subscriber);
      }
      if (first.beganMs !== subscriber.sinceMs || subscriber.state !== 'up') {
        subscriber.sinceMs = first.beganMs;
        subscriber.unwritten = 'more';
      }
    } else if (state !== subscriber.state) {
      subscriber.sinceMs = atMs;
      subscriber.unwritten = 'more';
    }
    subscriber.state = state;
  }
}

/** What was not told is left as it was. */
const told = (name: keyof Facts, text: string | undefined): Partial<Facts> =>
  text === undefined || text === '' ? {} : { [name]: accountText(text) };

/** The first of several of one name keeps it; undefined where there are too many of them. */
function freeId(id: string, taken: ReadonlySet<string>): string | undefined {
  if (!taken.has(id)) return id;
  for (let n = 2; n <= MAX_ALIKE; n++) if (!taken.has(`${id}\n${n}`)) return `${id}\n${n}`;
  return undefined;
}
