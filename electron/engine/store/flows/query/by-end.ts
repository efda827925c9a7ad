// Groups by one address of each row: every address of a block's dictionary finds its group once, and each row is read once.
import { NO_ADDRESS } from '../types.ts';
import type { BlockView } from './block-view.ts';
import { GROUP_SUMS, type GroupTable, NO_GROUP } from './group-table.ts';
import type { PlanKey } from './plan.ts';
import type { RowLog } from './row-log.ts';
import type { Run, Runs } from './runs.ts';

const UNRESOLVED = 0xffff_fffe;

/** Which end counts: 0 the client, 1 the server, turned by the direction or by where the end inside is. */
const ROLES = {
  client: { base: 0, byDirection: 0, byInside: 0 },
  server: { base: 1, byDirection: 0, byInside: 0 },
  src: { base: 0, byDirection: 1, byInside: 0 },
  dst: { base: 1, byDirection: 1, byInside: 0 },
  local: { base: 1, byDirection: 0, byInside: 1 },
  peer: { base: 0, byDirection: 0, byInside: 1 },
} as const;
type OneEnd = keyof typeof ROLES;

const isOneEnd = (key: PlanKey | undefined): key is OneEnd => key !== undefined && Object.hasOwn(ROLES, key);

export class ByEnd {
  /** Undefined: either end, `host`. */
  readonly #role: OneEnd | undefined;
  readonly #groupOfAddress: (addresses: Uint32Array, at: number) => number;
  #groupOf = new Uint32Array(0);

  /** Undefined for keys that are no address alone. */
  static of(by: readonly PlanKey[], groupOfAddress: (addresses: Uint32Array, at: number) => number): ByEnd | undefined {
    const [key] = by;
    if (by.length !== 1 || (key !== 'host' && !isOneEnd(key))) return undefined;
    return new ByEnd(key === 'host' ? undefined : key, groupOfAddress);
  }

  private constructor(role: OneEnd | undefined, groupOfAddress: (addresses: Uint32Array, at: number) => number) {
    this.#role = role;
    this.#groupOfAddress = groupOfAddress;
  }

  /** Rows of `conversations` or `byHost` that tell addresses. */
  takes({ block: { kind, addresses } }: BlockView): boolean {
    return kind !== 'other' && addresses.length > 0;
  }

