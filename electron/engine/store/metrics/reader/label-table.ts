// Label sets as numbers: every (name, value) pair once, with the series that carry it.
import { SlotList } from './slot-list.ts';

/** What a label name has: pairs by value. */
export type Values = ReadonlyMap<string, number>;

const NO_VALUES: Values = new Map();

export class LabelTable {
  readonly #pairsOf = new Map<string, Map<string, number>>();
  /** By pair. */
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  /** Most pairs of a large store are in one series only, which is then all that is kept. */
  readonly #slots: (number | SlotList)[] = [];

  /** The pair's number; `slot` ascends from call to call. */
  add(name: string, value: string, slot: number): number {
    let pairs = this.#pairsOf.get(name);
    if (pairs === undefined) this.#pairsOf.set(name, (pairs = new Map()));
    const pair = pairs.get(value);
    if (pair === undefined) {
      // The name's first copy is shared by all its pairs.
      const [firstPair] = pairs.values();
      pairs.set(value, this.#names.length);
      this.#names.push(firstPair === undefined ? name : this.#names[firstPair]!);
      this.#values.push(value);
      this.#slots.push(slot);
      return this.#names.length - 1;
    }
    const known = this.#slots[pair]!;
    if (typeof known === 'number') this.#slots[pair] = new SlotList(known, slot);
    else known.push(slot);
    return pair;
  }

  valuesOf(name: string): Values {
    return this.#pairsOf.get(name) ?? NO_VALUES;
  }

  names(): Iterable<string> {
    return this.#pairsOf.keys();
  }

  name(pair: number): string {
    return this.#names[pair]!;
  }

  value(pair: number): string {
    return this.#values[pair]!;
  }

  /** How many series carry the pair. */
  count(pair: number): number {
    const slots = this.#slots[pair]!;
    return typeof slots === 'number' ? 1 : slots.length;
  }

  slotsOf(pair: number): Uint32Array {
    const slots = this.#slots[pair]!;
    return typeof slots === 'number' ? Uint32Array.of(slots) : slots.slots;
  }
}
