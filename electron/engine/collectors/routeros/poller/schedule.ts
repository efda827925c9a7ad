// When a router is polled: on slots of its own, so that fifty routers do not answer in the same instant.

/** A number in [0, 2^32) that is the same for the same text (FNV-1a). */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x0100_0193);
  }
  // The last characters of "router-17" and "router-18" reach only the low bits: spread them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The router's place within the interval, ms. */
export const phaseMs = (routerId: string, intervalMs: number): number => hashText(routerId) % intervalMs;

/** ms until the next slot strictly after `nowMs`: slots are phase + n * interval since 1970. Missed slots are skipped. */
export function untilNextSlotMs(nowMs: number, intervalMs: number, phase: number): number {
  const sinceSlot = (((nowMs - phase) % intervalMs) + intervalMs) % intervalMs;
  return intervalMs - sinceSlot;
}

/** 5 s, 10 s, 20 s, ... 5 min after the first, second, third, ... failure in a row. */
export const backoffMs = (failures: number, { minMs, maxMs }: { minMs: number; maxMs: number }): number =>
  Math.min(maxMs, minMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
