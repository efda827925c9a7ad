// Addresses as small numbers: each is kept once a minute, whatever the number of its conversations.
import { keyedHash, keyedHash1 } from './keyed-hash.ts';

const MIN_ADDRESSES = 1_024;
const MAX_PROBES = 128;
/** IPv4 addresses are ::ffff:a.b.c.d. */
export const MAPPED_PREFIX = 0xffff;

/** IPv4 and all others in tables of their own: the one is looked up by one word. */
export class AddressDictionary {
  readonly #max: number;
  #words: Uint32Array<ArrayBuffer>;
  #count = 0;
  /** Pairs: address, index + 1. */
  #slots4: Uint32Array;
  #mask4: number;
  /** index + 1 */
  #slots: Uint32Array;
  #mask: number;

  constructor(max: number) {
    this.#max = max;
    this.#words = new Uint32Array(MIN_ADDRESSES * 4);
    this.#slots4 = new Uint32Array(MIN_ADDRESSES * 4);
    this.#mask4 = MIN_ADDRESSES * 2 - 1;
    this.#slots = new Uint32Array(MIN_ADDRESSES * 2);
    this.#mask = MIN_ADDRESSES * 2 - 1;
  }

  get size(): number {
    return this.#count;
  }

  /** -1: no place is left. */
  indexOfV4(address: number): number {
    const slots = this.#slots4;
    let slot = keyedHash1(address) & this.#mask4;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const entry = slots[slot * 2 + 1] ?? 0;
      if (entry === 0) return this.#addV4(slot, address);
      if (slots[slot * 2] === address) return entry - 1;
      slot = (slot + 1) & this.#mask4;
    }
    return -1;
  }

  /** Four words of `from`; -1: no place is left. */
  indexOf(from: Uint32Array, at: number): number {
    const last = from[at + 3] ?? 0;
    if (from[at + 2] === MAPPED_PREFIX && from[at] === 0 && from[at + 1] === 0) return this.indexOfV4(last);
    const words = this.#words;
    let slot = keyedHash(from, at, 4) & this.#mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) return this.#add(slot, from, at);
      const own = (entry - 1) * 4;
      if (
        words[own + 3] === last &&
        words[own + 2] === from[at + 2] &&
        words[own + 1] === from[at + 1] &&
        words[own] === from[at]
      )
        return entry - 1;
      slot = (slot + 1) & this.#mask;
    }
    return -1;
  }

  /** Four words an address, in the order of their indexes; empties the dictionary. */
  take(): Uint32Array<ArrayBuffer> {
    const taken = this.#words.slice(0, this.#count * 4);
    let room = MIN_ADDRESSES;
    while (room < this.#count) room *= 2;
    if (this.#words.length > room * 4) this.#words = new Uint32Array(room * 4);
    if (this.#slots4.length > room * 4) {
      this.#slots4 = new Uint32Array(room * 4);
      this.#mask4 = room * 2 - 1;
    } else this.#slots4.fill(0);
    if (this.#slots.length > room * 2) {
      this.#slots = new Uint32Array(room * 2);
      this.#mask = room * 2 - 1;
    } else this.#slots.fill(0);
    this.#count = 0;
    return taken;
  }

  #addV4(slot: number, address: number): number {
    const index = this.#place();
    if (index < 0) return -1;
    this.#words[index * 4] = 0;
    this.#words[index * 4 + 1] = 0;
    this.#words[index * 4 + 2] = MAPPED_PREFIX;
    this.#words[index * 4 + 3] = address;
    this.#slots4[slot * 2] = address;
    this.#slots4[slot * 2 + 1] = index + 1;
    // More than all addresses together never are: half of the places stay free.
    if (this.#count * 2 > this.#mask4) this.#growV4();
    return index;
  }

  #add(slot: number, from: Uint32Array, at: number): number {
    const index = this.#place();
    if (index < 0) return -1;
    for (let i = 0; i < 4; i++) this.#words[index * 4 + i] = from[at + i] ?? 0;
    this.#slots[slot] = index + 1;
    if (this.#count * 2 > this.#mask) this.#grow();
    return index;
  }

  #place(): number {
    if (this.#count >= this.#max) return -1;
    if (this.#count * 4 === this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    return this.#count++;
  }

  #growV4(): void {
    const old = this.#slots4;
    const grown = new Uint32Array(old.length * 2);
    const mask = grown.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2) {
      const entry = old[at + 1] ?? 0;
      if (entry === 0) continue;
      const address = old[at] ?? 0;
      let slot = keyedHash1(address) & mask;
      while (grown[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      grown[slot * 2] = address;
      grown[slot * 2 + 1] = entry;
    }
    this.#slots4 = grown;
    this.#mask4 = mask;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#slots.length * 2);
    const mask = grown.length - 1;
    for (const entry of this.#slots) {
      if (entry === 0) continue;
      let slot = keyedHash(this.#words, (entry - 1) * 4, 4) & mask;
      while (grown[slot] !== 0) slot = (slot + 1) & mask;
      grown[slot] = entry;
    }
    this.#slots = grown;
    this.#mask = mask;
  }
}
