// Flags in shared memory by which a query is given up in the thread that runs it; used again once it was answered.

export class CancelFlags {
  readonly #free: Int32Array<SharedArrayBuffer>[] = [];

  /** A flag that is 0. */
  take(): Int32Array<SharedArrayBuffer> {
    const flag = this.#free.pop();
    if (flag === undefined) return new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(flag, 0, 0);
    return flag;
  }

  /** Only when the thread does not look at it any more. */
  giveBack(flag: Int32Array<SharedArrayBuffer>): void {
    this.#free.push(flag);
  }
}
