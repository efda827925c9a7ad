// The wal's bookkeeping: which number the next row gets, which rows are committed, and which may go.
import type { HeadFile, NewSeries, NewWalRow } from './head-file.ts';
import { reuseWalRow } from './row.ts';

/** One deletion takes a few milliseconds. */
const TRIM_ROWS = 500;
/** Kept for whoever follows, beyond what the head needs: hours of it. Who is further behind finds a gap. */
const MAX_KEPT_ROWS = 200_000;

export class WalBook {
  readonly #file: HeadFile;
  #nextSeq: number;
  #committedSeq: number;
  #rows: number;
  #firstSeq: number;
  #pending: NewWalRow[] = [];
  /** Rows after this one are kept for whoever follows. */
  #keepAfter: number | undefined;

  constructor(file: HeadFile) {
    this.#file = file;
    this.#committedSeq = file.highest('wal');
    this.#nextSeq = this.#committedSeq + 1;
    const bounds = file.walBounds();
    this.#rows = bounds?.rows ?? 0;
    this.#firstSeq = bounds?.first ?? this.#nextSeq;
  }

  /** What `add` files the next row under. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** All rows up to this one are committed. */
  get committedSeq(): number {
    return this.#committedSeq;
  }

  /** Committed, and not deleted. */
  get rows(): number {
    return this.#rows;
  }

  /** The oldest row that is there, or that the next batch gets. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  keepAfter(seq: number | undefined): void {
    this.#keepAfter = seq;
  }

  /** `timeMs` is the batch's, in Unix ms. Its memory is the book's from now on. */
  add(timeMs: number, body: Uint8Array): void {
    this.#pending.push({ seq: this.#nextSeq++, timeMs, body });
  }

  /** Commits what was added, with the series that it is of. What the disk refuses stays, and goes first the next time. */
  commit(series: readonly NewSeries[]): void {
    const rows = this.#pending;
    if (rows.length > 0 || series.length > 0) this.#file.commit(series, rows);
    this.#pending = [];
    for (const { body } of rows) reuseWalRow(body);
    this.#rows += rows.length;
    this.#committedSeq = this.#nextSeq - 1;
  }

  /**
   * Deletes some of the rows before `neededSeq`; true when there are more. `bringToDisk` is called before, where there are
   * any: what they hold must not be in memory only.
   */
  trim(neededSeq: number, bringToDisk: () => void): boolean {
    const kept = Math.max((this.#keepAfter ?? Infinity) + 1, this.#committedSeq - MAX_KEPT_ROWS);
    const needed = Math.min(neededSeq, kept, this.#committedSeq + 1);
    if (needed <= this.#firstSeq) return false;
    const upTo = Math.min(needed, this.#firstSeq + TRIM_ROWS);
    bringToDisk();
    this.#file.deleteWalBefore(upTo);
    // Every seq was given to a row, so the difference counts rows.
    this.#rows = Math.max(0, this.#rows - (upTo - this.#firstSeq));
    this.#firstSeq = upTo;
    return upTo < needed;
  }
}
