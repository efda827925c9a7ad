// Ascending lists of series slots, and what queries do with them: joined, met, filtered.

/** Grows at its end; `slots` is a view that stays valid until the list grows. */
export class SlotList {
  #array: Uint32Array;
  #length: number;

  constructor(first: number, second: number) {
    this.#array = Uint32Array.of(first, second);
    this.#length = 2;
  }

  get length(): number {
    return this.#length;
  }

  get slots(): Uint32Array {
    return this.#array.subarray(0, this.#length);
  }

  push(slot: number): void {
    if (this.#length === this.#array.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.#length++] = slot;
  }
}

/** All slots of the lists, below `end`, once each. */
export function union(lists: readonly Uint32Array[], end: number): Uint32Array {
  const [only] = lists;
  if (only === undefined) return new Uint32Array();
  if (lists.length === 1) return only;
  const bits = new Uint32Array((end + 31) >> 5);
  for (const list of lists) for (const slot of list) bits[slot >> 5]! |= 1 << (slot & 31);
  const most = lists.reduce((sum, { length }) => sum + length, 0);
  const found = new Uint32Array(Math.min(most, end));
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) {
      found[count++] = (word << 5) + (31 - Math.clz32(rest & -rest));
    }
  }
  return found.subarray(0, count);
}

/** What is in both; `few` should be the shorter one. */
export function intersect(few: Uint32Array, many: Uint32Array): Uint32Array {
  const found = new Uint32Array(few.length);
  let count = 0;
  let at = 0;
  for (const slot of few) {
    at = lowerBound(many, slot, at);
    if (at === many.length) break;
    if (many[at] === slot) found[count++] = slot;
  }
  return found.subarray(0, count);
}

/** The first place from `from` whose slot is not below `slot`: near places are found in few steps. */
function lowerBound(slots: Uint32Array, slot: number, from: number): number {
  let step = 1;
  let high = from;
  while (high < slots.length && slots[high]! < slot) {
    high += step;
    step *= 2;
  }
  let low = Math.max(from, high - (step >> 1));
  high = Math.min(high, slots.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle]! < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}
