// The reader's view of the head: which group's shared table holds a series' unsealed samples.
import { ABSENT, GroupTable, STALE, type TableSnapshot } from '../head/group-table.ts';
import { MAX_COLUMNS } from '../head/group.ts';
import type { SharedGroup } from '../protocol.ts';
import type { Part } from './join.ts';

/** The views over the shared memory are made when a query first needs them: most groups are asked for rarely. */
type ViewedGroup = { readonly shared: SharedGroup; table: GroupTable | undefined };

const tableOf = (group: ViewedGroup): GroupTable => (group.table ??= new GroupTable(group.shared, group.shared.buffer));

export class HeadView {
  readonly #groups = new Map<number, ViewedGroup>();
  /** By series, the key of its group times MAX_COLUMNS plus its column. */
  readonly #placeOf = new Map<number, number>();

  replace(shared: SharedGroup): void {
    const { key, ids } = shared;
    for (const id of this.#groups.get(key)?.shared.ids ?? []) {
      if (keyOf(this.#placeOf.get(id)) === key) this.#placeOf.delete(id);
    }
    if (ids.length === 0) {
      this.#groups.delete(key);
      return;
    }
    this.#groups.set(key, { shared, table: undefined });
    ids.forEach((id, column) => this.#placeOf.set(small(id), key * MAX_COLUMNS + column));
  }

  clear(): void {
    this.#groups.clear();
    this.#placeOf.clear();
  }

  /** A consistent copy of each group that the series are in, of samples in (minTimeMs, maxTimeMs]; later changes do not show. */
  snapshot(ids: Iterable<number>, minTimeMs: number, maxTimeMs: number): HeadSnapshot {
    const tables = new Map<number, RangeOfTable | undefined>();
    for (const id of ids) {
      const key = keyOf(this.#placeOf.get(id));
      if (key === undefined || tables.has(key)) continue;
      tables.set(key, rangeOf(this.#snapshotOf(key), minTimeMs, maxTimeMs));
    }
    return {
      partOf: (id) => {
        const place = this.#placeOf.get(id);
        if (place === undefined) return undefined;
        const range = tables.get(Math.floor(place / MAX_COLUMNS));
        return range === undefined ? undefined : partIn(range, place % MAX_COLUMNS);
      },
    };
  }

  /** Unsealed samples of these series in (minTimeMs, maxTimeMs], as if each had one in every row. */
  countIn(ids: Iterable<number>, minTimeMs: number, maxTimeMs: number): number {
    const rowsOf = new Map<number, number>();
    let total = 0;
    for (const id of ids) {
      const key = keyOf(this.#placeOf.get(id));
      if (key === undefined) continue;
      let rows = rowsOf.get(key);
      if (rows === undefined) {
        rows = rangeOf(this.#snapshotOf(key), minTimeMs, maxTimeMs)?.rows.length ?? 0;
        rowsOf.set(key, rows);
      }
      total += rows;
    }
    return total;
  }

  /** Ids of series with an unsealed sample in (minTimeMs, maxTimeMs]. */
  activeIn(minTimeMs: number, maxTimeMs: number): Set<number> {
    const active = new Set<number>();
    for (const group of this.#groups.values()) {
      const range = rangeOf(tableOf(group).snapshot(), minTimeMs, maxTimeMs);
      if (range === undefined) continue;
      group.shared.ids.forEach((id, column) => {
        if (countIn(range, column) > 0) active.add(id);
      });
    }
    return active;
  }

  #snapshotOf(key: number): TableSnapshot | undefined {
    const group = this.#groups.get(key);
    return group === undefined ? undefined : tableOf(group).snapshot();
  }
}

/** Out of a column of doubles even a small number is an object of its own, which a map would keep. */
const small = (id: number): number => (id < 0x8000_0000 ? id | 0 : id);

const keyOf = (place: number | undefined): number | undefined =>
  place === undefined ? undefined : Math.floor(place / MAX_COLUMNS);

export type HeadSnapshot = {
  /** Undefined when the series has no sample in the range. */
  readonly partOf: (id: number) => Part | undefined;
};

/** A table's rows in a range, by time, and their times. */
type RangeOfTable = { readonly table: TableSnapshot; readonly rows: Uint32Array; readonly times: Float64Array };

function rangeOf(table: TableSnapshot | undefined, minTimeMs: number, maxTimeMs: number): RangeOfTable | undefined {
  if (table === undefined) return undefined;
  const { timestamps } = table;
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const at = timestamps[row]!;
    if (at > minTimeMs && at <= maxTimeMs) rows.push(row);
  }
  if (rows.length === 0) return undefined;
  const sorted = Uint32Array.from(rows).toSorted((a, b) => timestamps[a]! - timestamps[b]!);
  return { table, rows: sorted, times: Float64Array.from(sorted, (row) => timestamps[row]!) };
}

function countIn({ table, rows }: RangeOfTable, column: number): number {
  const { flags, columnCapacity } = table;
  let count = 0;
  for (const row of rows) if (flags[row * columnCapacity + column] !== ABSENT) count++;
  return count;
}

function partIn(range: RangeOfTable, column: number): Part | undefined {
  const { table, rows, times } = range;
  const { flags, values, columnCapacity } = table;
  const count = countIn(range, column);
  if (count === 0) return undefined;
  // Series that are in every row share the column of times.
  const timestamps = count === rows.length ? times : new Float64Array(count);
  const own = new Float64Array(count);
  let stale: Uint8Array | undefined;
  let next = 0;
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i]! * columnCapacity + column;
    const flag = flags[cell];
    if (flag === ABSENT) continue;
    if (flag === STALE) {
      stale ??= new Uint8Array(count);
      stale[next] = 1;
    }
    if (timestamps !== times) timestamps[next] = times[i]!;
    own[next++] = values[cell]!;
  }
  return { timestamps, values: own, stale };
}
