// Sums of one kind of rows, from blocks with dictionaries of their own into one table.
import { ConversationTable } from '../sums/conversation-table.ts';
import {
  BUCKET,
  BYTES,
  CLIENT,
  EXPORTER_VLAN,
  FLOWS,
  IN_INTERFACE,
  KEY_WORDS,
  OUT_INTERFACE,
  PACKED,
  PACKETS,
  ROW_DOUBLES,
  ROW_WORDS,
  SERVER,
} from '../sums/row.ts';
import { NO_ADDRESS } from '../types.ts';

/** Memory of rows, without what they belong to. */
export type SummedRows = { readonly words: Uint32Array; readonly doubles: Float64Array; readonly rows: number };

export class KindSums {
  readonly key = new Uint32Array(KEY_WORDS);
  readonly #table: ConversationTable;
  /** What found no place, by bucket: told with nothing but its sums. */
  readonly #rest = new Map<number, { bytes: number; packets: number; flows: number }>();

  constructor(maxRows: number) {
    this.#table = new ConversationTable(maxRows);
  }

  get rows(): number {
    return this.#table.rows;
  }

  /** `key` holds what is added to. */
  add(bytes: number, packets: number, flows: number): void {
    if (this.#table.add(this.key, 0, true, bytes, packets, flows) < 0) this.addRest(bytes, packets, flows);
  }

  /** Of the bucket in `key`. */
  addRest(bytes: number, packets: number, flows: number): void {
    const bucket = this.key[BUCKET] ?? 0;
    const rest = this.#rest.get(bucket) ?? { bytes: 0, packets: 0, flows: 0 };
    rest.bytes += bytes;
    rest.packets += packets;
    rest.flows += flows;
    this.#rest.set(bucket, rest);
  }

  /** The table's rows; it is empty after it. */
  take(): SummedRows {
    const { rows, buffer } = this.#table.take();
    return { words: new Uint32Array(buffer), doubles: new Float64Array(buffer), rows };
  }

  /** One row a bucket, without addresses. */
  takeRest(): SummedRows {
    const buffer = new ArrayBuffer(this.#rest.size * ROW_WORDS * 4);
    const words = new Uint32Array(buffer);
    const doubles = new Float64Array(buffer);
    let row = 0;
    for (const [bucket, { bytes, packets, flows }] of this.#rest) {
      words[row * ROW_WORDS + CLIENT] = NO_ADDRESS;
      words[row * ROW_WORDS + SERVER] = NO_ADDRESS;
      words[row * ROW_WORDS + BUCKET] = bucket;
      doubles[row * ROW_DOUBLES + BYTES] = bytes;
      doubles[row * ROW_DOUBLES + PACKETS] = packets;
      doubles[row * ROW_DOUBLES + FLOWS] = flows;
      row++;
    }
    this.#rest.clear();
    return { words, doubles, rows: row };
  }

  setKey(
    bucket: number,
    client: number,
    server: number,
    inInterface: number,
    outInterface: number,
    packed: number,
    vlan: number,
  ): void {
    const { key } = this;
    key[CLIENT] = client;
    key[SERVER] = server;
    key[IN_INTERFACE] = inInterface;
    key[OUT_INTERFACE] = outInterface;
    key[PACKED] = packed;
    key[EXPORTER_VLAN] = vlan;
    key[BUCKET] = bucket;
  }
}
