// Counts what a customer's connections carried: readings go in, its totals, rates and past sessions come out.
import type { SessionSeen } from '../observations/index.ts';
import {
  type Bytes,
  NO_BYTES,
  type Reading,
  bytesOfNew,
  bytesSince,
  elapsedSeconds,
  isSameSession,
} from './counting.ts';
import { PRECEDENCE, accountText, isAccount } from './identity.ts';
import { type PlaceId, type Slot, type Subscriber, deviceOfPlace, sourceOfPlace } from './subscriber.ts';
import { addUsage, plus } from './usage.ts';

export type EndedSession = {
  readonly key: string;
  readonly deviceId: string;
  readonly service: string;
  readonly address: string;
  readonly callerId: string;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly rxBytes: number;
  readonly txBytes: number;
};

export type Told = {
  readonly id: string;
  readonly place: PlaceId;
  readonly row: SessionSeen;
  readonly reading: Reading;
  /** Seconds since its router was last asked; undefined: it never was. */
  readonly sinceS: number | undefined;
};

/** Adds what went since the reading before, and gives the connection as it is now, with the session that is over, if one is. */
export function count(
  owner: Subscriber,
  known: Slot | undefined,
  { id, place, row, reading, sinceS }: Told,
): { readonly slot: Slot; readonly ended: EndedSession | undefined } {
  const { atMs, uptimeSeconds } = reading;
  const isSame = known !== undefined && isSameSession(known.reading, reading);
  let bytes = known === undefined ? bytesOfNew(reading, sinceS) : bytesSince(known.reading, reading, isSame);
  if (!isCounted(owner, place)) bytes = NO_BYTES;
  if (known !== undefined && isSame) settle(owner, bytes);
  add(owner, bytes, atMs);
  const isGoingOn = known !== undefined && isSame && known.isUp === row.isUp;
  let ended: EndedSession | undefined;
  if (known !== undefined && !isGoingOn) {
    const beganMs = uptimeSeconds === undefined ? known.reading.atMs : atMs - uptimeSeconds * 1_000;
    ended = end(known, Math.max(known.reading.atMs, Math.min(atMs, beganMs)));
  }
  if (!isGoingOn) owner.unwritten = 'more';
  const seconds = known === undefined ? (sinceS ?? 0) : elapsedSeconds(known.reading, reading);
  const rate = (carried: number, read: number | undefined): number | null =>
    read === undefined || seconds < 0.5 ? null : (8 * carried) / seconds;
  const slot: Slot = {
    id,
    place,
    owner,
    reading,
    isUp: row.isUp,
    address: accountText(row.address),
    service: accountText(row.service ?? sourceOfPlace(place)),
    callerId: accountText(row.callerId),
    beganMs: isGoingOn ? known.beganMs : atMs - (uptimeSeconds ?? 0) * 1_000,
    carried: isGoingOn ? plus(known.carried, bytes) : bytes,
    rxBps: rate(bytes.rx, reading.rxBytes),
    txBps: rate(bytes.tx, reading.txBytes),
  };
  return { slot, ended };
}

/** What the engine's end at this moment leaves of a connection for the list of past sessions; undefined where nothing. */
export function end(slot: Slot, endedMs: number): EndedSession | undefined {
  const { owner, isUp, reading, carried, place, address, service, callerId, beganMs } = slot;
  release(owner);
  owner.unwritten = 'more';
  const source = sourceOfPlace(place);
  if (!isUp || source === 'queue' || owner.isSample) return undefined;
  // A session's own counters are whole even where it began before it was watched; a peer's go on for ever.
  const bytes = isAccount(source) ? { rx: reading.rxBytes ?? 0, tx: reading.txBytes ?? 0 } : carried;
  return {
    key: owner.key,
    deviceId: deviceOfPlace(place),
    service,
    address,
    callerId,
    beganMs,
    endedMs: Math.max(beganMs, endedMs),
    rxBytes: bytes.rx,
    txBytes: bytes.tx,
  };
}

function add(owner: Subscriber, bytes: Bytes, atMs: number): void {
  if (bytes.rx === 0 && bytes.tx === 0) return;
  owner.total = plus(owner.total, bytes);
  owner.usage = addUsage(owner.usage, atMs, bytes);
  if (owner.unwritten === 'nothing') owner.unwritten = 'counters';
}

/** What is counted now was part of what is owed. */
function settle(owner: Subscriber, bytes: Bytes): void {
  const { pending } = owner;
  if (pending === null) return;
  const left = { rx: Math.max(0, pending.rx - bytes.rx), tx: Math.max(0, pending.tx - bytes.tx) };
  owner.pending = left.rx > 0 || left.tx > 0 ? { ...left, day: pending.day } : null;
}

/** A connection of before the kill is over: what the stored series had beyond the record was its own. */
function release(owner: Subscriber): void {
  const { pending, usage } = owner;
  if (pending === null) return;
  owner.pending = null;
  owner.total = plus(owner.total, pending);
  const isThisMonth = usage.month === pending.day.slice(0, 7);
  owner.usage = {
    ...usage,
    ...(usage.day === pending.day && { today: plus(usage.today, pending) }),
    ...(isThisMonth && { thisMonth: plus(usage.thisMonth, pending) }),
  };
}

/** One menu a router counts: the same bytes go through a session and its queue. */
function isCounted(owner: Subscriber, place: PlaceId): boolean {
  const own = PRECEDENCE[sourceOfPlace(place)];
  const deviceId = deviceOfPlace(place);
  for (const slot of owner.slots.values()) {
    if (PRECEDENCE[sourceOfPlace(slot.place)] >= own || deviceOfPlace(slot.place) !== deviceId) continue;
    if (slot.reading.rxBytes !== undefined || slot.reading.txBytes !== undefined) return false;
  }
  return true;
}
