// Decoded chunks that queries come back to, bounded in bytes: what was read twice outlives a scan of what is read once.

/** What one key holds; its size may grow while it is held. */
export type Weighed = { readonly bytes: number };

/** Of the bound, what was read once may take while there is enough that was read again. */
const ONCE_SHARE = 0.25;
/** Keys that are remembered after what they held was let go. */
const MAX_GONE = 8_192;

/**
 * Two lists, least recently used first. What is new stands in the first; what is found there moves to the second. A scan
 * of far more than the bound passes through the first only. What went from the first and comes back was read again too, if
 * not soon enough: otherwise a query of more than the first holds would decode all of it each time, beside a second list
 * of what nobody asks for any more.
 */
export class DecodedCache<Item extends Weighed> {
  readonly #maxBytes: number;
  readonly #once = new Map<string, Item>();
  readonly #again = new Map<string, Item>();
  /** Keys that went from the first list, the longest gone first. */
  readonly #gone = new Set<string>();
  #onceBytes = 0;
  #againBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#onceBytes + this.#againBytes;
  }

  get size(): number {
    return this.#once.size + this.#again.size;
  }

  /** Counts as a use. */
  get(key: string): Item | undefined {
    const known = this.#again.get(key);
    if (known !== undefined) {
      this.#again.delete(key);
      this.#again.set(key, known);
      return known;
    }
    const fresh = this.#once.get(key);
    if (fresh === undefined) return undefined;
    this.#once.delete(key);
    this.#onceBytes -= fresh.bytes;
    this.#again.set(key, fresh);
    this.#againBytes += fresh.bytes;
    this.#trim();
    return fresh;
  }

  /** An item larger than the share of new ones is not held. */
  add(key: string, item: Item): void {
    if (item.bytes > this.#maxBytes * ONCE_SHARE || this.#again.has(key) || this.#once.has(key)) return;
    if (this.#gone.delete(key)) {
      this.#again.set(key, item);
      this.#againBytes += item.bytes;
    } else {
      this.#once.set(key, item);
      this.#onceBytes += item.bytes;
    }
    this.#trim();
  }

  /** The item has grown by so much. */
  grown(key: string, item: Item, bytes: number): void {
    if (this.#again.get(key) === item) this.#againBytes += bytes;
    else if (this.#once.get(key) === item) this.#onceBytes += bytes;
    this.#trim();
  }

  clear(): void {
    this.#once.clear();
    this.#again.clear();
    this.#gone.clear();
    this.#onceBytes = 0;
    this.#againBytes = 0;
  }

  #trim(): void {
    for (const [key, item] of this.#once) {
      if (this.bytes <= this.#maxBytes || this.#onceBytes <= this.#maxBytes * ONCE_SHARE) break;
      this.#once.delete(key);
      this.#onceBytes -= item.bytes;
      this.#gone.add(key);
      if (this.#gone.size > MAX_GONE) this.#gone.delete(this.#gone.values().next().value ?? '');
    }
    for (const [key, item] of this.#again) {
      if (this.bytes <= this.#maxBytes) break;
      this.#again.delete(key);
      this.#againBytes -= item.bytes;
    }
  }
}
