// Whose an address is at a time: customers' addresses, which change with their sessions.
import { AddressTable, UNKNOWN } from './address-table.ts';
import type { OwnedAddresses } from './plan.ts';

export const NOBODY = -1;
/** Depends on the time: ask `at`. */
export const BY_TIME = -2;

export class Owners {
  readonly #table = new AddressTable(1_000_000);
  readonly #owned: OwnedAddresses;
  /** By number of the address: its entries, `#entries[#first[n]]` and on. */
  readonly #first: Uint32Array;
  readonly #entries: Uint32Array;

  constructor(owned: OwnedAddresses) {
    this.#owned = owned;
    const count = owned.owner.length;
    const numbers = new Uint32Array(count);
    for (let entry = 0; entry < count; entry++) numbers[entry] = this.#table.add(owned.words, entry * 4);
    this.#first = new Uint32Array(this.#table.size + 1);
    for (const number of numbers) if (number !== UNKNOWN) this.#first[number + 1] = (this.#first[number + 1] ?? 0) + 1;
    for (let i = 1; i < this.#first.length; i++) this.#first[i] = (this.#first[i] ?? 0) + (this.#first[i - 1] ?? 0);
    const next = this.#first.slice();
    this.#entries = new Uint32Array(count);
    for (let entry = 0; entry < count; entry++) {
      const number = numbers[entry] ?? UNKNOWN;
      if (number === UNKNOWN) continue;
      this.#entries[next[number] ?? 0] = entry;
      next[number] = (next[number] ?? 0) + 1;
    }
  }

  /** The owner in all of that time, NOBODY, or BY_TIME. */
  during(words: Uint32Array, at: number, fromS: number, untilS: number): number {
    const number = this.#table.find(words, at);
    if (number === UNKNOWN) return NOBODY;
    const { owner, fromS: froms, untilS: untils } = this.#owned;
    for (let i = this.#first[number] ?? 0; i < (this.#first[number + 1] ?? 0); i++) {
      const entry = this.#entries[i] ?? 0;
      const isOver = (untils[entry] ?? 0) <= fromS || (froms[entry] ?? 0) >= untilS;
      if (isOver) continue;
      return (froms[entry] ?? 0) <= fromS && (untils[entry] ?? 0) >= untilS ? (owner[entry] ?? 0) : BY_TIME;
    }
    return NOBODY;
  }

  at(words: Uint32Array, at: number, timeS: number): number {
    const number = this.#table.find(words, at);
    if (number === UNKNOWN) return NOBODY;
    const { owner, fromS, untilS } = this.#owned;
    for (let i = this.#first[number] ?? 0; i < (this.#first[number + 1] ?? 0); i++) {
      const entry = this.#entries[i] ?? 0;
      if ((fromS[entry] ?? 0) <= timeS && timeS < (untilS[entry] ?? 0)) return owner[entry] ?? 0;
    }
    return NOBODY;
  }

  tierOf(owner: number): number {
    return this.#owned.tierOf[owner] ?? 0xffff_ffff;
  }

  has(words: Uint32Array, at: number): boolean {
    return this.#table.find(words, at) !== UNKNOWN;
  }
}
