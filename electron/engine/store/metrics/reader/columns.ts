// Where a query's samples are put: a few large arrays instead of two small ones a series, which would cost more than the samples.

const PIECE = 32_768;

/** Hands out parts of large arrays; the part handed out last may be made shorter. */
class Pool {
  #array = new Float64Array(0);
  #used = 0;

  take(count: number): Float64Array {
    if (this.#used + count > this.#array.length) {
      this.#array = new Float64Array(Math.max(PIECE, count));
      this.#used = 0;
    }
    this.#used += count;
    return this.#array.subarray(this.#used - count, this.#used);
  }

  giveBack(count: number): void {
    this.#used -= count;
  }
}

export type Columns = {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly stale: Uint8Array | undefined;
};

/** The columns of one series while they are filled. */
export type OpenColumns = { timestamps: Float64Array; values: Float64Array; stale: Uint8Array | undefined };

export class ColumnPool {
  readonly #timestamps = new Pool();
  readonly #values = new Pool();

  open(capacity: number): OpenColumns {
    return { timestamps: this.#timestamps.take(capacity), values: this.#values.take(capacity), stale: undefined };
  }

  /** Ends the columns opened last at their first `count` samples. */
  finish({ timestamps, values, stale }: OpenColumns, count: number): Columns {
    this.#timestamps.giveBack(timestamps.length - count);
    this.#values.giveBack(values.length - count);
    const flags = stale?.subarray(0, count);
    return {
      timestamps: timestamps.subarray(0, count),
      values: values.subarray(0, count),
      stale: flags?.includes(1) === true ? flags : undefined,
    };
  }
}
