// Where joined values are put: parts of a few large arrays instead of small ones, which would cost more than the samples.

const MAX_PIECE = 32_768;

export class ColumnPool {
  #array = new Float64Array(0);
  #used = 0;
  #taken = 0;

  take(count: number): Float64Array {
    if (this.#used + count > this.#array.length) {
      // A query of one series takes no more than that needs; the more there are, the larger the pieces.
      this.#array = new Float64Array(Math.max(count, Math.min(MAX_PIECE, 2 * this.#taken)));
      this.#used = 0;
    }
    this.#used += count;
    this.#taken += count;
    return this.#array.subarray(this.#used - count, this.#used);
  }
}
