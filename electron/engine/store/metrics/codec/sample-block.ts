// What every kind of chunk body answers once it is opened: one series' samples, all or a span of them.

/** One series' part of a block. */
export type SampleEntry = {
  readonly count: number;
  /** Positions of staleness markers among the samples, ascending. */
  readonly staleAt: readonly number[];
  /** Which of the block's time columns the series shares. */
  readonly times: number;
};

/** Positions [from, to) among a series' samples. */
export type Span = { readonly from: number; readonly to: number };

export interface SampleBlock {
  /** By the series' place in its group. */
  readonly entries: {
    readonly size: number;
    readonly get: (member: number) => SampleEntry | undefined;
    readonly keys: () => IterableIterator<number>;
  };
  /** Rows of the first time column. */
  readonly rows: number;
  /** The first time column, ascending Unix ms. */
  readonly timestamps: Float64Array;
  /** The time column of some series: the same array for all that share it, ascending Unix ms. */
  timesOf(times: number): Float64Array;
  /** Where an entry's samples in (minTimeMs, maxTimeMs] lie. */
  spanOf(entry: SampleEntry, minTimeMs: number, maxTimeMs: number): Span;
  /** Writes an entry's samples into the columns from `at`; the values of staleness markers become NaN. */
  decode(entry: SampleEntry, timestamps: Float64Array, values: Float64Array, at: number): void;
  /** The same for a span: a day chunk then decodes from the restart point before it. */
  decodeSpan(entry: SampleEntry, span: Span, timestamps: Float64Array, values: Float64Array, at: number): void;
}

/** The first position in ascending [from, to) whose value is above a limit; `to` when none is. */
export function firstAbove(values: ArrayLike<number>, limit: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
