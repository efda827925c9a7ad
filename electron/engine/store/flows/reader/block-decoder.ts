// Blocks as they are read: decoded into memory that is used again for each.
import { EncodedBlock } from '../codec/block.ts';
import { type BlockColumns, isDouble, makeColumns, MAX_BLOCK_ROWS } from '../codec/block-columns.ts';
import type { StoredBlock } from '../files/flow-file.ts';
import { FLOW_COLUMNS, type FlowBlock, type FlowColumn, type FlowTier } from '../types.ts';

const NO_WORDS = new Uint32Array(0);
const NO_DOUBLES = new Float64Array(0);
const FIRST_ROWS = 4_096;

/** For one thread. */
export class BlockDecoder {
  #columns: BlockColumns = makeColumns(FIRST_ROWS);
  #room = FIRST_ROWS;
  #addresses = new Uint32Array(0);
  #scratch = new Uint32Array(0);

  /**
   * The rows whose buckets begin in startS to endS (exclusive); undefined when there are none. Valid until the next call.
   * Throws DamagedBlock.
   */
  decode(
    body: Uint8Array,
    stored: Pick<StoredBlock, 'exporter' | 'kind' | 'startS' | 'endS'>,
    wanted: { tier: FlowTier; startS: number; endS: number; columns: ReadonlySet<FlowColumn> },
  ): FlowBlock | undefined {
    const block = new EncodedBlock(body);
    this.#makeRoom(block.rows);
    const columns = this.#columns;
    let from = 0;
    let to = block.rows;
    if (stored.startS < wanted.startS || stored.endS >= wanted.endS) {
      block.read('bucketS', 0, block.rows, columns);
      from = firstAtOrAfter(columns.bucketS, block.rows, wanted.startS);
      to = firstAtOrAfter(columns.bucketS, block.rows, wanted.endS);
      if (from >= to) return undefined;
    }
    const rows = to - from;
    for (const column of wanted.columns) block.read(column, from, to, columns);
    const given = (name: FlowColumn): Uint32Array | Float64Array => {
      if (wanted.columns.has(name)) return columns[name].subarray(0, rows);
      return isDouble(name) ? NO_DOUBLES : NO_WORDS;
    };
    return {
      ...(Object.fromEntries(FLOW_COLUMNS.map((name) => [name, given(name)])) as BlockColumns),
      tier: wanted.tier,
      kind: stored.kind,
      exporter: stored.exporter,
      rows,
      addresses: wanted.columns.has('client') || wanted.columns.has('server') ? this.#readAddresses(block) : NO_WORDS,
    };
  }

  #readAddresses(block: EncodedBlock): Uint32Array {
    const count = block.addressCount;
    if (this.#scratch.length < count) {
      this.#scratch = new Uint32Array(count);
      this.#addresses = new Uint32Array(count * 4);
    }
    block.readAddresses(this.#addresses, this.#scratch);
    return this.#addresses.subarray(0, count * 4);
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#room) return;
    this.#room = Math.min(MAX_BLOCK_ROWS, Math.max(rows, this.#room * 2));
    this.#columns = makeColumns(this.#room);
  }
}

/** `ascending` has `rows` entries. */
function firstAtOrAfter(ascending: Uint32Array, rows: number, value: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
