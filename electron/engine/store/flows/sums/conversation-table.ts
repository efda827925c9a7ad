// Sums by conversation in an open-addressing table over typed arrays: no object a flow, bounded memory.
import { keyedHash7 } from './keyed-hash.ts';
import { NO_ADDRESS } from '../types.ts';
import { BYTES, CLIENT, FLOWS, KEY_WORDS, PACKETS, ROW_DOUBLES, ROW_WORDS, SERVER } from './row.ts';

const MIN_ROWS = 2_048;
/** Beyond, a key counts as not admitted: what gets here was made to collide. */
const MAX_PROBES = 128;
const SLOTS_PER_ROW = 2;

export type TableRows = { readonly rows: number; readonly buffer: ArrayBuffer };

/** What is to be added together, all of one length: bookings, and room for what the table makes of them. */
export type Bookings = {
  /** KEY_WORDS a key. */
  readonly keys: Uint32Array;
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
  readonly flows: Uint32Array;
  readonly hashes: Int32Array;
  /** 1: it is in no row. */
  readonly isRefused: Uint8Array;
};

/** No row and no complement of one. */
const REFUSED = 0x4000_0000;

export class ConversationTable {
  readonly #maxRows: number;
  #capacity: number;
  #words: Uint32Array<ArrayBuffer>;
  #doubles: Float64Array<ArrayBuffer>;
  /** Pairs: hash, row + 1; 0 in the second = free. */
  #slots: Int32Array<ArrayBuffer>;
  #mask: number;
  #rows = 0;
  /** Of the places that were touched: keeps that loop from being left out. */
  touched = 0;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
    this.#capacity = Math.min(MIN_ROWS, maxRows);
    const buffer = new ArrayBuffer(this.#capacity * ROW_WORDS * 4);
    this.#words = new Uint32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#slots = new Int32Array(slotsFor(this.#capacity) * 2);
    this.#mask = this.#slots.length / 2 - 1;
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds each booking to the row of its key. A key without one of its addresses, and a new one where `room` is used up, is
   * refused. Hashing, a touch of each place and the sums are loops of their own, so that the memory's waits overlap.
   * @returns how many rows are new
   */
  addAll({ keys, bytes, packets, flows, hashes, isRefused }: Bookings, count: number, room: number): number {
    for (let i = 0; i < count; i++) hashes[i] = keyedHash7(keys, i * KEY_WORDS);
    this.#touch(hashes, count);
    let made = 0;
    for (let i = 0; i < count; i++) {
      const from = i * KEY_WORDS;
      const hash = hashes[i] ?? 0;
      const hasBoth = keys[from + CLIENT] !== NO_ADDRESS && keys[from + SERVER] !== NO_ADDRESS;
      const found = hasBoth ? this.#rowOf(hash, keys, from, made < room) : REFUSED;
      isRefused[i] = found === REFUSED ? 1 : 0;
      if (found === REFUSED) continue;
      // A new one is told as the complement.
      const sums = (found < 0 ? ~found : found) * ROW_DOUBLES;
      if (found < 0) made++;
      const doubles = this.#doubles;
      doubles[sums + BYTES] = (doubles[sums + BYTES] ?? 0) + (bytes[i] ?? 0);
      doubles[sums + PACKETS] = (doubles[sums + PACKETS] ?? 0) + (packets[i] ?? 0);
      doubles[sums + FLOWS] = (doubles[sums + FLOWS] ?? 0) + (flows[i] ?? 0);
    }
    return made;
  }

  #touch(hashes: Int32Array, count: number): void {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const row = slots[((hashes[i] ?? 0) & mask) * 2 + 1] ?? 0;
      const at = (row === 0 ? 0 : row - 1) * ROW_WORDS;
      // A row may lie in two lines of the cache.
      touched ^= (words[at] ?? 0) ^ (words[at + ROW_WORDS - 1] ?? 0);
    }
    this.touched = touched;
  }

  /** 1: a new row; 0: the row was there; -1: it is not there, and `mayAdd` is false or no place is left. */
  add(keys: Uint32Array, from: number, mayAdd: boolean, bytes: number, packets: number, flows: number): number {
    const found = this.#rowOf(keyedHash7(keys, from), keys, from, mayAdd);
    if (found === REFUSED) return -1;
    const sums = (found < 0 ? ~found : found) * ROW_DOUBLES;
    const doubles = this.#doubles;
    doubles[sums + BYTES] = (doubles[sums + BYTES] ?? 0) + bytes;
    doubles[sums + PACKETS] = (doubles[sums + PACKETS] ?? 0) + packets;
    doubles[sums + FLOWS] = (doubles[sums + FLOWS] ?? 0) + flows;
    return found < 0 ? 1 : 0;
  }

  /** The key's row; the complement of the row that was made for it; REFUSED. */
  #rowOf(hash: number, keys: Uint32Array, from: number, mayAdd: boolean): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    let slot = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const row = (slots[slot * 2 + 1] ?? 0) - 1;
      if (row < 0) {
        if (!mayAdd) return REFUSED;
        if (this.#rows < this.#capacity) return this.#insert(slot, hash, keys, from);
        if (this.#capacity === this.#maxRows) return REFUSED;
        this.#grow();
        return this.#rowOf(hash, keys, from, true);
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
        return row;
      }
      slot = (slot + 1) & mask;
    }
    return REFUSED;
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
    else this.#slots = new Int32Array(slots);
    this.#mask = slots / 2 - 1;
    this.#rows = 0;
    return taken;
  }

  /** The sums of a row that was never used are zeros. */
  #insert(slot: number, hash: number, keys: Uint32Array, from: number): number {
    const row = this.#rows++;
    this.#slots[slot * 2] = hash;
    this.#slots[slot * 2 + 1] = row + 1;
    const at = row * ROW_WORDS;
    const words = this.#words;
    words[at] = keys[from] ?? 0;
    words[at + 1] = keys[from + 1] ?? 0;
    words[at + 2] = keys[from + 2] ?? 0;
    words[at + 3] = keys[from + 3] ?? 0;
    words[at + 4] = keys[from + 4] ?? 0;
    words[at + 5] = keys[from + 5] ?? 0;
    words[at + 6] = keys[from + 6] ?? 0;
    return ~row;
  }

  #grow(): void {
    const before = this.#words;
    this.#allocate(Math.min(this.#capacity * 2, this.#maxRows));
    this.#words.set(before);
    const slots = slotsFor(this.#capacity);
    if (slots * 2 === this.#slots.length) return;
    const old = this.#slots;
    const grown = new Int32Array(slots * 2);
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
