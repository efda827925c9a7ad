// Joins mentions into machines, by MAC, software id, neighbouring MACs of one identity, and address; bounded.
import { createEntry, kindOf, mention } from './entry.ts';
import type { FoundEntry, Place, Sighting } from './entry.ts';

const MAX_ENTRIES = 20_000;
/** One device's ports have MACs one after the other. */
const MAC_SPAN = 64;
/** What every router is called that nobody named. */
const FACTORY_IDENTITY = 'MikroTik';
const DAY_MS = 86_400_000;
const HOST_KEPT_MS = 7 * DAY_MS;
const DEVICE_KEPT_MS = 60 * DAY_MS;
const IGNORED_KEPT_MS = 400 * DAY_MS;
/** What is only seen again is written this rarely. */
const REFRESH_MS = 6 * 3_600_000;

export type FoundChanges = { readonly saved: readonly FoundEntry[]; readonly dropped: readonly string[] };

export class FoundTable {
  readonly #entries = new Map<string, FoundEntry>();
  readonly #byMac = new Map<string, FoundEntry>();
  readonly #byPlace = new Map<string, FoundEntry>();
  readonly #bySoftwareId = new Map<string, FoundEntry>();
  readonly #byIdentity = new Map<string, Set<FoundEntry>>();
  readonly #storedMs = new Map<string, number>();
  readonly #dirty = new Set<FoundEntry>();
  readonly #dropped: string[] = [];
  readonly #max: number;

  constructor(max = MAX_ENTRIES) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  entries(): IterableIterator<FoundEntry> {
    return this.#entries.values();
  }

  get(id: string): FoundEntry | undefined {
    return this.#entries.get(id);
  }

