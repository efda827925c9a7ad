// The in-memory head: which batch samples are accepted, and in which group's table they wait to be sealed.
import { ABSENT, STALE, VALUE } from './group-table.ts';
import { EARLY_SEAL_ROWS, HeadGroup, MAX_COLUMNS, SEAL_ROWS } from './group.ts';
import { NO_GROUP, SeriesSlots } from './series-slots.ts';

/** A sample older than its series' last one is taken up to this age. */
export const OUT_OF_ORDER_WINDOW_MS = 3_600_000;
/** A sample further ahead of the wall clock would hide the present. */
export const FUTURE_WINDOW_MS = 600_000;

/** About 23 MiB of cells: above it groups are sealed earlier. */
const MANY_SAMPLES = 2_650_000;

/** No series: a ref that is unknown or over the limit. */
export const NO_SLOT = 0xffff_ffff;

export type HeadBatch = {
  readonly timeMs: number;
  readonly slots: Uint32Array;
  readonly values: Float64Array;
  /** NaN = timeMs. */
  readonly timestamps?: Float64Array | undefined;
  readonly stale?: Uint8Array | undefined;
};

export type StoredSample = { readonly value: number; readonly stale: boolean };

/** What the head asks of the sealed chunks; both answers may be slow. */
export type SealedLookup = {
  /** Of each series the time of its last sealed sample in [its time here, `untilMs`]; none where there is no such sample. */
  lastTimes(fromById: ReadonlyMap<number, number>, untilMs: number): Map<number, number>;
  sampleAt(id: number, timeMs: number): StoredSample | undefined;
};

/** Shared with whoever may change it while the head is open. */
export type HeadLimits = { maxSeries: number };

export type Verdict = 'accepted' | 'duplicate' | 'outOfOrder' | 'overLimit';

export class Head {
  readonly slots = new SeriesSlots();
  readonly groups = new Map<number, HeadGroup>();
  /** Groups whose members or table changed since a reader was told. */
  readonly changed = new Set<HeadGroup>();
  /** Groups that wait to be sealed, first come first. */
  readonly ripe: HeadGroup[] = [];
  readonly #sealed: SealedLookup;
  readonly #limits: Readonly<HeadLimits>;
  /** What the sealed chunks answered about the batch that is being judged, by series id. */
  #looked: { readonly from: ReadonlyMap<number, number>; readonly last: ReadonlyMap<number, number> } | undefined;
  #nextKey = 1;
  #active = 0;
  #samples = 0;

  constructor(sealed: SealedLookup, limits: Readonly<HeadLimits>) {
    this.#sealed = sealed;
    this.#limits = limits;
  }

  /** Series in a group: those with recent samples. */
  get activeSeries(): number {
    return this.#active;
  }

  get samples(): number {
    return this.#samples;
  }

  get isFull(): boolean {
    return this.#active >= this.#limits.maxSeries;
  }

  groupOf(slot: number): HeadGroup | undefined {
    return this.groups.get(this.slots.groups[slot] ?? NO_GROUP);
  }

  /** Whether a sample belongs into the store, before it is inserted. */
  judge(slot: number, timeMs: number, value: number, stale: boolean, nowMs: number): Verdict {
    if (timeMs > nowMs + FUTURE_WINDOW_MS) return 'outOfOrder';
    const last = this.lastFrom(slot, timeMs, nowMs + FUTURE_WINDOW_MS);
    if (timeMs > last) return 'accepted';
    if (timeMs < last - OUT_OF_ORDER_WINDOW_MS) return 'outOfOrder';
    const stored = this.#inHead(slot, timeMs) ?? this.#sealed.sampleAt(this.slots.ids[slot] ?? 0, timeMs);
    if (stored === undefined) return 'accepted';
    const same = stored.stale === stale && (stale || Object.is(stored.value, value));
    return same ? 'duplicate' : 'outOfOrder';
  }

