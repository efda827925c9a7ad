// Where joined values are put: parts of a few large arrays instead of small ones, which would cost more than the samples.

const PIECE = 32_768;

export class ColumnPool {
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
}
