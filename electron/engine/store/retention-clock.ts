// The time by which retention removes files: the wall clock's, unless that leapt ahead by so much that it may be wrong.
// A clock that stands in 2099 for a minute, before it is set right, must not cost all that is stored.

/** A leap ahead of the time that passed, by at most so much, is a machine that slept or was off. */
const MAX_LEAP_MS = 2 * 86_400_000;
/** A clock that leapt further is believed after so much running time without a leap back. */
export const CONFIRM_MS = 6 * 3_600_000;

export type Moment = {
  /** Unix ms, may leap. */
  readonly nowMs: number;
  /** Ms that go on evenly while the process runs. */
  readonly monotonicMs: number;
};

/** What is kept across restarts. */
export type SavedClock = {
  /** Unix ms. */
  readonly trustedMs: number;
  /** While the clock is in doubt: its last time, and for how long it has gone on steadily. */
  readonly doubted?: { readonly wallMs: number; readonly steadyMs: number } | undefined;
};

export class RetentionClock {
  #trustedMs: number;
  #doubted: { wallMs: number; steadyMs: number } | undefined;
  #monotonicMs: number;

  /** `saved` is undefined for a store that never asked before: then the first time is believed. */
  constructor(saved: SavedClock | undefined, start: Moment) {
    this.#trustedMs = saved?.trustedMs ?? start.nowMs;
    this.#doubted = saved?.doubted && { ...saved.doubted };
    this.#monotonicMs = start.monotonicMs;
  }

  get saved(): SavedClock {
    return { trustedMs: this.#trustedMs, doubted: this.#doubted && { ...this.#doubted } };
  }

  get isInDoubt(): boolean {
    return this.#doubted !== undefined;
  }

  /**
   * @param rawKeepMs how long samples are kept: where that is short, a shorter leap is doubted
   * @returns Unix ms, never later than the wall clock
   */
  at({ nowMs, monotonicMs }: Moment, rawKeepMs: number): number {
    const passedMs = Math.max(0, monotonicMs - this.#monotonicMs);
    this.#monotonicMs = monotonicMs;
    const leapMs = Math.min(MAX_LEAP_MS, rawKeepMs / 2);
    // Going back deletes nothing, so it is believed at once.
    if (nowMs <= this.#trustedMs + passedMs + leapMs) return this.#believe(nowMs);
    const before = this.#doubted;
    const isSteady =
      before !== undefined && nowMs >= before.wallMs - leapMs && nowMs <= before.wallMs + passedMs + leapMs;
    const steadyMs = isSteady ? before.steadyMs + passedMs : 0;
    if (steadyMs >= CONFIRM_MS) return this.#believe(nowMs);
    this.#doubted = { wallMs: nowMs, steadyMs };
    this.#trustedMs += passedMs;
    return this.#trustedMs;
  }

  #believe(nowMs: number): number {
    this.#doubted = undefined;
    this.#trustedMs = nowMs;
    return nowMs;
  }
}

/** Undefined for anything else than what `saved` gave. */
export function parseSavedClock(text: unknown): SavedClock | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const { trustedMs, doubted } = JSON.parse(text) as Partial<SavedClock>;
    if (!Number.isFinite(trustedMs)) return undefined;
    const isWhole = Number.isFinite(doubted?.wallMs) && Number.isFinite(doubted?.steadyMs);
    return { trustedMs: trustedMs!, doubted: isWhole ? doubted : undefined };
  } catch {
    return undefined;
  }
}
