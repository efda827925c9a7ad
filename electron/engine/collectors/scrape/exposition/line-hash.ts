// HalfSipHash-1-3 of a line's bytes under a key of its own: a target cannot choose lines that all fall into one place.
import { randomFillSync } from 'node:crypto';

export class LineHash {
  readonly #key0: number;
  readonly #key1: number;

  constructor() {
    const [key0 = 0, key1 = 0] = randomFillSync(new Int32Array(2));
    this.#key0 = key0;
    this.#key1 = key1;
  }

  /** 32 bits, unsigned. */
  of(bytes: Uint8Array, start: number, end: number): number {
    let v0 = this.#key0;
    let v1 = this.#key1;
    let v2 = 0x6c796765 ^ this.#key0;
    let v3 = 0x74656462 ^ this.#key1;
    const length = end - start;
    const words = (length >> 2) + 1;
    let at = start;
    for (let word = 1; word <= words + 3; word++) {
      let m = 0;
      if (word < words) {
        m = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
        at += 4;
      } else if (word === words) {
        // What is left, and the length.
        m = length << 24;
        for (let shift = 0; at < end; at++, shift += 8) m |= bytes[at]! << shift;
      } else if (word === words + 1) {
        v2 ^= 0xff;
      }
      v3 ^= m;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= m;
    }
    return (v1 ^ v3) >>> 0;
  }
}
