// A block with what is worked out of its dictionary: who is inside, whose an address is, which end of a row is the local one.
import { type FlowBlock, NO_ADDRESS, RESOLUTION_S } from '../types.ts';
import { markNets } from './address-flags.ts';
import { BY_TIME, NOBODY, type Owners } from './owners.ts';
import type { NetWords } from './plan.ts';

const UNASKED = -3;

export class BlockView {
  readonly #inside: readonly NetWords[];
  readonly owners: Owners | undefined;
  block!: FlowBlock;
  #insideFlags = new Uint8Array(0);
  #ownerOf = new Int32Array(0);
  #localIsClient = new Uint8Array(0);
  #hasLocal = false;
  #hasInside = false;
  #middleS = 0;

  constructor(inside: readonly NetWords[], owners: Owners | undefined) {
    this.#inside = inside;
    this.owners = owners;
  }

  load(block: FlowBlock): void {
    this.block = block;
    this.#hasLocal = false;
    this.#hasInside = false;
    const count = block.addresses.length / 4;
    if (this.owners !== undefined) {
      if (this.#ownerOf.length < count) this.#ownerOf = new Int32Array(count * 2);
      this.#ownerOf.fill(UNASKED, 0, count);
    }
    this.#middleS = RESOLUTION_S[block.tier] / 2;
  }

  /** By place in the dictionary: 1 inside this network. */
  insideFlags(): Uint8Array {
    if (this.#hasInside) return this.#insideFlags;
    const { addresses } = this.block;
    const count = addresses.length / 4;
    if (this.#insideFlags.length < count) this.#insideFlags = new Uint8Array(count * 2);
    const flags = this.#insideFlags;
    flags.fill(0, 0, count);
    markNets(addresses, this.#inside, flags);
    const { owners } = this;
    if (owners !== undefined) {
      for (let at = 0; at < count; at++) if (flags[at] === 0 && owners.has(addresses, at * 4)) flags[at] = 1;
    }
    this.#hasInside = true;
    return flags;
  }

  /**
   * By row: 1 where the client is the end inside. Of two ends on one side the client is; an end that is not told lies on the
   * other side.
   */
  localIsClient(): Uint8Array {
    if (this.#hasLocal) return this.#localIsClient;
    const { rows, client, server, addresses } = this.block;
    if (this.#localIsClient.length < rows) this.#localIsClient = new Uint8Array(rows * 2);
    const local = this.#localIsClient;
    this.#hasLocal = true;
    if (addresses.length === 0) return local.fill(1, 0, rows);
    const flags = this.insideFlags();
    for (let row = 0; row < rows; row++) {
      const c = client[row] ?? NO_ADDRESS;
      const s = server[row] ?? NO_ADDRESS;
      const clientIn = c === NO_ADDRESS ? 2 : (flags[c] ?? 0);
      const serverIn = s === NO_ADDRESS ? 2 : (flags[s] ?? 0);
      local[row] = clientIn === serverIn || clientIn === 1 || serverIn === 0 ? 1 : 0;
    }
    return local;
  }

  /** Whose the end of that row was, or NOBODY. */
  owner(end: Uint32Array, row: number): number {
    const at = end[row] ?? NO_ADDRESS;
    const { owners, block } = this;
    if (at === NO_ADDRESS || owners === undefined) return NOBODY;
    let owner = this.#ownerOf[at] ?? UNASKED;
    if (owner === UNASKED) {
      const fromS = (block.bucketS[0] ?? 0) + this.#middleS;
      const untilS = (block.bucketS[block.rows - 1] ?? 0) + this.#middleS + 1;
      owner = owners.during(block.addresses, at * 4, fromS, untilS);
      this.#ownerOf[at] = owner;
    }
    return owner === BY_TIME ? owners.at(block.addresses, at * 4, (block.bucketS[row] ?? 0) + this.#middleS) : owner;
  }
}
