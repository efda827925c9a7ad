// One row of summaries as queries come back to it: opened once, with the columns that were read of each series.
import { openSummaryBlock, type StoredSummary, type SummaryBlock, type SummaryField } from '../codec/summary-block.ts';

const BYTES_PER_BUCKET = 8;

export class StoredSummaries {
  /** Grows with what is decoded. */
  bytes: number;
  readonly #block: SummaryBlock;
  readonly #read = new Map<number, Map<string, StoredSummary>>();

  /** Throws LW_STORE_DAMAGED, as does `read`. */
  constructor(body: Uint8Array, dayMs: number) {
    this.#block = openSummaryBlock(body, dayMs);
    this.bytes = 2 * body.length;
  }

  has(member: number): boolean {
    return this.#block.has(member);
  }

  read(member: number, fields: readonly SummaryField[]): StoredSummary | undefined {
    const key = fields.join();
    let known = this.#read.get(member);
    const found = known?.get(key);
    if (found !== undefined) return found;
    const summary = this.#block.read(member, fields);
    if (summary === undefined) return undefined;
    if (known === undefined) this.#read.set(member, (known = new Map()));
    known.set(key, summary);
    // Counts and times are shared by the series of a scrape; the rest is each one's own.
    this.bytes += fields.length * summary.counts.length * BYTES_PER_BUCKET;
    return summary;
  }
}
