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

/** Doubles from row to row: the values, then the flags as bytes. */
const strideOf = ({ columnCapacity }: TableShape): number => columnCapacity + Math.ceil(columnCapacity / 8);

const tableBytes = (shape: TableShape): number =>
  HEADER_BYTES + shape.rowCapacity * 8 + shape.rowCapacity * strideOf(shape) * 8;

/**
 * The views over one table's SharedArrayBuffer. The writer thread alone changes it, between `beginWrite` and `endWrite`,
 * which leave an odd version number while a change is going on; readers copy out and try again when the version moved.
 */
export class GroupTable {
  readonly buffer: SharedArrayBuffer;
  readonly rowCapacity: number;
  readonly columnCapacity: number;
  readonly timestamps: Float64Array<SharedArrayBuffer>;
  /**
   * Cells row by row, a value at row * valueStride + column, its flag at row * flagStride + column. A row's flags lie behind its
   * values, so that rows that were not written to yet are pages that take no memory.
   */
  readonly values: Float64Array<SharedArrayBuffer>;
  readonly flags: Uint8Array<SharedArrayBuffer>;
  readonly valueStride: number;
  readonly flagStride: number;
  readonly #header: Int32Array<SharedArrayBuffer>;

  constructor(shape: TableShape, buffer = new SharedArrayBuffer(tableBytes(shape))) {
    if (buffer.byteLength !== tableBytes(shape)) throw damaged('a shared table has the wrong size');
    const cellsAt = HEADER_BYTES + shape.rowCapacity * 8;
    const valueBytes = shape.columnCapacity * 8;
    this.valueStride = strideOf(shape);
    this.flagStride = this.valueStride * 8;
    this.buffer = buffer;
    this.rowCapacity = shape.rowCapacity;
    this.columnCapacity = shape.columnCapacity;
    this.#header = new Int32Array(buffer, 0, 2);
    this.timestamps = new Float64Array(buffer, HEADER_BYTES, shape.rowCapacity);
    this.values = new Float64Array(buffer, cellsAt, shape.rowCapacity * this.valueStride);
    this.flags = new Uint8Array(buffer, cellsAt + valueBytes, shape.rowCapacity * this.flagStride - valueBytes);
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
        values: new Float64Array(cells),
        flags: new Uint8Array(cells),
      };
      for (let row = 0; row < rows; row++) {
        copy.values.set(this.#valuesOf(row), row * this.columnCapacity);
        copy.flags.set(this.#flagsOf(row), row * this.columnCapacity);
      }
      if (Atomics.load(this.#header, VERSION_SLOT) === version) return copy;
    }
    return undefined;
  }

  /** Takes all cells of a number of rows out. */
  empty(rows: number): void {
    for (let row = 0; row < rows; row++) this.#flagsOf(row).fill(ABSENT);
  }

  #valuesOf(row: number): Float64Array<SharedArrayBuffer> {
    return this.values.subarray(row * this.valueStride, row * this.valueStride + this.columnCapacity);
  }

  #flagsOf(row: number): Uint8Array<SharedArrayBuffer> {
    return this.flags.subarray(row * this.flagStride, row * this.flagStride + this.columnCapacity);
  }

  /** A larger table with the same rows; the columns keep their places. */
  grown(shape: TableShape): GroupTable {
    const rows = this.rows;
    const next = new GroupTable(shape);
    next.timestamps.set(this.timestamps.subarray(0, rows));
    for (let row = 0; row < rows; row++) {
      next.values.set(this.#valuesOf(row), row * next.valueStride);
      next.flags.set(this.#flagsOf(row), row * next.flagStride);
    }
    next.beginWrite();
    next.endWrite(rows);
    return next;
  }
}

/** Cells at row * columnCapacity + column. */
export type TableSnapshot = {
  readonly rows: number;
  readonly columnCapacity: number;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly flags: Uint8Array;
};
