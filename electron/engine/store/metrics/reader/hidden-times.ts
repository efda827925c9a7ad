// Times of series that were deleted: their samples are in the files still, and nobody may see them.
import type { Tombstone } from '../protocol.ts';
import { after, type Columns } from './join.ts';

/** (fromMs, toMs] */
export type Hidden = { readonly fromMs: number; readonly toMs: number };

const NOTHING: readonly Hidden[] = [];

export class HiddenTimes {
  readonly #ofSeries = new Map<number, Hidden[]>();

  /** All deletions that are to be heeded from now on. */
  replace(tombstones: readonly Tombstone[]): void {
    this.#ofSeries.clear();
    for (const { fromMs, toMs, seriesIds } of tombstones) {
      for (const id of seriesIds) {
        const known = this.#ofSeries.get(id);
        if (known === undefined) this.#ofSeries.set(id, [{ fromMs, toMs }]);
        else known.push({ fromMs, toMs });
      }
    }
  }

  of(id: number): readonly Hidden[] {
    return this.#ofSeries.get(id) ?? NOTHING;
  }
}

/** The samples that are not hidden; undefined when none is left. */
export function visible(columns: Columns, hidden: readonly Hidden[]): Columns | undefined {
  let left: Columns | undefined = columns;
  for (const range of hidden) left = left && without(left, range);
  return left;
}

function without({ timestamps, values, stale }: Columns, { fromMs, toMs }: Hidden): Columns | undefined {
  const from = after(timestamps, fromMs);
  const to = after(timestamps, toMs);
  if (from === to) return { timestamps, values, stale };
  const count = timestamps.length - (to - from);
  if (count === 0) return undefined;
  const cut = <Column extends Float64Array | Uint8Array>(column: Column, into: Column): Column => {
    into.set(column.subarray(0, from));
    into.set(column.subarray(to), from);
    return into;
  };
  return {
    timestamps: cut(timestamps, new Float64Array(count)),
    values: cut(values, new Float64Array(count)),
    stale: stale && cut(stale, new Uint8Array(count)),
  };
}