  /** Counts the rows; `onRun` is told what each run added to the total and to all groups together. */
  count(
    view: BlockView,
    mask: Uint8Array | undefined,
    runs: Runs,
    table: GroupTable,
    log: RowLog | undefined,
    onRun: (run: number, total: Run, grouped: Run) => void,
  ): void {
    const count = view.block.addresses.length / 4;
    if (this.#groupOf.length < count) this.#groupOf = new Uint32Array(count * 2);
    this.#groupOf.fill(UNRESOLVED, 0, count);
    let row = 0;
    for (let run = 0; run < runs.count; run++) {
      const end = runs.ends[run] ?? 0;
      runs.begin(run, table, log);
      if (this.#role === undefined) this.#eitherEnd(view, mask, runs, table, row, end);
      else this.#oneEnd(this.#role, view, mask, runs, table, row, end);
      row = end;
      onRun(run, runs.total, runs.grouped);
    }
  }

  #oneEnd(
    role: OneEnd,
    view: BlockView,
    mask: Uint8Array | undefined,
    runs: Runs,
    table: GroupTable,
    from: number,
    to: number,
  ): void {
    const { client, server, toClient, bytes, packets, flows, kind } = view.block;
    const { base, byDirection, byInside } = ROLES[role];
    const isByClient = role === 'client';
    const isByHost = kind === 'byHost';
    const local = view.localIsClient();
    const groupOf = this.#groupOf;
    let { sums } = table;
    let stamps = runs.stampsFor(table);
    const { stamp } = runs;
    let [allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn] = [0, 0, 0, 0, 0, 0];
    let [groupedBytesIn, groupedPacketsIn, groupedFlowsIn] = [0, 0, 0];
    for (let row = from; row < to; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      const direction = toClient[row] ?? 0;
      const inside = local[row] ?? 0;
      const pick = base ^ (byDirection & direction) ^ (byInside & inside);
      const address = (pick === 1 ? server[row] : client[row]) ?? NO_ADDRESS;
      // The end that a sum by host does not tell is another row's.
      if (isByHost && address === NO_ADDRESS) continue;
      const isInwards = inside ^ direction ^ 1;
      const isIn = isByClient ? direction : isInwards;
      const ownBytes = bytes[row] ?? 0;
      const ownPackets = packets[row] ?? 0;
      const ownFlows = flows[row] ?? 0;
      allBytes += ownBytes;
      allPackets += ownPackets;
      allFlows += ownFlows;
      // No branch: it would be guessed wrong every other time.
      bytesIn += ownBytes * isInwards;
      packetsIn += ownPackets * isInwards;
      flowsIn += ownFlows * isInwards;
      groupedBytesIn += ownBytes * isIn;
      groupedPacketsIn += ownPackets * isIn;
      groupedFlowsIn += ownFlows * isIn;
      if (address === NO_ADDRESS) continue;
      let group = groupOf[address] ?? NO_GROUP;
      if (group >= UNRESOLVED) {
        if (group === UNRESOLVED) {
          group = this.#resolve(view.block.addresses, address);
          sums = table.sums;
          stamps = runs.stampsFor(table);
        }
        if (group === NO_GROUP) continue;
      }
      const at = group * GROUP_SUMS + 1 - isIn;
      if (stamps[group] !== stamp) runs.touch(group, sums);
      sums[at] = (sums[at] ?? 0) + ownBytes;
      sums[at + 2] = (sums[at + 2] ?? 0) + ownPackets;
      sums[at + 4] = (sums[at + 4] ?? 0) + ownFlows;
    }
    runs.total.set(allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn);
    runs.grouped.set(allBytes, allPackets, allFlows, groupedBytesIn, groupedPacketsIn, groupedFlowsIn);
  }

  /** Each end of a row for itself: in is to it. */
  #eitherEnd(
    view: BlockView,
    mask: Uint8Array | undefined,
    runs: Runs,
    table: GroupTable,
    from: number,
    to: number,
  ): void {
    const { client, server, toClient, bytes, packets, flows, kind, addresses } = view.block;
    const isByHost = kind === 'byHost';
    const local = view.localIsClient();
    const groupOf = this.#groupOf;
    let { sums } = table;
    let stamps = runs.stampsFor(table);
    const { stamp } = runs;
    let [allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn] = [0, 0, 0, 0, 0, 0];
    let [endBytes, endPackets, endFlows, endBytesIn, endPacketsIn, endFlowsIn] = [0, 0, 0, 0, 0, 0];
    for (let row = from; row < to; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      const direction = toClient[row] ?? 0;
      const ownBytes = bytes[row] ?? 0;
      const ownPackets = packets[row] ?? 0;
      const ownFlows = flows[row] ?? 0;
      const asClient = client[row] ?? NO_ADDRESS;
      // By host each conversation is there by client and by server.
      if (!isByHost || asClient !== NO_ADDRESS) {
        const isIn = (local[row] ?? 0) ^ direction ^ 1;
        allBytes += ownBytes;
        allPackets += ownPackets;
        allFlows += ownFlows;
        bytesIn += ownBytes * isIn;
        packetsIn += ownPackets * isIn;
        flowsIn += ownFlows * isIn;
      }
      let address = asClient;
      for (let side = 0; side < 2; side++) {
        if (address !== NO_ADDRESS) {
          const isIn = direction ^ side;
          endBytes += ownBytes;
          endPackets += ownPackets;
          endFlows += ownFlows;
          endBytesIn += ownBytes * isIn;
          endPacketsIn += ownPackets * isIn;
          endFlowsIn += ownFlows * isIn;
          let group = groupOf[address] ?? NO_GROUP;
          if (group === UNRESOLVED) {
            group = this.#resolve(addresses, address);
            sums = table.sums;
            stamps = runs.stampsFor(table);
          }
          if (group !== NO_GROUP) {
            const at = group * GROUP_SUMS + 1 - isIn;
            if (stamps[group] !== stamp) runs.touch(group, sums);
            sums[at] = (sums[at] ?? 0) + ownBytes;
            sums[at + 2] = (sums[at + 2] ?? 0) + ownPackets;
            sums[at + 4] = (sums[at + 4] ?? 0) + ownFlows;
          }
        }
        address = server[row] ?? NO_ADDRESS;
      }
    }
    runs.total.set(allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn);
    runs.grouped.set(endBytes, endPackets, endFlows, endBytesIn, endPacketsIn, endFlowsIn);
  }

  #resolve(addresses: Uint32Array, address: number): number {
    const group = this.#groupOfAddress(addresses, address * 4);
    this.#groupOf[address] = group;
    return group;
  }
}
