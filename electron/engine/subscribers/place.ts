// One menu of one device, as it was last read: when, how often it comes, and the connections that it had.
import type { PlaceId, Slot } from './subscriber.ts';

const FIRST_INTERVAL_MS = 60_000;
const MIN_STALE_MS = 90_000;
const MAX_INTERVAL_MS = 3_600_000;

export class Place {
  readonly id: PlaceId;
  readonly slots = new Map<string, Slot>();
  /** Unix ms; undefined until it is read, or restored. */
  atMs: number | undefined;
  #monotonicMs: number | undefined;
  #intervalMs = FIRST_INTERVAL_MS;

  constructor(id: PlaceId) {
    this.id = id;
  }

  /** Seconds since it was read last, by whichever clock says more: one stands in sleep, the other may be set back. */
  sinceSeconds(atMs: number, monotonicMs: number): number | undefined {
    if (this.atMs === undefined) return undefined;
    const monotonic = this.#monotonicMs === undefined ? 0 : monotonicMs - this.#monotonicMs;
    return Math.max(0, monotonic, atMs - this.atMs) / 1_000;
  }

  read(atMs: number, monotonicMs: number): void {
    if (this.#monotonicMs !== undefined) {
      this.#intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(1_000, monotonicMs - this.#monotonicMs));
    }
    this.atMs = atMs;
    this.#monotonicMs = monotonicMs;
  }

  isFresh(monotonicMs: number): boolean {
    if (this.#monotonicMs === undefined) return false;
    return monotonicMs - this.#monotonicMs <= Math.max(MIN_STALE_MS, 3 * this.#intervalMs);
  }
}
