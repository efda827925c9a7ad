// Addresses as small numbers: each of four words gets one number, kept while a question is answered.

/** Of this process alone: who sends flows chooses addresses, and must not choose ones that all fall on one place. */
const SEED = Math.floor(Math.random() * 0x1_0000_0000);
const FACTOR = Math.floor(Math.random() * 0x1_0000_0000) | 1;

const FIRST_SLOTS = 1 << 12;
export const UNKNOWN = 0xffff_ffff;

export class AddressTable {
  readonly #most: number;
  #slots = new Uint32Array(FIRST_SLOTS).fill(UNKNOWN);
  #words = new Uint32Array(FIRST_SLOTS * 2);
  #size = 0;

  /** @param most addresses; more are UNKNOWN */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.#most;
  }

  /** UNKNOWN for one that was not added. */
  find(words: Uint32Array, at: number): number {
    return this.#slots[this.#slotOf(words, at)] ?? UNKNOWN;
  }

  add(words: Uint32Array, at: number): number {
    let slot = this.#slotOf(words, at);
    const known = this.#slots[slot] ?? UNKNOWN;
    if (known !== UNKNOWN || this.#size >= this.#most) return known;
    if (this.#size * 2 >= this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(words, at);
    }
    const id = this.#size++;
    this.#slots[slot] = id;
    for (let i = 0; i < 4; i++) this.#words[id * 4 + i] = words[at + i] ?? 0;
    return id;
  }

  words(id: number): [number, number, number, number] {
    const at = id * 4;
    const all = this.#words;
    return [all[at] ?? 0, all[at + 1] ?? 0, all[at + 2] ?? 0, all[at + 3] ?? 0];
  }

  #slotOf(words: Uint32Array, at: number): number {
    const a = words[at] ?? 0;
    const b = words[at + 1] ?? 0;
    const c = words[at + 2] ?? 0;
    const d = words[at + 3] ?? 0;
    let hash = Math.imul(a ^ Math.imul(b, 0x85eb_ca6b), 0x9e37_79b1) ^ Math.imul(c, 0xc2b2_ae35) ^ d ^ SEED;
    hash = Math.imul(hash, FACTOR);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
    const mask = this.#slots.length - 1;
    const all = this.#words;
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const id = this.#slots[slot] ?? UNKNOWN;
      if (id === UNKNOWN) return slot;
      const from = id * 4;
      if (all[from + 3] === d && all[from + 2] === c && all[from + 1] === b && all[from] === a) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const slots = this.#slots.length * 2;
    const words = new Uint32Array(slots * 2);
    words.set(this.#words);
    this.#words = words;
    this.#slots = new Uint32Array(slots).fill(UNKNOWN);
    for (let id = 0; id < this.#size; id++) this.#slots[this.#slotOf(words, id * 4)] = id;
  }
}
