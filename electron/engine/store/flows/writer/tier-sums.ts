// One exporter's coarser buckets, made of finer blocks: conversations, and the exact totals beside them.
import type { NewBlock } from '../files/flow-file.ts';
import { AddressDictionary } from '../sums/address-dictionary.ts';
import { BUCKET, DSCP_BITS, ROW_DOUBLES, ROW_WORDS, SERVICE_BITS, TO_CLIENT_BIT } from '../sums/row.ts';
import { BYTES, FLOWS, PACKETS } from '../sums/row.ts';
import { type FlowBlock, type FlowBlockKind, NO_ADDRESS } from '../types.ts';
import type { RowEncoder } from './encode-rows.ts';
import { KindSums, type SummedRows } from './kind-sums.ts';
import { topRows } from './top-rows.ts';

/** By bytes, and by flows: a bucket keeps at most twice as many conversations. */
export const TOP_CONVERSATIONS = 1_000;
const MAX_CONVERSATIONS = 524_288;
const MAX_HOSTS = 524_288;
const MAX_TOTALS = 131_072;
/** What orders rows has 20 bits for an address. */
const MAX_ADDRESSES = 2 ** 20 - 1;

export class TierSums {
  readonly #resolutionS: number;
  readonly #addresses = new AddressDictionary(MAX_ADDRESSES);
  readonly #conversations = new KindSums(MAX_CONVERSATIONS);
  readonly #hosts = new KindSums(MAX_HOSTS);
  readonly #services = new KindSums(MAX_TOTALS);
  readonly #interfaces = new KindSums(MAX_TOTALS);

  constructor(resolutionS: number) {
    this.#resolutionS = resolutionS;
  }

  /** How many rows of memory are in use. */
  get rows(): number {
    return this.#conversations.rows + this.#hosts.rows;
  }