  /**
   * Asks the sealed chunks at once about all samples of a batch whose series' last ones are not known: to judge them one by one
   * would open the same files for each. What it found holds until `forgetLooked`: nothing may be sealed or removed meanwhile.
   */
  lookUp(slots: ArrayLike<number>, timeOf: (position: number) => number, untilMs: number): void {
    const from = new Map<number, number>();
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      const timeMs = timeOf(i);
      if (slot === NO_SLOT || this.slots.lastTimes[slot]! <= untilMs || !(timeMs <= untilMs)) continue;
      const id = this.slots.ids[slot]!;
      from.set(id, Math.min(timeMs, from.get(id) ?? Infinity));
    }
    this.#looked = from.size === 0 ? undefined : { from, last: this.#sealed.lastTimes(from, untilMs) };
  }

  forgetLooked(): void {
    this.#looked = undefined;
  }

  /**
   * The time of a series' last sample up to `untilMs` if that is `fromMs` or later, otherwise anything before `fromMs`: a sample
   * is judged by what is stored from its time on, so older files are not opened. A sample that was stored while the clock was
   * ahead must not keep out those of the present: it does not count as the series' last one once the clock is right.
   */
  lastFrom(slot: number, fromMs: number, untilMs: number): number {
    const known = this.slots.lastTimes[slot]!;
    if (known <= untilMs) return known;
    const last = Math.max(this.#lastInHead(slot, fromMs, untilMs), this.#lastSealed(slot, fromMs, untilMs));
    this.slots.lastTimes[slot] = last === -Infinity ? Number.NaN : last;
    return last;
  }

  /** Of each series the time of its last sample in [fromMs, untilMs], stored in files or not; none where there is no such sample. */
  lastStored(ids: Iterable<number>, fromMs: number, untilMs: number): Map<number, number> {
    const fromById = new Map<number, number>();
    for (const id of ids) fromById.set(id, fromMs);
    const last = this.#sealed.lastTimes(fromById, untilMs);
    for (const id of fromById.keys()) {
      const slot = this.slots.find(id);
      const inHead = slot === undefined ? -Infinity : this.#lastInHead(slot, fromMs, untilMs);
      if (inHead > (last.get(id) ?? -Infinity)) last.set(id, inHead);
    }
    return last;
  }

  #lastSealed(slot: number, fromMs: number, untilMs: number): number {
    const id = this.slots.ids[slot]!;
    const lookedFrom = this.#looked?.from.get(id);
    const last =
      lookedFrom !== undefined && lookedFrom <= fromMs
        ? this.#looked?.last.get(id)
        : this.#sealed.lastTimes(new Map([[id, fromMs]]), untilMs).get(id);
    return last !== undefined && last >= fromMs ? last : -Infinity;
  }

  #lastInHead(slot: number, fromMs: number, untilMs: number): number {
    const group = this.groupOf(slot);
    let last = -Infinity;
    if (group === undefined) return last;
    const { table } = group;
    for (let row = 0; row < table.rows; row++) {
      const at = table.timestamps[row]!;
      const flag = table.flags[row * table.flagStride + this.slots.columns[slot]!];
      if (flag !== ABSENT && at > last && at >= fromMs && at <= untilMs) last = at;
    }
    return last;
  }

  /** The same for what a whole group goes by, once its members' last samples are known again. */
  comeBackTo(group: HeadGroup, untilMs: number): void {
    if (group.maxTimeMs <= untilMs) return;
    group.maxTimeMs = -Infinity;
    for (const slot of group.slots) {
      const last = this.slots.lastTimes[slot]!;
      group.maxTimeMs = Math.max(group.maxTimeMs, Number.isNaN(last) ? Infinity : last);
    }
  }

  /** Stores an accepted sample; the series must be in a group. `atMs` is monotonic: groups have an age. */
  insert(slot: number, timeMs: number, value: number, stale: boolean, seq: number, atMs: number): void {
    const group = this.groupOf(slot);
    if (group === undefined) throw new Error('a series without a group');
    let row = group.rowAt(timeMs);
    if (row < 0 && group.reserveRow()) this.changed.add(group);
    const { table } = group;
    table.beginWrite();
    let { rows } = table;
    if (row < 0) {
      row = rows++;
      if (row > 0 && timeMs < table.timestamps[row - 1]!) group.sorted = false;
      table.timestamps[row] = timeMs;
    }
    const column = this.slots.columns[slot]!;
    table.values[row * table.valueStride + column] = stale ? Number.NaN : value;
    table.flags[row * table.flagStride + column] = stale ? STALE : VALUE;
    table.endWrite(rows);
    if (!(this.slots.lastTimes[slot]! >= timeMs)) this.slots.lastTimes[slot] = timeMs;
    this.noteAppend(group, 1, timeMs, seq, atMs);
  }

  noteAppend(group: HeadGroup, samples: number, timeMs: number, seq: number, atMs: number): void {
    if (group.firstSeq === 0) {
      group.firstSeq = seq;
      group.firstAppendMs = atMs;
    }
    group.lastAppendMs = atMs;
    if (timeMs > group.maxTimeMs) group.maxTimeMs = timeMs;
    group.samples += samples;
    this.#samples += samples;
    if (group.rows >= (this.#samples > MANY_SAMPLES ? EARLY_SEAL_ROWS : SEAL_ROWS)) this.ripen(group);
  }

  /** Queues a group for sealing. */
  ripen(group: HeadGroup): void {
    if (group.sealing || group.samples === 0) return;
    group.sealing = true;
    this.ripe.push(group);
  }

  /**
   * Puts a series into `group`, or into a new one when that is undefined or full. Where its last sample is not known, that is
   * before the one that it joins with.
   */
  join(slot: number, group: HeadGroup | undefined, expectedColumns: number): HeadGroup {
    let home = group;
    if (home === undefined || home.slots.length >= MAX_COLUMNS) {
      home = new HeadGroup(this.#nextKey++, this.slots.solo[slot] === 1 ? 1 : expectedColumns);
      this.groups.set(home.key, home);
    }
    this.slots.columns[slot] = home.slots.length;
    this.slots.groups[slot] = home.key;
    home.addColumn(slot);
    const last = this.slots.lastTimes[slot]!;
    if (last > home.maxTimeMs) home.maxTimeMs = last;
    this.changed.add(home);
    this.#active++;
    return home;
  }

  /** Empties a sealed group. Members that had no sample leave it; one whose members never meet is dissolved. */
  clear(group: HeadGroup, seenColumns: Uint8Array, sparse: boolean): void {
    this.#samples -= group.samples;
    group.clear();
    const staying = sparse ? [] : group.slots.filter((_, column) => seenColumns[column] === 1);
    if (staying.length === group.slots.length) return;
    if (sparse) for (const slot of group.slots) this.slots.solo[slot] = 1;
    this.#rebuild(group, staying);
  }

  /** Drops a group that holds nothing; its members come back with their next sample. */
  dissolve(group: HeadGroup): void {
    if (group.samples === 0) this.#rebuild(group, []);
  }

  #rebuild(group: HeadGroup, staying: readonly number[]): void {
    for (const slot of group.slots) this.slots.groups[slot] = NO_GROUP;
    this.#active -= group.slots.length;
    this.groups.delete(group.key);
    // Plans that point at the old group see that it has no members left.
    group.slots = [];
    this.changed.add(group);
    let home: HeadGroup | undefined;
    for (const slot of staying) home = this.join(slot, home, staying.length);
  }

  #inHead(slot: number, timeMs: number): StoredSample | undefined {
    const group = this.groupOf(slot);
    const row = group?.rowAt(timeMs) ?? -1;
    if (group === undefined || row < 0) return undefined;
    const { table } = group;
    const column = this.slots.columns[slot]!;
    const flag = table.flags[row * table.flagStride + column];
    if (flag === ABSENT) return undefined;
    return { value: table.values[row * table.valueStride + column]!, stale: flag === STALE };
  }
}
