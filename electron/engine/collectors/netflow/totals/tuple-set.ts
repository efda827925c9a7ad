// Which 5-tuples were seen in this minute: a hash set of 64-bit keys, bounded.

/** IPv4 addresses are ::ffff:a.b.c.d. */
const MAPPED_PREFIX = 0xffff;
const MIN_SLOTS = 4_096;
const MAX_PROBES = 64;

/** `src` and `dst` hold four words a row. */
export type TupleColumns = {
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly srcPort: Uint32Array;
  readonly dstPort: Uint32Array;
  readonly protocol: Uint32Array;
};

/**
 * Remembers that a tuple was there, not the tuple: two of 64-bit keys fall together with a chance of about 3 in 100
 * million among a million tuples. The seed keeps a sender from choosing tuples that collide. When the set is full,
 * every further tuple counts as new: what fills a million places in a minute is a scan, and its tuples are distinct.
 */
export class TupleSet {
  readonly #maxSlots: number;
  readonly #seed: number;
  #slots: Int32Array;
  #mask: number;
  #size = 0;
  /** Pairs: high, low. */
  #hashes = new Int32Array(64);
  /** Of the places that were touched: keeps that loop from being left out. */
  touched = 0;

  constructor(options: { maxSlots?: number; seed?: number } = {}) {
    this.#maxSlots = options.maxSlots ?? 2_097_152;
    this.#seed = options.seed ?? Math.floor(Math.random() * 0xffff_ffff);
    const slots = Math.min(MIN_SLOTS, this.#maxSlots);
    this.#slots = new Int32Array(slots * 2);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    // A burst's memory is given back once a minute needs less than an eighth of it.
    const slots = this.#mask + 1;
    if (slots > MIN_SLOTS && this.#size < slots / 8) {
      this.#slots = new Int32Array(slots);
      this.#mask = slots / 2 - 1;
    } else {
      this.#slots.fill(0);
    }
    this.#size = 0;
  }

  /**
   * Sets `isNew` to 1 for each of the rows whose tuple was not there. Hashing, a
   * touch of each place and the insertion are loops of their own, so that the memory's waits overlap.
   */
  addRows(exporter: number, rows: number, tuples: TupleColumns, isNew: Uint8Array): void {
    if (this.#hashes.length < rows * 2) this.#hashes = new Int32Array(rows * 2);
    const hashes = this.#hashes;
    const { src, dst, srcPort, dstPort, protocol } = tuples;
    const highSeed = mix(this.#seed, exporter);
    const lowSeed = this.#seed ^ 0x9e37_79b9;
    for (let row = 0; row < rows; row++) {
      let high = highSeed;
      let low = mix(lowSeed, protocol[row] ?? 0);
      const last = row * 4 + 3;
      const areIPv4 =
        src[last - 1] === MAPPED_PREFIX &&
        dst[last - 1] === MAPPED_PREFIX &&
        ((src[last - 2] ?? 0) | (src[last - 3] ?? 0) | (dst[last - 2] ?? 0) | (dst[last - 3] ?? 0)) === 0;
      // Of IPv4 the last word is all there is.
      for (let word = areIPv4 ? last : last - 3; word <= last; word++) {
        const source = src[word] ?? 0;
        const destination = dst[word] ?? 0;
        high = mix(high, source);
        low = mix(low, destination);
        high = mix(high, destination);
        low = mix(low, source);
      }
      const ports = ((srcPort[row] ?? 0) << 16) | (dstPort[row] ?? 0);
      high = finish(mix(high, ports));
      low = finish(mix(low, ports ^ high));
      hashes[row * 2] = high;
      // All zeros marks an empty slot.
      hashes[row * 2 + 1] = (high | low) === 0 ? 1 : low;
    }
    const slots = this.#slots;
    const mask = this.#mask;
    let touched = 0;
    for (let row = 0; row < rows; row++) touched ^= slots[((hashes[row * 2] ?? 0) & mask) * 2] ?? 0;
    this.touched = touched;
    for (let row = 0; row < rows; row++) {
      isNew[row] = this.#insert(hashes[row * 2] ?? 0, hashes[row * 2 + 1] ?? 0) ? 1 : 0;
    }
  }

  #insert(high: number, low: number): boolean {
    let slot = high & this.#mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const at = slot * 2;
      const storedHigh = this.#slots[at];
      const storedLow = this.#slots[at + 1];
      if (storedHigh === high && storedLow === low) return false;
      if (storedHigh === 0 && storedLow === 0) {
        if (this.#size * 4 >= (this.#mask + 1) * 3) {
          if (!this.#grow()) return true;
          return this.#insert(high, low);
        }
        this.#slots[at] = high;
        this.#slots[at + 1] = low;
        this.#size++;
        return true;
      }
      slot = (slot + 1) & this.#mask;
    }
    return this.#grow() ? this.#insert(high, low) : true;
  }

  #grow(): boolean {
    const slots = (this.#mask + 1) * 2;
    if (slots > this.#maxSlots) return false;
    const old = this.#slots;
    this.#slots = new Int32Array(slots * 2);
    this.#mask = slots - 1;
    this.#size = 0;
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at] ?? 0;
      const low = old[at + 1] ?? 0;
      if ((high | low) !== 0) this.#insert(high, low);
    }
    return true;
  }
}

/** Murmur3's body and finalizer: cheap, and every input bit reaches every output bit. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e_2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b87_3593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85eb_ca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2_ae35);
  return h ^ (h >>> 16);
}
