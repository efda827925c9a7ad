// Traffic of the last minute by second, each record's bytes spread over the time that it covers.

export const LIVE_SECONDS = 60;
/** Places by second; more than the window, so that a second that is filled is none that is told. */
const PLACES = 64;

/** One measure. `#steps` holds where a rate begins and ends, so that a record of a minute costs as much as one of a second. */
class Measure {
  readonly #parts = new Float64Array(PLACES);
  readonly #steps = new Float64Array(PLACES);

  add(firstSecond: number, lastSecond: number, firstPart: number, perSecond: number, lastPart: number): void {
    bump(this.#parts, firstSecond, firstPart);
    if (lastSecond === firstSecond) return;
    bump(this.#parts, lastSecond, lastPart);
    bump(this.#steps, firstSecond + 1, perSecond);
    bump(this.#steps, lastSecond, -perSecond);
  }

  at(second: number, amount: number): void {
    bump(this.#parts, second, amount);
  }

  /** The second is over for good: rates that go on do so from the next one. */
  leave(second: number): void {
    const place = second % PLACES;
    bump(this.#steps, second + 1, this.#steps[place] ?? 0);
    this.#steps[place] = 0;
    this.#parts[place] = 0;
  }

  write(oldest: number, out: Float64Array): void {
    let rate = 0;
    for (let i = 0; i < LIVE_SECONDS; i++) {
      const place = (oldest + i) % PLACES;
      rate += this.#steps[place] ?? 0;
      // Sums of fractions leave a rest behind the last comma.
      out[i] = Math.max(0, Math.round((this.#parts[place] ?? 0) + rate));
    }
  }
}

const bump = (places: Float64Array, second: number, amount: number): void => {
  const place = second % PLACES;
  places[place] = (places[place] ?? 0) + amount;
};

export type LiveSeconds = {
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
  /** Flows by the second in which they ended, or were told of in between. */
  readonly flows: Float64Array;
};

export class SecondsRing {
  readonly #bytes = new Measure();
  readonly #packets = new Measure();
  readonly #flows = new Measure();
  #oldest: number;

  constructor(nowMs: number) {
    this.#oldest = oldestAt(nowMs);
  }

  /** Moves the window on; a clock that was set back or leapt begins anew. */
  advance(nowMs: number): boolean {
    const oldest = oldestAt(nowMs);
    if (oldest < this.#oldest || oldest - this.#oldest > PLACES) return false;
    for (; this.#oldest < oldest; this.#oldest++) {
      for (const measure of [this.#bytes, this.#packets, this.#flows]) measure.leave(this.#oldest);
    }
    return true;
  }

  /** The share of the record that lies in the window, 0 to 1. Times are Unix ms, not after now. */
  add(firstMs: number, lastMs: number, bytes: number, packets: number): number {
    const last = Math.floor(lastMs / 1_000);
    if (last < this.#oldest) return 0;
    const windowMs = this.#oldest * 1_000;
    const fromMs = Math.max(firstMs, windowMs);
    const first = Math.floor(fromMs / 1_000);
    this.#flows.at(last, 1);
    const durationMs = lastMs - firstMs;
    if (durationMs <= 0) {
      this.#bytes.at(last, bytes);
      this.#packets.at(last, packets);
      return 1;
    }
    const perMs = 1 / durationMs;
    const firstPart = (Math.min(lastMs, (first + 1) * 1_000) - fromMs) * perMs;
    const lastPart = (lastMs - last * 1_000) * perMs;
    const perSecond = 1_000 * perMs;
    this.#bytes.add(first, last, firstPart * bytes, perSecond * bytes, lastPart * bytes);
    this.#packets.add(first, last, firstPart * packets, perSecond * packets, lastPart * packets);
    return (lastMs - fromMs) * perMs;
  }

  snapshot(): LiveSeconds {
    const bytes = new Float64Array(LIVE_SECONDS);
    const packets = new Float64Array(LIVE_SECONDS);
    const flows = new Float64Array(LIVE_SECONDS);
    this.#bytes.write(this.#oldest, bytes);
    this.#packets.write(this.#oldest, packets);
    this.#flows.write(this.#oldest, flows);
    return { bytes, packets, flows };
  }
}

const oldestAt = (nowMs: number): number => Math.floor(nowMs / 1_000) - LIVE_SECONDS + 1;
