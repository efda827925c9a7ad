// Traffic of the last minute by second, each record's bytes spread over the time that it covers.

export const LIVE_SECONDS = 60;
/** Places by second; more than the window, so that a second that is filled is none that is told. */
const PLACES = 64;

/**
 * Many rows of amounts by second. `#steps` holds where a rate begins and ends, so that a record of a minute costs as much
 * as one of a second.
 */
export class SecondRows {
  readonly #parts: Float64Array;
  readonly #steps: Float64Array;

  constructor(rows: number) {
    this.#parts = new Float64Array(rows * PLACES);
    this.#steps = new Float64Array(rows * PLACES);
  }

  /** The part of the amount that lies in first..last of the window; see `spreadOf`. */
  add(row: number, spread: Spread, amount: number): void {
    const at = row * PLACES;
    const { first, last, firstShare, secondShare, lastShare } = spread;
    bump(this.#parts, at + (first % PLACES), firstShare * amount);
    if (last === first) return;
    bump(this.#parts, at + (last % PLACES), lastShare * amount);
    bump(this.#steps, at + ((first + 1) % PLACES), secondShare * amount);
    bump(this.#steps, at + (last % PLACES), -secondShare * amount);
  }

  /** All of it in one second. */
  addAt(row: number, second: number, amount: number): void {
    bump(this.#parts, row * PLACES + (second % PLACES), amount);
  }

  /** The second is over for good: rates that go on do so from the next one. */
  leave(second: number, rows: number): void {
    const left = second % PLACES;
    const next = (second + 1) % PLACES;
    for (let at = 0; at < rows * PLACES; at += PLACES) {
      const step = this.#steps[at + left] ?? 0;
      if (step !== 0) bump(this.#steps, at + next, step);
      this.#steps[at + left] = 0;
      this.#parts[at + left] = 0;
    }
  }

  /** The window's seconds of one row, whole numbers, to out[at..]. */
  write(row: number, oldest: number, out: Float64Array, at = 0): void {
    const from = row * PLACES;
    let rate = 0;
    for (let i = 0; i < LIVE_SECONDS; i++) {
      const place = from + ((oldest + i) % PLACES);
      rate += this.#steps[place] ?? 0;
      // Sums of fractions leave a rest behind the last comma.
      out[at + i] = Math.max(0, Math.round((this.#parts[place] ?? 0) + rate));
    }
  }

  move(from: number, to: number): void {
    for (const column of [this.#parts, this.#steps]) {
      column.copyWithin(to * PLACES, from * PLACES, (from + 1) * PLACES);
    }
  }

  clear(from: number, to: number): void {
    for (const column of [this.#parts, this.#steps]) column.fill(0, from * PLACES, to * PLACES);
  }
}

const bump = (places: Float64Array, at: number, amount: number): void => {
  places[at] = (places[at] ?? 0) + amount;
};

/** How a record lies in the window, in seconds since 1970 and shares of the whole record. */
export type Spread = {
  first: number;
  last: number;
  firstShare: number;
  secondShare: number;
  lastShare: number;
  /** Of the record inside the window, 0 to 1. */
  share: number;
};

/** Fills `spread`, which is reused. Times are Unix ms, not after now; `oldest` is the window's first second. */
export function spreadOf(spread: Spread, oldest: number, firstMs: number, lastMs: number): void {
  const durationMs = lastMs - firstMs;
  const fromMs = Math.max(firstMs, oldest * 1_000);
  spread.last = Math.floor(lastMs / 1_000);
  spread.first = Math.floor(fromMs / 1_000);
  if (spread.last < oldest) {
    spread.share = 0;
  } else if (durationMs <= 0) {
    spread.first = spread.last;
    spread.firstShare = 1;
    spread.share = 1;
  } else {
    spread.firstShare = (Math.min(lastMs, (spread.first + 1) * 1_000) - fromMs) / durationMs;
    spread.secondShare = 1_000 / durationMs;
    spread.lastShare = (lastMs - spread.last * 1_000) / durationMs;
    spread.share = (lastMs - fromMs) / durationMs;
  }
}

export const noSpread = (): Spread => ({
  first: 0,
  last: 0,
  firstShare: 0,
  secondShare: 0,
  lastShare: 0,
  share: 0,
});

export const oldestAt = (nowMs: number): number => Math.floor(nowMs / 1_000) - LIVE_SECONDS + 1;

/** Data that waited for its template is told with the time of its arrival. */
const MAX_BACK_SECONDS = 3_600;

/** How far the window moves; undefined where the clock was set back or leapt, so that all begins anew. */
export const secondsOn = (oldest: number, nowMs: number): number | undefined => {
  const on = oldestAt(nowMs) - oldest;
  return on < -MAX_BACK_SECONDS || on > LIVE_SECONDS ? undefined : Math.max(on, 0);
};