  /** A block of tier 1m, with all columns: the totals are made of it. */
  addMinutes(block: FlowBlock): void {
    const indexes = this.#indexes(block);
    const isOther = block.kind === 'other';
    const conversations = this.#conversations;
    const hosts = this.#hosts;
    for (let row = 0; row < block.rows; row++) {
      const bucket = Math.floor((block.bucketS[row] ?? 0) / this.#resolutionS);
      const client = addressOf(indexes, block.client[row]);
      const server = addressOf(indexes, block.server[row]);
      const inInterface = block.inInterface[row] ?? 0;
      const outInterface = block.outInterface[row] ?? 0;
      const packed = packedOf(block, row);
      const vlan = block.vlan[row] ?? 0;
      const bytes = block.bytes[row] ?? 0;
      const packets = block.packets[row] ?? 0;
      const flows = block.flows[row] ?? 0;
      conversations.setKey(bucket, client, server, inInterface, outInterface, packed, vlan);
      const direction = packed & TO_CLIENT_BIT;
      if (isOther || client === NO_ADDRESS || server === NO_ADDRESS) {
        conversations.addRest(bytes, packets, flows);
        hosts.setKey(bucket, NO_ADDRESS, NO_ADDRESS, 0, 0, 0, 0);
        hosts.addRest(bytes, packets, flows);
      } else {
        conversations.add(bytes, packets, flows);
        hosts.setKey(bucket, client, NO_ADDRESS, 0, 0, direction, 0);
        hosts.add(bytes, packets, flows);
        hosts.setKey(bucket, NO_ADDRESS, server, 0, 0, direction, 0);
        hosts.add(bytes, packets, flows);
      }
      this.#services.setKey(bucket, NO_ADDRESS, NO_ADDRESS, inInterface, outInterface, packed & ~DSCP_BITS, 0);
      this.#services.add(bytes, packets, flows);
      this.#interfaces.setKey(bucket, NO_ADDRESS, NO_ADDRESS, inInterface, outInterface, packed & ~SERVICE_BITS, vlan);
      this.#interfaces.add(bytes, packets, flows);
    }
  }

  /** A block of a coarser tier, with all columns: each kind is summed by itself. */
  addTier(block: FlowBlock): void {
    const indexes = this.#indexes(block);
    const sums = this.#ofKind(block.kind);
    for (let row = 0; row < block.rows; row++) {
      const bucket = Math.floor((block.bucketS[row] ?? 0) / this.#resolutionS);
      const client = addressOf(indexes, block.client[row]);
      const server = addressOf(indexes, block.server[row]);
      const bytes = block.bytes[row] ?? 0;
      const packets = block.packets[row] ?? 0;
      const flows = block.flows[row] ?? 0;
      sums.setKey(
        bucket,
        client,
        server,
        block.inInterface[row] ?? 0,
        block.outInterface[row] ?? 0,
        packedOf(block, row),
        block.vlan[row] ?? 0,
      );
      const isRest =
        block.kind === 'other' || (needsAddress(block.kind) && client === NO_ADDRESS && server === NO_ADDRESS);
      if (isRest) sums.addRest(bytes, packets, flows);
      else sums.add(bytes, packets, flows);
    }
  }

  /** `limit` conversations a bucket by bytes and by flows; all of them when it is left out, for blocks that are merged. */
  *finish(exporter: string, encoder: RowEncoder, limit?: number): Generator<NewBlock, void, undefined> {
    const addresses = this.#addresses.take();
    const blocksOf = (sums: SummedRows, rows: Uint32Array, kind: FlowBlockKind): Iterable<NewBlock> =>
      rows.length === 0
        ? []
        : encoder.encode({ ...sums, addresses, resolutionS: this.#resolutionS }, rows, exporter, kind);

    const conversations = this.#conversations.take();
    const kept: number[] = [];
    if (limit === undefined) {
      yield* blocksOf(conversations, allOf(conversations), 'conversations');
    } else {
      for (const [bucket, rows] of byBucket(conversations)) {
        const split = topRows(conversations.doubles, rows, limit);
        for (const row of split.kept) kept.push(row);
        this.#conversations.setKey(bucket, 0, 0, 0, 0, 0, 0);
        for (const row of split.rest) {
          const at = row * ROW_DOUBLES;
          const { doubles } = conversations;
          this.#conversations.addRest(doubles[at + BYTES] ?? 0, doubles[at + PACKETS] ?? 0, doubles[at + FLOWS] ?? 0);
        }
      }
      yield* blocksOf(conversations, Uint32Array.from(kept), 'conversations');
    }
    const rest = this.#conversations.takeRest();
    yield* blocksOf(rest, allOf(rest), 'other');
    for (const [kind, sums] of [
      ['byHost', this.#hosts],
      ['byService', this.#services],
      ['byInterface', this.#interfaces],
    ] as const) {
      const rows = sums.take();
      yield* blocksOf(rows, allOf(rows), kind);
      const without = sums.takeRest();
      yield* blocksOf(without, allOf(without), kind);
    }
  }

  #ofKind(kind: FlowBlockKind): KindSums {
    switch (kind) {
      case 'conversations':
      case 'other':
        return this.#conversations;
      case 'byHost':
        return this.#hosts;
      case 'byService':
        return this.#services;
      case 'byInterface':
        return this.#interfaces;
    }
  }

  #indexes({ addresses }: FlowBlock): Uint32Array {
    const indexes = new Uint32Array(addresses.length / 4);
    // -1, no place left, is NO_ADDRESS.
    for (let i = 0; i < indexes.length; i++) indexes[i] = this.#addresses.indexOf(addresses, i * 4);
    return indexes;
  }
}

const needsAddress = (kind: FlowBlockKind): boolean => kind === 'conversations' || kind === 'byHost';

const addressOf = (indexes: Uint32Array, local: number | undefined): number =>
  local === undefined || local === NO_ADDRESS ? NO_ADDRESS : (indexes[local] ?? NO_ADDRESS);

const packedOf = (block: FlowBlock, row: number): number =>
  ((block.protocol[row] ?? 0) << 24) |
  ((block.toClient[row] ?? 0) << 22) |
  ((block.dscp[row] ?? 0) << 16) |
  (block.service[row] ?? 0);

const allOf = ({ rows }: SummedRows): Uint32Array => Uint32Array.from({ length: rows }, (_, row) => row);

function byBucket({ words, rows }: SummedRows): Map<number, Uint32Array> {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const bucket = words[row * ROW_WORDS + BUCKET] ?? 0;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const lists = new Map([...counts].map(([bucket, count]) => [bucket, { rows: new Uint32Array(count), used: 0 }]));
  for (let row = 0; row < rows; row++) {
    const list = lists.get(words[row * ROW_WORDS + BUCKET] ?? 0);
    if (list !== undefined) list.rows[list.used++] = row;
  }
  return new Map([...lists].map(([bucket, list]) => [bucket, list.rows]));
}
