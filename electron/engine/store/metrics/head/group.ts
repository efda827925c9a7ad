// A group of series that are appended, sealed and read together: mostly series of one target that share their times.
import { GroupTable } from './group-table.ts';

/** Wide enough that one compressed block is shared by many, narrow enough that one series is read quickly. */
export const MAX_COLUMNS = 32;
/** A series' chunk: 30 minutes at 15 s. */
export const SEAL_ROWS = 120;
/** The same while the head holds so much that memory counts for more than a few bytes of the file, until the day is merged. */
export const EARLY_SEAL_ROWS = 48;
const FIRST_ROWS = 8;
const FIRST_COLUMNS = 4;
/**
 * A table of a wide group has room for all its rows at once: pages that no row was written to take no memory, and a
 * table that is replaced by a larger one stays in memory until every reader's collector has been there. A narrow one would
 * fill its pages with the first rows.
 */
const WIDE_COLUMNS = 16;
/** A few more than are sealed: samples come while the group waits for its turn. */
const ALL_ROWS = SEAL_ROWS + 8;

export class HeadGroup {
  /** Names the group between writer and reader; never reused. */
  readonly key: number;
  table: GroupTable;
  /** Series slots by column. */
  slots: number[] = [];
  /** No member has a sample later than this, stored or not yet. */
  maxTimeMs = -Infinity;
  /** Rows are ascending in time, each time once. */
  sorted = true;
  /** The wal row of the oldest unsealed sample, 0 when there is none. */
  firstSeq = 0;
  /** When the oldest unsealed sample and the last one came, monotonic ms. */
  firstAppendMs = 0;
  lastAppendMs = 0;
  sealing = false;
  /** Unsealed samples. */
  samples = 0;

  constructor(key: number, columns: number) {
    this.key = key;
    const columnCapacity = Math.min(MAX_COLUMNS, Math.max(FIRST_COLUMNS, columns));
    const rowCapacity = columnCapacity >= WIDE_COLUMNS ? ALL_ROWS : FIRST_ROWS;
    this.table = new GroupTable({ rowCapacity, columnCapacity });
  }

  get hasRoom(): boolean {
    return this.slots.length < MAX_COLUMNS;
  }

  get rows(): number {
    return this.table.rows;
  }

  /** Makes room for one more column; true when the table was replaced. */
  addColumn(slot: number): boolean {
    this.slots.push(slot);
    const { rowCapacity, columnCapacity } = this.table;
    if (this.slots.length <= columnCapacity) return false;
    this.table = this.table.grown({ rowCapacity, columnCapacity: Math.min(MAX_COLUMNS, columnCapacity * 2) });
    return true;
  }

  /** Makes room for one more row; true when the table was replaced. */
  reserveRow(): boolean {
    const { rowCapacity, columnCapacity } = this.table;
    if (this.rows < rowCapacity) return false;
    this.table = this.table.grown({ rowCapacity: rowCapacity * 2, columnCapacity });
    return true;
  }

  /** The row of a time, or -1. */
  rowAt(timeMs: number): number {
    const { timestamps } = this.table;
    const rows = this.rows;
    if (rows === 0) return -1;
    if (!this.sorted) return timestamps.subarray(0, rows).indexOf(timeMs);
    if (timestamps[rows - 1]! <= timeMs) return timestamps[rows - 1] === timeMs ? rows - 1 : -1;
    let low = 0;
    let high = rows - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (timestamps[middle]! < timeMs) low = middle + 1;
      else high = middle;
    }
    return timestamps[low] === timeMs ? low : -1;
  }

  /** Empties the table in place, with shared readers on it. */
  clear(): void {
    const { table } = this;
    table.beginWrite();
    table.empty(table.rows);
    table.endWrite(0);
    this.samples = 0;
    this.sorted = true;
    this.firstSeq = 0;
    this.sealing = false;
  }
}
