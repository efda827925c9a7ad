// The buffers that batches go to the writer thread in: they come back with the answer and are used again. Each thread's
// collector would leave megabytes of them lying about at a batch of 50,000 samples a second.

/** Smaller ones are cheaper made anew than kept. */
const MIN_BYTES = 16 * 1024;
/** Of those that wait; targets differ in size, so the ones that came back first go first. */
const MAX_SPARE_BYTES = 4 * 1024 ** 2;

export class BatchBuffers {
  #spare: ArrayBuffer[] = [];
  #spareBytes = 0;

  /** Of exactly this size, with anything in it. */
  take(bytes: number): ArrayBuffer {
    const at = bytes < MIN_BYTES ? -1 : this.#spare.findIndex(({ byteLength }) => byteLength === bytes);
    const found = at < 0 ? undefined : this.#spare.splice(at, 1)[0];
    if (found === undefined) return new ArrayBuffer(bytes);
    this.#spareBytes -= bytes;
    return found;
  }

  giveBack(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength < MIN_BYTES || buffer.byteLength > MAX_SPARE_BYTES) continue;
      this.#spare.push(buffer);
      this.#spareBytes += buffer.byteLength;
    }
    while (this.#spareBytes > MAX_SPARE_BYTES) this.#spareBytes -= this.#spare.shift()?.byteLength ?? 0;
  }
}
