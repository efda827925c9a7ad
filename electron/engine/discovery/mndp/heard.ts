// What was heard lately, told to the hub as the neighbours of this computer.
import type { NeighbourSeen, ObservationHub } from '../../observations/index.ts';
import { normalizeAddress } from '../../observations/index.ts';
import type { Announcement } from './packet.ts';

/** Routers announce themselves each minute. */
const SILENT_MS = 5 * 60_000;
/** Senders may be forged. */
const MAX_ROWS = 2_000;

export type Heard = {
  add(announcement: Announcement, from: string, atMs: number): void;
  /** Call it each second or so: publishes what changed. */
  tick(nowMs: number): void;
};

export function createHeard(hub: ObservationHub, deviceId: () => string): Heard {
  const rows = new Map<string, { readonly row: NeighbourSeen; readonly atMs: number }>();
  let changed = false;
  return {
    add(announcement, from, atMs) {
      const { mac, identity, version, platform, board, softwareId, interface: remoteInterface } = announcement;
      const sender = normalizeAddress(from);
      // Where it came from is where it can be reached; what it says of itself may be another network's.
      const all = new Set([...(sender === undefined ? [] : [sender]), ...announcement.addresses]);
      for (const address of all.size === 0 ? [undefined] : all) {
        const key = `${mac} ${address ?? ''}`;
        const row: NeighbourSeen = {
          interface: '',
          mac,
          ...(identity !== undefined && { identity }),
          ...(version !== undefined && { version }),
          ...(platform !== undefined && { platform }),
          ...(board !== undefined && { board }),
          ...(softwareId !== undefined && { softwareId }),
          ...(address !== undefined && { address }),
          ...(remoteInterface !== undefined && { remoteInterface }),
        };
        rows.delete(key);
        rows.set(key, { row, atMs });
      }
      for (const key of rows.keys()) {
        if (rows.size <= MAX_ROWS) break;
        rows.delete(key);
      }
      changed = true;
    },
    tick(nowMs) {
      for (const [key, { atMs }] of rows) {
        // In the order of their last word.
        if (Math.abs(nowMs - atMs) < SILENT_MS) break;
        rows.delete(key);
        changed = true;
      }
      if (!changed) return;
      changed = false;
      hub.publish(deviceId(), nowMs, {
        kind: 'neighbours',
        source: 'mndp',
        rows: [...rows.values()].map(({ row }) => row),
      });
    },
  };
}
