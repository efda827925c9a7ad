// Which series a ref stands for: known from head.db, made with its first accepted sample, or not admitted.
import type { Head, HeadLimits } from '../head/head.ts';
import { NO_SLOT } from '../head/head.ts';
import type { SeriesDefinition } from '../protocol.ts';
import type { HeadFile, NewSeries } from '../wal/head-file.ts';

/** Dead series stay in the index until their last chunk goes; all together are bounded too. */
const KNOWN_PER_ACTIVE = 4;
/** Refs whose series is not stored (yet) and whose labels are kept. */
const MAX_UNBORN = 1_000_000;

export class SeriesRegistry {
  readonly #file: HeadFile;
  readonly #head: Head;
  readonly #limits: Readonly<HeadLimits>;
  #slotOfRef = new Uint32Array(1024).fill(NO_SLOT);
  readonly #unborn = new Map<number, SeriesDefinition>();
  /** Made, but not committed yet. */
  #fresh: NewSeries[] = [];
  readonly #freshByKey = new Map<string, number>();
  #nextId: number;
  #known: number;

  constructor(file: HeadFile, head: Head, limits: Readonly<HeadLimits>) {
    this.#file = file;
    this.#head = head;
    this.#limits = limits;
    this.#nextId = file.highest('series') + 1;
    this.#known = file.seriesCount();
  }

  get known(): number {
    return this.#known;
  }

  get fresh(): readonly NewSeries[] {
    return this.#fresh;
  }

  /** Never throws: what the disk does not tell now is asked again with the series' first sample. */
  define(definition: SeriesDefinition): void {
    const { ref } = definition;
    if (ref >= this.#slotOfRef.length) {
      const grown = new Uint32Array(Math.max(ref + 1, this.#slotOfRef.length * 2)).fill(NO_SLOT);
      grown.set(this.#slotOfRef);
      this.#slotOfRef = grown;
    }
    const known = this.#stored(definition);
    if (known !== undefined) this.#slotOfRef[ref] = this.#head.slots.add(known, false);
    else if (this.#unborn.size < MAX_UNBORN) this.#unborn.set(ref, definition);
  }

  #stored(definition: SeriesDefinition): number | undefined {
    try {
      return this.#idOf(definition);
    } catch {
      return undefined;
    }
  }

  #idOf(definition: SeriesDefinition): number | undefined {
    if ('labelsKey' in definition) return this.#find(definition.labelsKey);
    return this.#file.labelsOf(definition.id) === undefined ? undefined : definition.id;
  }

  /** 0 where nothing was ever stored. */
  idOfRef(ref: number): number {
    const slot = this.slotOf(ref);
    return slot === NO_SLOT ? 0 : this.#head.slots.ids[slot]!;
  }

  /** NO_SLOT for a series that is not stored. */
  slotOf(ref: number): number {
    return this.#slotOfRef[ref] ?? NO_SLOT;
  }

  /** Makes the series of a ref whose first sample was accepted; NO_SLOT when a limit forbids it. */
  admit(ref: number): number {
    const definition = this.#unborn.get(ref);
    if (definition === undefined) return NO_SLOT;
    let id = this.#idOf(definition);
    const isNew = id === undefined;
    if (id === undefined) {
      // Its series went with the last of its samples, and its labels with it.
      if (!('labelsKey' in definition)) return NO_SLOT;
      const { labelsKey } = definition;
      if (this.#head.isFull || this.#known >= this.#limits.maxSeries * KNOWN_PER_ACTIVE) return NO_SLOT;
      id = this.#nextId++;
      this.#fresh.push({ id, labelsKey });
      this.#freshByKey.set(labelsKey, id);
      this.#known++;
    }
    this.#unborn.delete(ref);
    const slot = this.#head.slots.add(id, isNew);
    this.#slotOfRef[ref] = slot;
    return slot;
  }

  /** The fresh series are in head.db now. */
  committed(): void {
    this.#fresh = [];
    this.#freshByKey.clear();
  }

  labelsOf(id: number): string {
    return this.#file.labelsOf(id) ?? this.#fresh.find((series) => series.id === id)?.labelsKey ?? '[]';
  }

  /** Forgets series without any sample left; their refs stay good and make them anew. */
  forget(gone: ReadonlyMap<number, string>): void {
    const labelsBySlot = new Map<number, string>();
    for (const [id, labelsKey] of gone) {
      const slot = this.#head.slots.remove(id);
      if (slot !== undefined) labelsBySlot.set(slot, labelsKey);
    }
    this.#known -= gone.size;
    if (labelsBySlot.size === 0) return;
    this.#slotOfRef.forEach((slot, ref) => {
      const labelsKey = labelsBySlot.get(slot);
      if (labelsKey === undefined) return;
      this.#slotOfRef[ref] = NO_SLOT;
      if (this.#unborn.size < MAX_UNBORN) this.#unborn.set(ref, { ref, labelsKey });
    });
  }

  #find(labelsKey: string): number | undefined {
    return this.#freshByKey.get(labelsKey) ?? this.#file.findSeries(labelsKey);
  }
}
