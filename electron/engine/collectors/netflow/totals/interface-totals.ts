// One exporter's bytes by the interface that they came in and went out by, for comparing with the interfaces' counters.

/** Numbers below have a place of their own; RouterOS gives dynamic interfaces numbers from 15 million. */
const MAX_DIRECT = 4_096;
const MAX_OTHERS = 1_024;

export type InterfaceRows = {
  readonly indexes: Uint32Array;
  readonly inBytes: Float64Array;
  readonly outBytes: Float64Array;
};

export type InterfaceColumns = {
  readonly inInterface: Uint32Array;
  readonly outInterface: Uint32Array;
  readonly bytes: Float64Array;
};

class BytesByIndex {
  #direct = new Float64Array(64);
  readonly #others = new Map<number, number>();

  addRows(rows: number, indexes: Uint32Array, bytes: Float64Array): void {
    let direct = this.#direct;
    for (let row = 0; row < rows; row++) {
      const index = indexes[row] ?? 0;
      if (index < direct.length) {
        direct[index] = (direct[index] ?? 0) + (bytes[row] ?? 0);
      } else {
        this.#addRare(index, bytes[row] ?? 0);
        direct = this.#direct;
      }
    }
    // No interface.
    direct[0] = 0;
  }

  get(index: number): number {
    return index < this.#direct.length ? (this.#direct[index] ?? 0) : (this.#others.get(index) ?? 0);
  }

  indexes(): number[] {
    const used: number[] = [...this.#others.keys()];
    this.#direct.forEach((bytes, index) => {
      if (bytes > 0) used.push(index);
    });
    return used;
  }

  #addRare(index: number, bytes: number): void {
    if (index < MAX_DIRECT) {
      const wider = new Float64Array(Math.min(MAX_DIRECT, 2 ** Math.ceil(Math.log2(index + 1))));
      wider.set(this.#direct);
      this.#direct = wider;
      this.#direct[index] = bytes;
    } else if (this.#others.has(index) || this.#others.size < MAX_OTHERS) {
      this.#others.set(index, (this.#others.get(index) ?? 0) + bytes);
    }
  }
}

/** Cumulative since the start; number 0 is no interface. */
export class InterfaceTotals {
  readonly #in = new BytesByIndex();
  readonly #out = new BytesByIndex();

  addRows(rows: number, { inInterface, outInterface, bytes }: InterfaceColumns): void {
    this.#in.addRows(rows, inInterface, bytes);
    this.#out.addRows(rows, outInterface, bytes);
  }

  rows(): InterfaceRows {
    const indexes = Uint32Array.from(new Set([...this.#in.indexes(), ...this.#out.indexes()]));
    return {
      indexes,
      inBytes: Float64Array.from(indexes, (index) => this.#in.get(index)),
      outBytes: Float64Array.from(indexes, (index) => this.#out.get(index)),
    };
  }
}
