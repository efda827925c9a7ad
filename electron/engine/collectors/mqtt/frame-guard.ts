// Watches the sizes that MQTT packets announce, so that nobody can make a parser wait for a packet of 256 MB.

/** Fed with all bytes of a connection in their order; false once a packet announces more than `maxBytes`, or no size at all. */
export class FrameGuard {
  readonly #maxBytes: number;
  /** Of the packet's body that are still to come. */
  #left = 0;
  #isInHeader = false;
  #size = 0;
  #scale = 1;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  pass(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const byte = chunk[at++]!;
      if (!this.#isInHeader) {
        // The first byte is the kind of packet; its length follows, seven bits a byte.
        this.#isInHeader = true;
        this.#size = 0;
        this.#scale = 1;
        continue;
      }
      this.#size += (byte & 0x7f) * this.#scale;
      if (this.#size > this.#maxBytes) return false;
      if (byte >= 0x80) {
        this.#scale *= 128;
        if (this.#scale > 128 ** 3) return false;
        continue;
      }
      this.#isInHeader = false;
      this.#left = this.#size;
    }
    return true;
  }
}
