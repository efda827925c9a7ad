// The groups of a question: keys of one to seven numbers, each with its sums, in one hash table of typed arrays.
import { SUMS } from './plan.ts';

/** The sums of a group, and what its measure was when the present run began, in and out: one cache line. */
export const GROUP_SUMS = SUMS + 2;

const FIRST_SLOTS = 1 << 12;
/** Keys of one small number (places of addresses, protocols, services of TCP and UDP) find their group without a hash. */
const MOST_DIRECT = 1 << 21;
const FIRST_DIRECT = 1 << 10;
export const NO_GROUP = 0xffff_ffff;

export class GroupTable {
  readonly width: number;
  keys: Uint32Array;
  sums: Float64Array;
  size = 0;
  /** By key of one number its group. */
  #direct = new Uint32Array(0);
  #slots: Uint32Array;
  #mask: number;
  #hashes: Uint32Array;

  constructor(width: number, groups = FIRST_SLOTS / 2) {
    this.width = width;
    let slots = FIRST_SLOTS;
    while (slots < groups * 2) slots *= 2;
    this.#slots = new Uint32Array(slots).fill(NO_GROUP);
    this.#mask = slots - 1;
    this.#hashes = new Uint32Array(slots / 2);
    this.keys = new Uint32Array((slots / 2) * width);
    this.sums = new Float64Array((slots / 2) * GROUP_SUMS);
  }

  /**
   * The groups of `rows` keys, one column of numbers a part; new ones are made unless `findOnly`. A row that is not
   * `valid` gets NO_GROUP.
   */
  groupsOf(
    columns: readonly Uint32Array[],
    valid: Uint8Array,
    rows: number,
    findOnly: boolean,
    into: Uint32Array,
  ): void {
    const [first] = columns;
    if (first === undefined) return;
    if (columns.length === 1) this.#single(first, valid, rows, findOnly, into);
    else this.#several(columns, valid, rows, findOnly, into);
  }

