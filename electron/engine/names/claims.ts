// Who calls which address what, and whose word counts: claims by address, bounded, remembered for a while.
import { nameSourceSchema } from '../../../shared/contract/index.ts';
import type { NameSource } from '../../../shared/contract/index.ts';

/** Whose word counts first, first. */
export const NAME_SOURCES: readonly NameSource[] = nameSourceSchema.options;

const RANK = new Map<string, number>(NAME_SOURCES.map((source, rank) => [source, rank]));
export const isNameSource = (text: string): text is NameSource => RANK.has(text);

export type Claim = {
  readonly address: string;
  readonly source: NameSource;
  /** Who tells it; empty for a name server. */
  readonly deviceId: string;
  readonly name: string;
  readonly seenMs: number;
};

export type ClaimChanges = { readonly saved: readonly Claim[]; readonly dropped: readonly Claim[] };

type Held = { -readonly [K in keyof Claim]: Claim[K] } & { storedMs: number };

/** What is only seen again is written this rarely. */
const REFRESH_MS = 6 * 3_600_000;
/** Room for a router with 20,000 leases, each with a comment and a host name. */
const MAX_OF_DEVICE = 50_000;
const MAX_ALL = 100_000;

const sliceKey = (deviceId: string, source: NameSource): string => `${source}\n${deviceId}`;

export class Claims {
  readonly #byAddress = new Map<string, Held[]>();
  readonly #dirty = new Set<Held>();
  readonly #dropped: Claim[] = [];
  /** When each teller spoke last: what it told then holds, what it told before is remembered. */
  readonly #toldMs = new Map<string, number>();
  readonly #ofDevice = new Map<string, number>();
  readonly #limits: { readonly ofDevice: number; readonly all: number };
  #size = 0;

  constructor(limits: { readonly ofDevice: number; readonly all: number } = { ofDevice: MAX_OF_DEVICE, all: MAX_ALL }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** From the run before: remembered, until somebody tells it again. */
  restore(claims: Iterable<Claim>): void {
    for (const claim of claims) if (this.#size < this.#limits.all) this.#add({ ...claim, storedMs: claim.seenMs });
  }

  /** All that one teller says of one kind now; the first name of an address counts. */
  tell(
    deviceId: string,
    source: NameSource,
    atMs: number,
    names: Iterable<{ readonly address: string; readonly name: string }>,
  ): void {
    this.#toldMs.set(sliceKey(deviceId, source), atMs);
    for (const { address, name } of names) this.#take({ address, source, deviceId, name, seenMs: atMs });
  }

  #take(claim: Claim): void {
    const { address, source, deviceId, name, seenMs } = claim;
    if (name === '') return;
    const held = this.#byAddress.get(address)?.find((one) => one.source === source && one.deviceId === deviceId);
    if (held === undefined) {
      const isFull = this.#size >= this.#limits.all || (this.#ofDevice.get(deviceId) ?? 0) >= this.#limits.ofDevice;
      if (isFull) return;
      const added = { ...claim, storedMs: 0 };
      this.#add(added);
      this.#dirty.add(added);
      return;
    }
    if (held.seenMs === seenMs) return;
    held.seenMs = seenMs;
    if (held.name === name && seenMs - held.storedMs < REFRESH_MS) return;
    held.name = name;
    this.#dirty.add(held);
  }

  #add(held: Held): void {
    const claims = this.#byAddress.get(held.address);
    if (claims === undefined) this.#byAddress.set(held.address, [held]);
    else claims.push(held);
    this.#size++;
    this.#ofDevice.set(held.deviceId, (this.#ofDevice.get(held.deviceId) ?? 0) + 1);
  }

  /**
   * Whose word counts: one who holds it now before one who only did; else by source, else the newest. The device nearest to
   * the question goes before others: two sites may use the same private network.
   */
  best(address: string, near?: string): Claim | undefined {
    const claims = this.#byAddress.get(address);
    if (claims === undefined) return undefined;
    let best: Held | undefined;
    for (const claim of claims) if (best === undefined || this.#beats(claim, best, near)) best = claim;
    return best;
  }

  /** What other devices call the address in the same way as the best claim, each as sure of it: two sites with one network. */
  rivals(address: string, best: Claim): Pick<Claim, 'name' | 'deviceId'>[] {
    const claims = this.#byAddress.get(address) ?? [];
    const own = claims.find(({ deviceId, source }) => deviceId === best.deviceId && source === best.source);
    const holds = own !== undefined && this.#holds(own);
    return claims.flatMap((claim) => {
      const isRival = claim !== own && claim.source === best.source && this.#holds(claim) === holds;
      return isRival && claim.name !== best.name ? { name: claim.name, deviceId: claim.deviceId } : [];
    });
  }

  #beats(one: Held, other: Held, near: string | undefined): boolean {
    const isNear = (claim: Held): number => Number(near !== undefined && claim.deviceId === near);
    return (
      (isNear(one) - isNear(other) ||
        Number(this.#holds(one)) - Number(this.#holds(other)) ||
        (RANK.get(other.source) ?? 0) - (RANK.get(one.source) ?? 0) ||
        one.seenMs - other.seenMs) > 0
    );
  }

  #holds({ deviceId, source, seenMs }: Held): boolean {
    return seenMs === this.#toldMs.get(sliceKey(deviceId, source));
  }

  /** Forgets what nobody told since then, and the oldest of what is remembered when nearly full. */
  expire(beforeMs: number): void {
    for (const [address, claims] of this.#byAddress) {
      if (claims.some(({ seenMs }) => seenMs < beforeMs)) this.#keep(address, claims, (one) => one.seenMs >= beforeMs);
    }
    if (this.#size < this.#limits.all * 0.9) return;
    const remembered = [...this.#byAddress.values()].flat().filter((one) => !this.#holds(one));
    const going = new Set(remembered.toSorted((a, b) => a.seenMs - b.seenMs).slice(0, Math.ceil(this.#limits.all / 5)));
    for (const [address, claims] of this.#byAddress) {
      if (claims.some((one) => going.has(one))) this.#keep(address, claims, (one) => !going.has(one));
    }
  }

  #keep(address: string, claims: Held[], stays: (one: Held) => boolean): void {
    const left = claims.filter(stays);
    for (const gone of claims) {
      if (left.includes(gone)) continue;
      this.#size--;
      this.#ofDevice.set(gone.deviceId, (this.#ofDevice.get(gone.deviceId) ?? 1) - 1);
      this.#dirty.delete(gone);
      if (gone.storedMs > 0) this.#dropped.push(gone);
    }
    if (left.length === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }

  /** Hands a limited part of what changed to the writer; what it throws leaves that part to be written. False: all is. */
  flush(limit: number, write: (changes: ClaimChanges) => void): boolean {
    const saved: Held[] = [];
    for (const held of this.#dirty) {
      if (saved.length >= limit) break;
      saved.push(held);
    }
    const dropped = this.#dropped.slice(0, limit);
    if (saved.length === 0 && dropped.length === 0) return false;
    write({ saved, dropped });
    for (const held of saved) {
      held.storedMs = held.seenMs;
      this.#dirty.delete(held);
    }
    this.#dropped.splice(0, dropped.length);
    return this.#dirty.size > 0 || this.#dropped.length > 0;
  }
}
