// The memory that answers are read into, shared by all targets and used again: a large target's answers would otherwise be
// megabytes of garbage a second, which the process does not give back.
import { Buffer } from 'node:buffer';

const FIRST_BYTES = 64 * 1024;
/** Of all that waits for the next answers. */
const MAX_SPARE_BYTES = 8 * 1024 ** 2;

/** Ascending by size. */
const spare: Buffer[] = [];

function take(bytes: number): Buffer {
  const at = spare.findIndex((one) => one.length >= bytes);
  return at < 0 ? Buffer.allocUnsafeSlow(bytes) : (spare.splice(at, 1)[0] ?? Buffer.allocUnsafeSlow(bytes));
}

function giveBack(memory: Buffer): void {
  if (memory.length > MAX_SPARE_BYTES) return;
  const at = spare.findIndex((one) => one.length >= memory.length);
  spare.splice(at < 0 ? spare.length : at, 0, memory);
  let kept = spare.reduce((sum, one) => sum + one.length, 0);
  // The smallest are the cheapest to make anew.
  while (kept > MAX_SPARE_BYTES) kept -= spare.shift()?.length ?? 0;
}

/** One answer while it comes in, and until it is read. */
export class BodyMemory {
  #memory: Buffer;
  #length = 0;
  #isReleased = false;

  /** `expected`: the length of the target's last answer, so that this one is not moved as it grows. */
  constructor(expected: number) {
    this.#memory = take(Math.max(FIRST_BYTES, Math.ceil(expected * 1.1)));
  }

  /** Valid until more is added, or it is released. */
  get body(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#memory.length) {
      const larger = take(Math.max(length, this.#memory.length * 2));
      larger.set(this.body);
      giveBack(this.#memory);
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.#length);
    this.#length = length;
  }

  /** Nobody reads the body any more: another answer may be written over it. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    giveBack(this.#memory);
    this.#memory = Buffer.alloc(0);
    this.#length = 0;
  }
}
