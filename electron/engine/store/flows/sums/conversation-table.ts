// Sums by conversation in an open-addressing table over typed arrays: no object a flow, bounded memory.
import { keyedHash } from './keyed-hash.ts';
import { BYTES, FLOWS, KEY_WORDS, PACKETS, ROW_DOUBLES, ROW_WORDS } from './row.ts';

const MIN_ROWS = 2_048;
/** Beyond, a key counts as not admitted: what gets here was made to collide. */
const MAX_PROBES = 128;
const SLOTS_PER_ROW = 2;

export type TableRows = { readonly rows: number; readonly buffer: ArrayBuffer };

/**
 * Keys are worked on in batches: `prepare` hashes them and touches their places in tight loops, so that the memory's
 * waits overlap; `add` finds them in the cache then.
 */
export class ConversationTable {
  readonly #maxRows: number;
  #capacity: number;
  #words: Uint32Array<ArrayBuffer>;
  #doubles: Float64Array<ArrayBuffer>;
  /** Pairs: hash, row + 1; 0 in the second = free. */
  #slots: Uint32Array<ArrayBuffer>;
  #mask: number;
  #rows = 0;
  readonly #hashes: Uint32Array;
  /** Of the places that were touched: keeps the loops from being left out. */
  touched = 0;

  constructor(maxRows: number, batchRows: number) {
    this.#maxRows = maxRows;
    this.#hashes = new Uint32Array(batchRows);
    this.#capacity = Math.min(MIN_ROWS, maxRows);
    const buffer = new ArrayBuffer(this.#capacity * ROW_WORDS * 4);
    this.#words = new Uint32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#slots = new Uint32Array(slotsFor(this.#capacity) * 2);
    this.#mask = this.#slots.length / 2 - 1;
  }

  get rows(): number {
    return this.#rows;
  }

  /** `keys`: KEY_WORDS a key. */
  prepare(keys: Uint32Array, count: number): void {
    const hashes = this.#hashes;
    for (let i = 0; i < count; i++) hashes[i] = keyedHash(keys, i * KEY_WORDS, KEY_WORDS);
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const row = slots[((hashes[i] ?? 0) & mask) * 2 + 1] ?? 0;
      touched ^= words[row * ROW_WORDS] ?? 0;
    }
    this.touched = touched;
  }

  /** Adds to the row of the key that was prepared as `index`. */
  addPrepared(
    keys: Uint32Array,
    index: number,
    mayAdd: boolean,
    bytes: number,
    packets: number,
    flows: number,
  ): number {
    return this.#add(this.#hashes[index] ?? 0, keys, index * KEY_WORDS, mayAdd, bytes, packets, flows);
  }

  /** 1: a new row; 0: the row was there; -1: it is not there, and `mayAdd` is false or no place is left. */
  add(keys: Uint32Array, from: number, mayAdd: boolean, bytes: number, packets: number, flows: number): number {
    return this.#add(keyedHash(keys, from, KEY_WORDS), keys, from, mayAdd, bytes, packets, flows);
  }

  #add(
    hash: number,
    keys: Uint32Array,
    from: number,
    mayAdd: boolean,
    bytes: number,
    packets: number,
    flows: number,
  ): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    let slot = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const row = (slots[slot * 2 + 1] ?? 0) - 1;
      if (row < 0) {
        if (!mayAdd) return -1;
        if (this.#rows < this.#capacity) {
          this.#insert(slot, hash, keys, from, bytes, packets, flows);
          return 1;
        }
        if (this.#capacity === this.#maxRows) return -1;
        this.#grow();
        return this.#add(hash, keys, from, true, bytes, packets, flows);
      }
      const at = row * ROW_WORDS;
      if (
        slots[slot * 2] === hash &&
        words[at] === keys[from] &&
        words[at + 1] === keys[from + 1] &&
        words[at + 2] === keys[from + 2] &&
        words[at + 3] === keys[from + 3] &&
        words[at + 4] === keys[from + 4] &&
        words[at + 5] === keys[from + 5] &&
        words[at + 6] === keys[from + 6]
      ) {
        const doubles = this.#doubles;
        const sums = row * ROW_DOUBLES;
        doubles[sums + BYTES] = (doubles[sums + BYTES] ?? 0) + bytes;
        doubles[sums + PACKETS] = (doubles[sums + PACKETS] ?? 0) + packets;
        doubles[sums + FLOWS] = (doubles[sums + FLOWS] ?? 0) + flows;
        return 0;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Takes the rows out; the table is empty after it. */
  take(): TableRows {
    const taken = { rows: this.#rows, buffer: this.#words.buffer };
    // The next minute is likely to be alike; a burst's memory is given back.
    let capacity = Math.min(MIN_ROWS, this.#maxRows);
    while (capacity < this.#rows) capacity = Math.min(capacity * 2, this.#maxRows);
    const slots = slotsFor(capacity) * 2;
    this.#allocate(capacity);
    if (slots === this.#slots.length) this.#slots.fill(0);
    else this.#slots = new Uint32Array(slots);
    this.#mask = slots / 2 - 1;
    this.#rows = 0;
    return taken;
  }

  #insert(
    slot: number,
    hash: number,
    keys: Uint32Array,
    from: number,
    bytes: number,
    packets: number,
    flows: number,
  ): void {
    const row = this.#rows++;
    this.#slots[slot * 2] = hash;
    this.#slots[slot * 2 + 1] = row + 1;
    const at = row * ROW_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) this.#words[at + i] = keys[from + i] ?? 0;
    this.#doubles[row * ROW_DOUBLES + BYTES] = bytes;
    this.#doubles[row * ROW_DOUBLES + PACKETS] = packets;
    this.#doubles[row * ROW_DOUBLES + FLOWS] = flows;
  }

  #grow(): void {
    const before = this.#words;
    this.#allocate(Math.min(this.#capacity * 2, this.#maxRows));
    this.#words.set(before);
    const slots = slotsFor(this.#capacity);
    if (slots * 2 === this.#slots.length) return;
    const old = this.#slots;
    const grown = new Uint32Array(slots * 2);
    const mask = slots - 1;
    for (let at = 0; at < old.length; at += 2) {
      const row = old[at + 1] ?? 0;
      if (row === 0) continue;
      const hash = old[at] ?? 0;
      let slot = hash & mask;
      while (grown[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      grown[slot * 2] = hash;
      grown[slot * 2 + 1] = row;
    }
    this.#slots = grown;
    this.#mask = mask;
  }

  #allocate(capacity: number): void {
    const buffer = new ArrayBuffer(capacity * ROW_WORDS * 4);
    this.#capacity = capacity;
    this.#words = new Uint32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }
}

/** A power of two. */
function slotsFor(rows: number): number {
  let slots = 1;
  while (slots < rows * SLOTS_PER_ROW) slots *= 2;
  return slots;
}
