// Sums whose last digit does not depend on the order of the summands: Neumaier's variant of Kahan's compensation.

export class KahanSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    if (Number.isFinite(next)) {
      this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    } else {
      // Infinity absorbs everything: what was lost below it must not turn the sum into NaN.
      this.#lost = 0;
    }
    this.#sum = next;
  }

  get total(): number {
    return this.#sum + this.#lost;
  }
}
