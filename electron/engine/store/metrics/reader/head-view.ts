// The reader's view of the head: which group's shared table holds a series' unsealed samples.
import { ABSENT, GroupTable, STALE, type TableSnapshot } from '../head/group-table.ts';
import type { SharedGroup } from '../protocol.ts';
import type { Part } from './join.ts';

type ViewedGroup = { readonly table: GroupTable; readonly ids: Float64Array };

export class HeadView {
  readonly #groups = new Map<number, ViewedGroup>();
  readonly #placeOf = new Map<number, { readonly key: number; readonly column: number }>();

  replace({ key, buffer, rowCapacity, columnCapacity, ids }: SharedGroup): void {
    for (const id of this.#groups.get(key)?.ids ?? []) {
      if (this.#placeOf.get(id)?.key === key) this.#placeOf.delete(id);
    }
    if (ids.length === 0) {
      this.#groups.delete(key);
      return;
    }
    this.#groups.set(key, { table: new GroupTable({ rowCapacity, columnCapacity }, buffer), ids });
    ids.forEach((id, column) => this.#placeOf.set(id, { key, column }));
  }

  clear(): void {
    this.#groups.clear();
    this.#placeOf.clear();
  }

  /** A consistent copy of each group that the series are in, of samples in (minTimeMs, maxTimeMs]; later changes do not show. */
  snapshot(ids: Iterable<number>, minTimeMs: number, maxTimeMs: number): HeadSnapshot {
    const tables = new Map<number, RangeOfTable | undefined>();
    for (const id of ids) {
      const place = this.#placeOf.get(id);
      if (place === undefined || tables.has(place.key)) continue;
      tables.set(place.key, rangeOf(this.#groups.get(place.key)?.table.snapshot(), minTimeMs, maxTimeMs));
    }
    return {
      partOf: (id) => {
        const place = this.#placeOf.get(id);
        const range = place === undefined ? undefined : tables.get(place.key);
        return place === undefined || range === undefined ? undefined : partIn(range, place.column);
      },
    };
  }

  /** Unsealed samples of these series in (minTimeMs, maxTimeMs], as if each had one in every row. */
  countIn(ids: Iterable<number>, minTimeMs: number, maxTimeMs: number): number {
    const rowsOf = new Map<number, number>();
    let total = 0;
    for (const id of ids) {
      const place = this.#placeOf.get(id);
      if (place === undefined) continue;
      let rows = rowsOf.get(place.key);
      if (rows === undefined) {
        const table = this.#groups.get(place.key)?.table.snapshot();
        rows = rangeOf(table, minTimeMs, maxTimeMs)?.rows.length ?? 0;
        rowsOf.set(place.key, rows);
      }
      total += rows;
    }
    return total;
  }

  /** Ids of series with an unsealed sample in (minTimeMs, maxTimeMs]. */
  activeIn(minTimeMs: number, maxTimeMs: number): Set<number> {
    const active = new Set<number>();
    for (const { table, ids } of this.#groups.values()) {
      const range = rangeOf(table.snapshot(), minTimeMs, maxTimeMs);
      if (range === undefined) continue;
      ids.forEach((id, column) => {
        if (countIn(range, column) > 0) active.add(id);
      });
    }
    return active;
  }
}

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
