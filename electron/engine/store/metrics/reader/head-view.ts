// The reader's view of the head: which group's shared table holds a series' unsealed samples.
import { ABSENT, GroupTable, STALE, type TableSnapshot } from '../head/group-table.ts';
import type { SharedGroup } from '../protocol.ts';

type ViewedGroup = { readonly table: GroupTable; readonly ids: Float64Array };

export type HeadColumn = {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly stale: Uint8Array | undefined;
};

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

  /** A consistent copy of each group that the series are in; later changes do not show. */
  snapshot(ids: Iterable<number>): HeadSnapshot {
    const tables = new Map<number, TableSnapshot | undefined>();
    for (const id of ids) {
      const place = this.#placeOf.get(id);
      if (place !== undefined && !tables.has(place.key)) {
        tables.set(place.key, this.#groups.get(place.key)?.table.snapshot());
      }
    }
    const columnOf = (id: number, minTimeMs: number, maxTimeMs: number): HeadColumn | undefined => {
      const place = this.#placeOf.get(id);
      const table = place === undefined ? undefined : tables.get(place.key);
      return place === undefined || table === undefined
        ? undefined
        : cutColumn(table, place.column, minTimeMs, maxTimeMs);
    };
    return { columnOf };
  }

  /** Ids of series with an unsealed sample in (minTimeMs, maxTimeMs]. */
  activeIn(minTimeMs: number, maxTimeMs: number): Set<number> {
    const active = new Set<number>();
    for (const { table, ids } of this.#groups.values()) {
      const snapshot = table.snapshot();
      if (snapshot === undefined) continue;
      ids.forEach((id, column) => {
        if (cutColumn(snapshot, column, minTimeMs, maxTimeMs) !== undefined) active.add(id);
      });
    }
    return active;
  }
}

export type HeadSnapshot = {
  /** Ascending in time; undefined when there is no sample in (minTimeMs, maxTimeMs]. */
  readonly columnOf: (id: number, minTimeMs: number, maxTimeMs: number) => HeadColumn | undefined;
};

function cutColumn(table: TableSnapshot, column: number, minTimeMs: number, maxTimeMs: number): HeadColumn | undefined {
  const rows: number[] = [];
  let sorted = true;
  for (let row = 0; row < table.rows; row++) {
    const at = table.timestamps[row]!;
    if (table.flags[row * table.columnCapacity + column] === ABSENT || at <= minTimeMs || at > maxTimeMs) continue;
    const before = rows.at(-1);
    if (before !== undefined && table.timestamps[before]! > at) sorted = false;
    rows.push(row);
  }
  if (rows.length === 0) return undefined;
  if (!sorted) rows.sort((a, b) => table.timestamps[a]! - table.timestamps[b]!);
  const timestamps = new Float64Array(rows.length);
  const values = new Float64Array(rows.length);
  let stale: Uint8Array | undefined;
  rows.forEach((row, i) => {
    const cell = row * table.columnCapacity + column;
    timestamps[i] = table.timestamps[row]!;
    values[i] = table.values[cell]!;
    if (table.flags[cell] === STALE) {
      stale ??= new Uint8Array(rows.length);
      stale[i] = 1;
    }
  });
  return { timestamps, values, stale };
}
