// What the writer knows of each series, in columns indexed by slot: a small number that is used again when a series goes.

export const NO_GROUP = -1;

export class SeriesSlots {
  readonly #slotById = new Map<number, number>();
  readonly #free: number[] = [];
  #used = 0;
  /** Persistent ids. */
  ids = new Float64Array(256);
  /** The column in the series' group. */
  columns = new Uint8Array(256);
  /** Unix milliseconds of the last sample: NaN = not known, -Infinity = there is none. */
  lastTimes = new Float64Array(256);
  /** 1 = shares its times with nobody, so it gets a group of its own. */
  solo = new Uint8Array(256);
  /** Keys of the head groups, or NO_GROUP. */
  groups = new Int32Array(256);

  get size(): number {
    return this.#slotById.size;
  }

  find(id: number): number | undefined {
    return this.#slotById.get(id);
  }

  /** The slot of an id; `isNew` says that the series has no sealed sample. */
  add(id: number, isNew: boolean): number {
    const known = this.#slotById.get(id);
    if (known !== undefined) return known;
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.ids.length) this.#grow();
    this.#slotById.set(id, slot);
    this.ids[slot] = id;
    this.columns[slot] = 0;
    this.groups[slot] = NO_GROUP;
    this.solo[slot] = 0;
    this.lastTimes[slot] = isNew ? -Infinity : Number.NaN;
    return slot;
  }

  remove(id: number): number | undefined {
    const slot = this.#slotById.get(id);
    if (slot === undefined) return undefined;
    this.#slotById.delete(id);
    this.#free.push(slot);
    return slot;
  }

  #grow(): void {
    const size = this.ids.length * 2;
    this.ids = grow(this.ids, new Float64Array(size));
    this.columns = grow(this.columns, new Uint8Array(size));
    this.lastTimes = grow(this.lastTimes, new Float64Array(size));
    this.solo = grow(this.solo, new Uint8Array(size));
    this.groups = grow(this.groups, new Int32Array(size));
  }
}

function grow<T extends Float64Array | Uint8Array | Int32Array>(old: T, next: T): T {
  next.set(old);
  return next;
}
