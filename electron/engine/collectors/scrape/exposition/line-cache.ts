// Remembers the lines of a target's last answers, so that a line that repeats is recognised by comparing bytes:
// each line knows which one followed it last time, and only a line out of order is looked up by its text. Everything is in
// columns of numbers: a string and an entry of a map for each line would take twice the memory of the answer itself.
import { LineHash } from './line-hash.ts';

export const SERIES = 0;
/** A line that only sets the current type, or says nothing new. */
export const META = 1;
/** A `_created` line: the start time of a series, not a sample. */
export const SKIPPED = 2;
/** A series that nobody keeps: counted, and not handed on. */
export const DROPPED = 3;

/** A power of two, at least twice the entries. */
const FIRST_PLACES = 256;

const grown = <T extends Uint8Array | Int32Array | Uint32Array>(array: T, bigger: T): T => {
  bigger.set(array);
  return bigger;
};

/** Entry 0 stands for "before the first line". */
export class LineCache {
  /** The texts of all entries, one after the other. */
  bytes: Uint8Array = new Uint8Array(4_096);
  start = new Int32Array(64);
  length = new Int32Array(64);
  kind = new Uint8Array(64);
  /** The index of the type under which a series line was read; of a META line, the type that it sets or 255. */
  type = new Uint8Array(64);
  ref = new Uint32Array(64);
  /** The last generation (scrape) that had this line. */
  seen = new Uint32Array(64);
  /** The entry that followed this one last time; 0: none yet. */
  next = new Int32Array(64);
  count = 1;
  #used = 0;
  #hash = new Uint32Array(64);
  /** Entries by their hash, each at its place or the next free one; 0: free. */
  #places = new Int32Array(FIRST_PLACES);
  readonly #hasher = new LineHash();

  /** Makes room for lines of so many bytes in all, before the first is added. */
  reserve(bytes: number): void {
    if (this.count === 1 && bytes > this.bytes.length) this.bytes = new Uint8Array(bytes);
  }

  /** The entry of the line in [from, to): a META line, or a series under a type. 0 when there is none. */
  find(from: Uint8Array, start: number, end: number, isMeta: boolean, type: number): number {
    const hash = this.#hasher.of(from, start, end);
    const last = this.#places.length - 1;
    for (let place = hash & last; ; place = (place + 1) & last) {
      const entry = this.#places[place]!;
      if (entry === 0) return 0;
      if (this.#hash[entry] !== hash || (this.kind[entry] === META) !== isMeta) continue;
      // Under another type the same text may be another series: bounds are only normalised in some types.
      if (!isMeta && this.type[entry] !== type) continue;
      if (this.#hasText(entry, from, start, end)) return entry;
    }
  }

  #hasText(entry: number, from: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.length[entry] !== length) return false;
    const own = this.start[entry]!;
    for (let i = 0; i < length; i++) if (this.bytes[own + i] !== from[start + i]) return false;
    return true;
  }

  /** A line that `find` does not find. */
  add(text: Uint8Array, kind: number, type: number, ref: number): number {
    const entry = this.count++;
    if (entry >= this.start.length) this.#growEntries();
    while (this.#used + text.length > this.bytes.length) {
      this.bytes = grown(this.bytes, new Uint8Array(this.bytes.length * 2));
    }
    this.bytes.set(text, this.#used);
    this.start[entry] = this.#used;
    this.length[entry] = text.length;
    this.#used += text.length;
    this.kind[entry] = kind;
    this.type[entry] = type;
    this.ref[entry] = ref;
    this.seen[entry] = 0;
    this.next[entry] = 0;
    this.#hash[entry] = this.#hasher.of(text, 0, text.length);
    if (this.count * 2 > this.#places.length) this.#spread();
    else this.#place(entry);
    return entry;
  }

  #place(entry: number): void {
    const last = this.#places.length - 1;
    let place = this.#hash[entry]! & last;
    while (this.#places[place] !== 0) place = (place + 1) & last;
    this.#places[place] = entry;
  }

  #spread(): void {
    let size = this.#places.length;
    while (this.count * 2 > size) size *= 2;
    this.#places = new Int32Array(size);
    for (let entry = 1; entry < this.count; entry++) this.#place(entry);
  }

  #growEntries(): void {
    const size = this.start.length * 2;
    this.start = grown(this.start, new Int32Array(size));
    this.length = grown(this.length, new Int32Array(size));
    this.kind = grown(this.kind, new Uint8Array(size));
    this.type = grown(this.type, new Uint8Array(size));
    this.ref = grown(this.ref, new Uint32Array(size));
    this.seen = grown(this.seen, new Uint32Array(size));
    this.next = grown(this.next, new Int32Array(size));
    this.#hash = grown(this.#hash, new Uint32Array(size));
  }

  /** Forgets the lines that the given generation did not have. */
  keepOnly(generation: number): void {
    const moved = new Map<number, number>([[0, 0]]);
    const old = { ...this.#columns(), count: this.count };
    this.#places = new Int32Array(FIRST_PLACES);
    this.bytes = new Uint8Array(Math.max(4_096, this.#used));
    this.#used = 0;
    this.count = 1;
    for (let entry = 1; entry < old.count; entry++) {
      if (old.seen[entry] !== generation) continue;
      const start = old.start[entry] ?? 0;
      const text = old.bytes.subarray(start, start + (old.length[entry] ?? 0));
      const at = this.add(text, old.kind[entry] ?? 0, old.type[entry] ?? 0, old.ref[entry] ?? 0);
      this.seen[at] = generation;
      moved.set(entry, at);
    }
    for (const [from, to] of moved) this.next[to] = moved.get(old.next[from] ?? 0) ?? 0;
  }

  #columns() {
    return {
      bytes: this.bytes,
      start: this.start.slice(),
      length: this.length.slice(),
      kind: this.kind.slice(),
      type: this.type.slice(),
      ref: this.ref.slice(),
      seen: this.seen.slice(),
      next: this.next.slice(),
    };
  }
}
