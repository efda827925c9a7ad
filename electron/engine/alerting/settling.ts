// After this computer slept or lost its network nothing is known until targets have reported again: nothing fires meanwhile.
import type { Clock } from '../clock.ts';

/** What has to be known of a device to say whether it reported. */
export type Watched = {
  readonly id: string;
  readonly state: 'online' | 'degraded' | 'offline' | 'unknown';
  readonly lastSeenMs: number | null;
};

export type SettlingOptions = {
  readonly clock: Pick<Clock, 'now'>;
  readonly devices: () => readonly Watched[];
  /** The device that an alert with these labels is about. */
  readonly deviceOf: (labels: Readonly<Record<string, string>>) => string | undefined;
  /** So much of the time up to now was lost that was not told before. */
  readonly onGap: (fromMs: number, toMs: number) => void;
};

/** It is looked at each second; a longer pause was no evaluation's doing. */
const GAP_MS = 30_000;
const LONGEST_MS = 900_000;
/** Many alerts ask at once; who has reported is worked out once for them. */
const ASKED_AGAIN_MS = 100;

type Gap = {
  readonly fromMs: number;
  toMs: number;
  /** The network is still away. */
  isOpen: boolean;
  /** Those that were there when it began. */
  readonly awaited: ReadonlySet<string>;
};

export class Settling {
  readonly #options: SettlingOptions;
  /** Undefined until it was looked at first: what was before is a restart, and no sleep. */
  #lookedMs: number | undefined;
  #gap: Gap | undefined;
  #waited: { readonly atMs: number; readonly sinceMs: number; readonly ids: readonly string[] } | undefined;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** Call it each second, and before whatever would take a sleep for a long silence. */
  look(): void {
    const nowMs = this.#options.clock.now();
    const lastMs = this.#lookedMs;
    this.#lookedMs = nowMs;
    if (lastMs !== undefined && nowMs - lastMs > GAP_MS) this.gap(lastMs, nowMs);
    if (this.#gap?.isOpen === true) this.#extend(this.#gap, nowMs);
  }

  /** This computer could not listen between the two times. */
  gap(fromMs: number, toMs: number): void {
    const known = this.#current(toMs);
    // What overlaps or follows at once is one: whoever was there at its beginning is awaited.
    if (known !== undefined && fromMs <= known.toMs + GAP_MS) this.#extend(known, toMs);
    else this.#begin(fromMs, toMs, false);
  }

  /** Whether this computer has a network; told whenever it changes. */
  network(isThere: boolean): void {
    const nowMs = this.#options.clock.now();
    const known = this.#current(nowMs);
    if (isThere) {
      if (known?.isOpen !== true) return;
      this.#extend(known, nowMs);
      known.isOpen = false;
    } else if (known === undefined) this.#begin(nowMs, nowMs, true);
    else known.isOpen = true;
  }

  /** Why an alert with these labels cannot begin or end now; a sentence. Undefined where it can. */
  holds(labels: Readonly<Record<string, string>>): string | undefined {
    const gap = this.#current(this.#options.clock.now());
    if (gap === undefined || labels['job'] === 'linewarden') return undefined;
    const waiting = this.#waiting(gap);
    const device = this.#options.deviceOf(labels);
    const isHeld = device === undefined ? gap.isOpen || waiting.length > 0 : waiting.includes(device);
    if (!isHeld) return undefined;
    const reason = gap.isOpen ? 'this computer has no network' : 'this computer slept or had no network';
    return `Waiting for ${device ?? waiting[0] ?? 'the network'} to report again: ${reason}.`;
  }

  #begin(fromMs: number, toMs: number, isOpen: boolean): void {
    const there = this.#options.devices().filter(({ state }) => state === 'online' || state === 'degraded');
    this.#gap = { fromMs, toMs, isOpen, awaited: new Set(there.map(({ id }) => id)) };
    if (toMs > fromMs) this.#options.onGap(fromMs, toMs);
  }

  #extend(gap: Gap, toMs: number): void {
    if (toMs <= gap.toMs) return;
    const fromMs = gap.toMs;
    gap.toMs = toMs;
    this.#options.onGap(fromMs, toMs);
  }

  /** Undefined once everyone has reported, and after a quarter of an hour. */
  #current(nowMs: number): Gap | undefined {
    const gap = this.#gap;
    if (gap === undefined || gap.isOpen) return gap;
    const isOver = nowMs >= gap.toMs + LONGEST_MS || nowMs < gap.fromMs || this.#waiting(gap).length === 0;
    if (isOver) this.#gap = undefined;
    return this.#gap;
  }

  /** Those that have not reported since it ended; since it began, while it lasts. */
  #waiting({ fromMs, toMs, isOpen, awaited }: Gap): readonly string[] {
    const sinceMs = isOpen ? fromMs : toMs;
    const nowMs = this.#options.clock.now();
    const known = this.#waited;
    if (known?.sinceMs === sinceMs && nowMs - known.atMs < ASKED_AGAIN_MS && nowMs >= known.atMs) return known.ids;
    const ids = this.#options
      .devices()
      .filter(({ id, lastSeenMs }) => awaited.has(id) && (lastSeenMs ?? 0) <= sinceMs)
      .map(({ id }) => id);
    this.#waited = { atMs: nowMs, sinceMs, ids };
    return ids;
  }
}
