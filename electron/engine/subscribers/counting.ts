// How much a session carried since it was last looked at, though its counters begin anew with each connection.

/** What a session's counters said, and when. */
export type Reading = {
  /** Unix ms. */
  readonly atMs: number;
  /** Of the engine's monotonic clock; undefined after a restart. */
  readonly monotonicMs: number | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly rxBytes: number | undefined;
  readonly txBytes: number | undefined;
};

export type Bytes = { readonly rx: number; readonly tx: number };

export const NO_BYTES: Bytes = { rx: 0, tx: 0 };

/**
 * Routers tell whole seconds, and an answer may be on its way for some. A connection that lasts for less than this may
 * pass for the next one; the other mistake, to count a long one again whole, would be far worse.
 */
const TOLERANCE_S = 5;
/** Across a restart only the wall clock tells how long it was. */
const RESTART_TOLERANCE_S = 60;

/** A count that a device told; what no counter can say is left out. */
export const counterOf = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

export const elapsedSeconds = (before: Reading, now: Reading): number => {
  const wall = (now.atMs - before.atMs) / 1_000;
  if (before.monotonicMs === undefined || now.monotonicMs === undefined) return Math.max(0, wall);
  const monotonic = (now.monotonicMs - before.monotonicMs) / 1_000;
  // The monotonic clock stands while this computer sleeps: an uptime that grew by more says that it did.
  const grew = (now.uptimeSeconds ?? 0) - (before.uptimeSeconds ?? 0);
  return grew > monotonic + TOLERANCE_S ? Math.max(0, wall) : monotonic;
};

/** Whether both readings are of one connection: nothing went backwards, and its uptime went on with the clock. */
export function isSameSession(before: Reading, now: Reading): boolean {
  if (now.rxBytes !== undefined && before.rxBytes !== undefined && now.rxBytes < before.rxBytes) return false;
  if (now.txBytes !== undefined && before.txBytes !== undefined && now.txBytes < before.txBytes) return false;
  if (now.uptimeSeconds === undefined || before.uptimeSeconds === undefined) return true;
  const grew = now.uptimeSeconds - before.uptimeSeconds;
  if (grew < 0) return false;
  const elapsed = elapsedSeconds(before, now);
  const tolerance = before.monotonicMs === undefined ? RESTART_TOLERANCE_S + elapsed / 100 : TOLERANCE_S;
  // One that is older than that did not begin since: this computer's clock was put forward while nobody looked.
  return elapsed - grew <= tolerance || now.uptimeSeconds > elapsed + tolerance;
}

/** What went since the reading before: all of a connection's bytes where it is another one. */
export function bytesSince(before: Reading, now: Reading, isSame: boolean): Bytes {
  const since = (was: number | undefined, is: number | undefined): number => {
    if (is === undefined) return 0;
    if (!isSame) return is;
    return was === undefined ? 0 : Math.max(0, is - was);
  };
  return { rx: since(before.rxBytes, now.rxBytes), tx: since(before.txBytes, now.txBytes) };
}

/**
 * Of a session that was not there when its router was last asked. One that began since then is new with all of its bytes;
 * of one that is older nobody knows when they went, and they are not counted.
 * @param sinceS seconds since the router was last asked; undefined: it never was
 */
export function bytesOfNew(now: Reading, sinceS: number | undefined): Bytes {
  if (sinceS === undefined || now.uptimeSeconds === undefined) return NO_BYTES;
  if (now.uptimeSeconds > sinceS + TOLERANCE_S) return NO_BYTES;
  return { rx: now.rxBytes ?? 0, tx: now.txBytes ?? 0 };
}
