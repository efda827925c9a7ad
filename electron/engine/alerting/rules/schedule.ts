// When a group is evaluated: at fixed slots of its interval, spread by the group's name so that not all run at once.
import { hash64 } from './identity.ts';

export const slotOffsetMs = (groupKey: string, intervalMs: number): number =>
  Number(hash64(groupKey) % BigInt(intervalMs));

/** The last slot that is not after `nowMs`. */
export function slotAt(nowMs: number, intervalMs: number, offsetMs: number): number {
  const adjusted = nowMs - offsetMs;
  return adjusted - (((adjusted % intervalMs) + intervalMs) % intervalMs) + offsetMs;
}