  #single(column: Uint32Array, valid: Uint8Array, rows: number, findOnly: boolean, into: Uint32Array): void {
    let direct = this.#direct;
    for (let row = 0; row < rows; row++) {
      const key = column[row] ?? 0;
      let group = NO_GROUP;
      if (valid[row] === 1) {
        if (key < direct.length) group = direct[key] ?? NO_GROUP;
        if (group === NO_GROUP) {
          group = this.groupOf(key, findOnly);
          direct = this.#direct;
        }
      }
      into[row] = group;
    }
  }

  /** The group of a key of one number. */
  groupOf(key: number, findOnly: boolean): number {
    const hash = mixed(SEED, key);
    let slot = hash & this.#mask;
    let group = this.#slots[slot] ?? NO_GROUP;
    while (group !== NO_GROUP && this.keys[group] !== key) {
      slot = (slot + 1) & this.#mask;
      group = this.#slots[slot] ?? NO_GROUP;
    }
    if (group === NO_GROUP) {
      if (findOnly) return NO_GROUP;
      group = this.#make(hash, slot);
      this.keys[group] = key;
    }
    if (key < MOST_DIRECT) {
      if (key >= this.#direct.length) {
        let room = Math.max(FIRST_DIRECT, this.#direct.length * 2);
        while (room <= key) room *= 2;
        const larger = new Uint32Array(room).fill(NO_GROUP);
        larger.set(this.#direct);
        this.#direct = larger;
      }
      this.#direct[key] = group;
    }
    return group;
  }

  #several(
    columns: readonly Uint32Array[],
    valid: Uint8Array,
    rows: number,
    findOnly: boolean,
    into: Uint32Array,
  ): void {
    const { width } = this;
    const [a, b, c] = columns;
    if (a === undefined || b === undefined) return;
    const third = c ?? b;
    let { keys } = this;
    let slots = this.#slots;
    let mask = this.#mask;
    for (let row = 0; row < rows; row++) {
      if (valid[row] === 0) {
        into[row] = NO_GROUP;
        continue;
      }
      const keyA = a[row] ?? 0;
      const keyB = b[row] ?? 0;
      const keyC = third[row] ?? 0;
      let hash = mixed(mixed(SEED, keyA), keyB);
      if (width > 2) hash = mixed(hash, keyC);
      for (let part = 3; part < width; part++) hash = mixed(hash, columns[part]?.[row] ?? 0);
      let slot = hash & mask;
      let group = slots[slot] ?? NO_GROUP;
      while (group !== NO_GROUP) {
        const at = group * width;
        const isFirst = keys[at] === keyA && keys[at + 1] === keyB && (width < 3 || keys[at + 2] === keyC);
        if (isFirst && (width <= 3 || isRest(keys, at, columns, row))) break;
        slot = (slot + 1) & mask;
        group = slots[slot] ?? NO_GROUP;
      }
      if (group === NO_GROUP && !findOnly) {
        group = this.#make(hash, slot);
        keys = this.keys;
        slots = this.#slots;
        mask = this.#mask;
        for (let part = 0; part < width; part++) keys[group * width + part] = columns[part]?.[row] ?? 0;
      }
      into[row] = group;
    }
  }

  /** The sums of one group, as a copy. */
  sumsOf(group: number): Float64Array {
    return this.sums.slice(group * GROUP_SUMS, group * GROUP_SUMS + SUMS);
  }

  /** `slot`: a free one for the hash. */
  #make(hash: number, slot: number): number {
    if (this.size * 2 < this.#slots.length) return this.#put(slot, hash);
    this.#grow();
    return this.#put(this.#free(hash), hash);
  }

  #put(slot: number, hash: number): number {
    const group = this.size++;
    this.#slots[slot] = group;
    this.#hashes[group] = hash;
    return group;
  }

  #free(hash: number): number {
    const mask = this.#mask;
    let slot = hash & mask;
    while (this.#slots[slot] !== NO_GROUP) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const slots = this.#slots.length * 2;
    const half = slots / 2;
    this.#hashes = grown(this.#hashes, new Uint32Array(half));
    this.keys = grown(this.keys, new Uint32Array(half * this.width));
    this.sums = grown(this.sums, new Float64Array(half * GROUP_SUMS));
    this.#slots = new Uint32Array(slots).fill(NO_GROUP);
    this.#mask = slots - 1;
    for (let group = 0; group < this.size; group++) this.#slots[this.#free(this.#hashes[group] ?? 0)] = group;
  }

  /** A table of these groups alone, in this order, with their sums, and with room for so many. */
  only(groups: ArrayLike<number>, room = groups.length): GroupTable {
    const { width } = this;
    const chosen = new GroupTable(width, room + 1);
    const { keys, sums } = chosen;
    for (let i = 0; i < groups.length; i++) {
      const from = groups[i] ?? 0;
      const hash = this.#hashes[from] ?? 0;
      const to = chosen.#put(chosen.#free(hash), hash);
      for (let part = 0; part < width; part++) keys[to * width + part] = this.keys[from * width + part] ?? 0;
      for (let part = 0; part < SUMS; part++) sums[to * GROUP_SUMS + part] = this.sums[from * GROUP_SUMS + part] ?? 0;
    }
    return chosen;
  }
}

function isRest(keys: Uint32Array, at: number, columns: readonly Uint32Array[], row: number): boolean {
  for (let part = 3; part < columns.length; part++) if (keys[at + part] !== columns[part]?.[row]) return false;
  return true;
}

function grown<T extends Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Of this process alone, so that nobody who sends flows can choose keys that all fall on one place. */
const SEED = Math.floor(Math.random() * 0x1_0000_0000);
const FACTOR = Math.floor(Math.random() * 0x1_0000_0000) | 1;

function mixed(hash: number, key: number): number {
  const product = Math.imul(hash ^ key, FACTOR);
  return product ^ (product >>> 15);
}
