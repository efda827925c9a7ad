// The unsealed samples of one group of series as a table in shared memory: a row a time, a column a series.
import { damaged } from '../codec/bytes.ts';

/** Cell flags. */
export const ABSENT = 0;
export const VALUE = 1;
export const STALE = 2;

const VERSION_SLOT = 0;
const ROWS_SLOT = 1;
const HEADER_BYTES = 64;
/** A reader gives up a snapshot after so many torn tries: a writer that died in the middle leaves an odd version. */
const MAX_TRIES = 100_000;

export type TableShape = { readonly rowCapacity: number; readonly columnCapacity: number };

const tableBytes = ({ rowCapacity, columnCapacity }: TableShape): number =>
  HEADER_BYTES + rowCapacity * 8 + rowCapacity * columnCapacity * 9;

/**
 * The views over one table's SharedArrayBuffer. The writer thread alone changes it, between `beginWrite` and `endWrite`,
 * which leave an odd version number while a change is going on; readers copy out and try again when the version moved.
 */
export class GroupTable {
  readonly buffer: SharedArrayBuffer;
  readonly rowCapacity: number;
  readonly columnCapacity: number;
  readonly timestamps: Float64Array<SharedArrayBuffer>;
  /** Row by row. */
  readonly values: Float64Array<SharedArrayBuffer>;
  readonly flags: Uint8Array<SharedArrayBuffer>;
  readonly #header: Int32Array<SharedArrayBuffer>;

  constructor(shape: TableShape, buffer = new SharedArrayBuffer(tableBytes(shape))) {
    if (buffer.byteLength !== tableBytes(shape)) throw damaged('a shared table has the wrong size');
    const cells = shape.rowCapacity * shape.columnCapacity;
    this.buffer = buffer;
    this.rowCapacity = shape.rowCapacity;
    this.columnCapacity = shape.columnCapacity;
    this.#header = new Int32Array(buffer, 0, 2);
    this.timestamps = new Float64Array(buffer, HEADER_BYTES, shape.rowCapacity);
    this.values = new Float64Array(buffer, HEADER_BYTES + shape.rowCapacity * 8, cells);
    this.flags = new Uint8Array(buffer, HEADER_BYTES + shape.rowCapacity * 8 + cells * 8, cells);
  }

  get rows(): number {
    return Atomics.load(this.#header, ROWS_SLOT);
  }

  beginWrite(): void {
    Atomics.add(this.#header, VERSION_SLOT, 1);
  }

  /** Publishes the number of rows with everything written since `beginWrite`. */
  endWrite(rows: number): void {
    Atomics.store(this.#header, ROWS_SLOT, rows);
    Atomics.add(this.#header, VERSION_SLOT, 1);
  }

  /** Copies rows and cells as they are, without the columns past the capacity. Undefined when the writer died while writing. */
  snapshot(): TableSnapshot | undefined {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const version = Atomics.load(this.#header, VERSION_SLOT);
      if (version % 2 !== 0) continue;
      const rows = Atomics.load(this.#header, ROWS_SLOT);
      const cells = rows * this.columnCapacity;
      const copy = {
        rows,
        columnCapacity: this.columnCapacity,
        timestamps: Float64Array.from(this.timestamps.subarray(0, rows)),
        values: Float64Array.from(this.values.subarray(0, cells)),
        flags: Uint8Array.from(this.flags.subarray(0, cells)),
      };
      if (Atomics.load(this.#header, VERSION_SLOT) === version) return copy;
    }
    return undefined;
  }

  /** A larger table with the same rows; the columns keep their places. */
  grown(shape: TableShape): GroupTable {
    const rows = this.rows;
    const next = new GroupTable(shape);
    next.timestamps.set(this.timestamps.subarray(0, rows));
    for (let row = 0; row < rows; row++) {
      const from = row * this.columnCapacity;
      const to = row * shape.columnCapacity;
      next.values.set(this.values.subarray(from, from + this.columnCapacity), to);
      next.flags.set(this.flags.subarray(from, from + this.columnCapacity), to);
    }
    next.beginWrite();
    next.endWrite(rows);
    return next;
  }
}

export type TableSnapshot = {
  readonly rows: number;
  readonly columnCapacity: number;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly flags: Uint8Array;
};