  restore(entries: Iterable<FoundEntry>): void {
    for (const entry of entries) {
      if (this.#entries.size >= this.#max || this.#entries.has(entry.id)) continue;
      this.#entries.set(entry.id, entry);
      this.#storedMs.set(entry.id, entry.lastSeenMs);
      this.#index(entry);
    }
  }

  see(sighting: Sighting): void {
    const { mac, address, softwareId } = sighting;
    if (mac === undefined && address === undefined) return;
    let entry = this.#match(sighting);
    if (entry === undefined) {
      if (this.#entries.size >= this.#max) this.#makeRoom();
      if (this.#entries.size >= this.#max) return;
      entry = createEntry(sighting, (id) => this.#entries.has(id));
      this.#entries.set(entry.id, entry);
    }
    const other = softwareId === undefined ? undefined : this.#bySoftwareId.get(softwareId);
    if (other !== undefined && other !== entry) entry = this.#merge(other, entry);
    // An address moves with the machine that has it now, in the eyes of who sees it.
    const before = address === undefined ? undefined : this.#byPlace.get(placeKey(sighting.by, address));
    if (address !== undefined && before !== undefined && before !== entry) {
      this.#takePlace(before, { by: sighting.by, address });
    }
    const isNew =
      (mac !== undefined && this.#byMac.get(mac) !== entry) ||
      (address !== undefined && before !== entry) ||
      (sighting.identity ?? entry.facts.identity) !== entry.facts.identity ||
      (softwareId ?? entry.facts.softwareId) !== entry.facts.softwareId;
    if (isNew) this.#unindex(entry);
    const changed = mention(entry, sighting);
    if (isNew) this.#index(entry);
    if (changed || entry.lastSeenMs - (this.#storedMs.get(entry.id) ?? 0) >= REFRESH_MS) this.#dirty.add(entry);
  }

  #match({ by, mac, address, identity, board, softwareId }: Sighting): FoundEntry | undefined {
    const known =
      (mac === undefined ? undefined : this.#byMac.get(mac)) ??
      (softwareId === undefined ? undefined : this.#bySoftwareId.get(softwareId));
    if (known !== undefined) return known;
    const atAddress = address === undefined ? undefined : this.#byPlace.get(placeKey(by, address));
    if (mac === undefined) return atAddress;
    // Nobody had said a MAC yet, or the same device speaks through another of its ports.
    if (atAddress !== undefined && (atAddress.macs.length === 0 || isSame(atAddress, identity, board)))
      return atAddress;
    if (identity === undefined || identity === FACTORY_IDENTITY) return undefined;
    for (const entry of this.#byIdentity.get(identity) ?? []) {
      if (
        isSame(entry, identity, board) &&
        entry.macs.some((one) => Math.abs(asNumber(one) - asNumber(mac)) < MAC_SPAN)
      ) {
        return entry;
      }
    }
    return undefined;
  }

  #merge(into: FoundEntry, from: FoundEntry): FoundEntry {
    this.#remove(from);
    this.#unindex(into);
    const { by, source, atMs } = from.seenBy[0] ?? { by: '', source: 'arp' as const, atMs: from.lastSeenMs };
    for (const mac of from.macs) mention(into, { by, source, atMs, mac });
    for (const place of from.places)
      mention(into, { ...place, source: from.seenBy.find((one) => one.by === place.by)?.source ?? source, atMs });
    into.isIgnored ||= from.isIgnored;
    this.#index(into);
    this.#dirty.add(into);
    return into;
  }

  #takePlace(entry: FoundEntry, { by, address }: Place): void {
    const at = entry.places.findIndex((one) => one.by === by && one.address === address);
    if (at >= 0) entry.places.splice(at, 1);
    this.#byPlace.delete(placeKey(by, address));
    if (entry.macs.length === 0 && entry.places.length === 0) this.#remove(entry);
    else this.#dirty.add(entry);
  }

  setIgnored(id: string, isIgnored: boolean): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.isIgnored === isIgnored) return;
    entry.isIgnored = isIgnored;
    this.#dirty.add(entry);
  }

  /** Forgets who has not been seen for long; those that somebody ignored are known longest. */
  expire(nowMs: number): void {
    for (const entry of this.#entries.values()) {
      const keptMs = entry.isIgnored ? IGNORED_KEPT_MS : kindOf(entry) === 'host' ? HOST_KEPT_MS : DEVICE_KEPT_MS;
      if (nowMs - entry.lastSeenMs > keptMs) this.#remove(entry);
    }
  }

  /** A tenth goes, plain hosts and the longest unseen first: thousands of forged ones cannot crowd out a router for long. */
  #makeRoom(): void {
    const going = [...this.#entries.values()]
      .map((entry) => ({ entry, rank: rank(entry) }))
      .toSorted((a, b) => a.rank - b.rank || a.entry.lastSeenMs - b.entry.lastSeenMs)
      .slice(0, Math.max(1, Math.floor(this.#max / 10)));
    for (const { entry } of going) this.#remove(entry);
  }

  #index(entry: FoundEntry): void {
    for (const mac of entry.macs) this.#byMac.set(mac, entry);
    for (const { by, address } of entry.places) this.#byPlace.set(placeKey(by, address), entry);
    const { softwareId, identity } = entry.facts;
    if (softwareId !== undefined) this.#bySoftwareId.set(softwareId, entry);
    if (identity === undefined || identity === FACTORY_IDENTITY) return;
    const named = this.#byIdentity.get(identity);
    if (named === undefined) this.#byIdentity.set(identity, new Set([entry]));
    else named.add(entry);
  }

  #remove(entry: FoundEntry): void {
    this.#entries.delete(entry.id);
    this.#unindex(entry);
    this.#dirty.delete(entry);
    if (this.#storedMs.delete(entry.id)) this.#dropped.push(entry.id);
  }

  /** Before anything by which it is found may go. */
  #unindex(entry: FoundEntry): void {
    for (const mac of entry.macs) if (this.#byMac.get(mac) === entry) this.#byMac.delete(mac);
    for (const { by, address } of entry.places) {
      const key = placeKey(by, address);
      if (this.#byPlace.get(key) === entry) this.#byPlace.delete(key);
    }
    const { softwareId, identity = '' } = entry.facts;
    if (softwareId !== undefined && this.#bySoftwareId.get(softwareId) === entry) this.#bySoftwareId.delete(softwareId);
    const named = this.#byIdentity.get(identity);
    named?.delete(entry);
    if (named?.size === 0) this.#byIdentity.delete(identity);
  }

  /** Hands a limited part of what changed to the writer; what it throws leaves that part to be written. False: all is. */
  flush(limit: number, write: (changes: FoundChanges) => void): boolean {
    const saved: FoundEntry[] = [];
    for (const entry of this.#dirty) {
      if (saved.length >= limit) break;
      saved.push(entry);
    }
    const dropped = this.#dropped.slice(0, limit);
    if (saved.length === 0 && dropped.length === 0) return false;
    write({ saved, dropped });
    for (const entry of saved) {
      this.#storedMs.set(entry.id, entry.lastSeenMs);
      this.#dirty.delete(entry);
    }
    this.#dropped.splice(0, dropped.length);
    return this.#dirty.size > 0 || this.#dropped.length > 0;
  }
}

/** The higher, the longer it stays. */
const rank = (entry: FoundEntry): number => Number(entry.isIgnored) * 2 + Number(kindOf(entry) !== 'host');

const placeKey = (by: string, address: string): string => `${address} ${by}`;

const asNumber = (mac: string): number => Number.parseInt(mac.replaceAll(':', ''), 16);

const isSame = ({ facts }: FoundEntry, identity: string | undefined, board: string | undefined): boolean =>
  identity !== undefined &&
  facts.identity === identity &&
  (board === undefined || facts.board === undefined || facts.board === board);
