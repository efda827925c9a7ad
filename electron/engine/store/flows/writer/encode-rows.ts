// Rows of a table of sums as blocks: ordered, cut to size, each with the addresses that it has.
import { BlockEncoder } from '../codec/block.ts';
import { type BlockColumns, makeColumns, MAX_BLOCK_ROWS } from '../codec/block-columns.ts';
import type { NewBlock } from '../files/flow-file.ts';
import {
  BUCKET,
  BYTES,
  CLIENT,
  EXPORTER_VLAN,
  FLOWS,
  IN_INTERFACE,
  OUT_INTERFACE,
  PACKED,
  PACKETS,
  ROW_DOUBLES,
  ROW_WORDS,
  SERVER,
  VLAN_BITS,
} from '../sums/row.ts';
import { type FlowBlockKind, NO_ADDRESS } from '../types.ts';
import { ascendingAddresses } from './ascending-addresses.ts';

/** Rows in the table's memory, and what their buckets and addresses stand for. */
export type RowMemory = {
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  readonly addresses: Uint32Array;
  readonly resolutionS: number;
};

/** Rows and addresses have so many bits in the number that orders them. */
const INDEX_LIMIT = 2 ** 20;

/** One for a thread: its memory is used again. */
export class RowEncoder {
  readonly #columns: BlockColumns = makeColumns(MAX_BLOCK_ROWS);
  readonly #encoder = new BlockEncoder();

  /** `rows`: which ones, in any order; blocks of at most MAX_BLOCK_ROWS, by bucket and then by client. */
  *encode(
    memory: RowMemory,
    rows: Uint32Array,
    exporter: string,
    kind: FlowBlockKind,
  ): Generator<NewBlock, void, undefined> {
    const ordered = inOrder(memory.words, rows);
    for (let from = 0; from < ordered.length; from += MAX_BLOCK_ROWS) {
      yield this.#block(memory, ordered.subarray(from, from + MAX_BLOCK_ROWS), exporter, kind);
    }
  }

  #block(memory: RowMemory, rows: Uint32Array, exporter: string, kind: FlowBlockKind): NewBlock {
    const { words, doubles, resolutionS } = memory;
    const columns = this.#columns;
    const { addresses, indexOf } = ascendingAddresses(words, rows, memory.addresses);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      const at = row * ROW_WORDS;
      const sums = row * ROW_DOUBLES;
      const client = words[at + CLIENT] ?? 0;
      const server = words[at + SERVER] ?? 0;
      const packed = words[at + PACKED] ?? 0;
      columns.bucketS[i] = (words[at + BUCKET] ?? 0) * resolutionS;
      columns.client[i] = client === NO_ADDRESS ? NO_ADDRESS : (indexOf[client] ?? 0);
      columns.server[i] = server === NO_ADDRESS ? NO_ADDRESS : (indexOf[server] ?? 0);
      columns.inInterface[i] = words[at + IN_INTERFACE] ?? 0;
      columns.outInterface[i] = words[at + OUT_INTERFACE] ?? 0;
      columns.protocol[i] = packed >>> 24;
      columns.service[i] = packed & 0xffff;
      columns.toClient[i] = (packed >>> 22) & 1;
      columns.dscp[i] = (packed >>> 16) & 0x3f;
      columns.vlan[i] = (words[at + EXPORTER_VLAN] ?? 0) & VLAN_BITS;
      columns.bytes[i] = doubles[sums + BYTES] ?? 0;
      columns.packets[i] = doubles[sums + PACKETS] ?? 0;
      columns.flows[i] = doubles[sums + FLOWS] ?? 0;
    }
    const body = this.#encoder.encode(columns, rows.length, addresses);
    const startS = columns.bucketS[0] ?? 0;
    return { exporter, kind, startS, endS: columns.bucketS[rows.length - 1] ?? startS, rows: rows.length, body };
  }
}

/** By bucket, then by client so that its rows are together. */
function inOrder(words: Uint32Array, rows: Uint32Array): Uint32Array {
  let least = Infinity;
  for (const row of rows) least = Math.min(least, words[row * ROW_WORDS + BUCKET] ?? 0);
  const keys = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const at = row * ROW_WORDS;
    const client = words[at + CLIENT] ?? 0;
    const side = (client === NO_ADDRESS ? words[at + SERVER] : client) ?? 0;
    const group = ((words[at + BUCKET] ?? 0) - least) * INDEX_LIMIT + (side === NO_ADDRESS ? 0 : side);
    keys[i] = group * INDEX_LIMIT + row;
  }
  keys.sort();
  const ordered = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) ordered[i] = (keys[i] ?? 0) % INDEX_LIMIT;
  return ordered;
}
