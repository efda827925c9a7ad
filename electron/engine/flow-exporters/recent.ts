// An exporter's counts of the last quarter of an hour, for rates and for what is wrong lately.

const KEEP_MS = 900_000;
const SAMPLE_EVERY_MS = 15_000;
const RATE_OVER_MS = 60_000;

export type Counts = {
  readonly packets: number;
  readonly records: number;
  readonly lost: number;
  readonly quarantined: number;
  readonly overflowed: number;
};
type Sample = Counts & { readonly atMs: number };

const NONE: Counts = { packets: 0, records: 0, lost: 0, quarantined: 0, overflowed: 0 };

export class RecentCounts {
  #samples: Sample[] = [];

  tell(atMs: number, counts: Counts): void {
    const last = this.#samples.at(-1);
    // Counts begin anew with each start of the receiver.
    if (last !== undefined && (counts.packets < last.packets || atMs < last.atMs)) this.#samples = [];
    const beforeLast = this.#samples.at(-2);
    const sample = { atMs, ...counts };
    if (beforeLast !== undefined && atMs - beforeLast.atMs < SAMPLE_EVERY_MS) this.#samples.pop();
    this.#samples.push(sample);
    while ((this.#samples[0]?.atMs ?? atMs) < atMs - KEEP_MS) this.#samples.shift();
  }

  /** Of the last minute; undefined until two reports were made. */
  get perSecond(): { packets: number; records: number } | undefined {
    const last = this.#samples.at(-1);
    const first = this.#samples.find(({ atMs }) => last !== undefined && atMs >= last.atMs - RATE_OVER_MS);
    if (first === undefined || last === undefined || last.atMs === first.atMs) return undefined;
    const seconds = (last.atMs - first.atMs) / 1_000;
    return { packets: (last.packets - first.packets) / seconds, records: (last.records - first.records) / seconds };
  }

  /** What came in the last quarter of an hour. */
  get lately(): Counts {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return NONE;
    return {
      packets: last.packets - first.packets,
      records: last.records - first.records,
      lost: last.lost - first.lost,
      quarantined: last.quarantined - first.quarantined,
      overflowed: last.overflowed - first.overflowed,
    };
  }
}
