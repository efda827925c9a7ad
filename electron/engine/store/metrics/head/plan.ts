// How a batch that repeats spreads over the groups: worked out once, so that the next scrape of a target costs a copy a sample.
import { STALE, VALUE } from './group-table.ts';
import type { HeadGroup } from './group.ts';
import type { Head, HeadBatch } from './head.ts';

type Segment = {
  readonly group: HeadGroup;
  /** The group's members when the plan was made: another number means another group. */
  readonly members: number;
  readonly columns: Uint8Array;
  /** Positions in the batch. */
  readonly positions: Uint32Array;
  readonly slots: Uint32Array;
};

export type Plan = { readonly segments: readonly Segment[] };

/** Undefined when a series is in no group or twice in the batch. */
export function planFor(head: Head, slots: Uint32Array): Plan | undefined {
  const positions = new Map<HeadGroup, number[]>();
  for (let i = 0; i < slots.length; i++) {
    const group = head.groupOf(slots[i]!);
    if (group === undefined) return undefined;
    const list = positions.get(group);
    if (list === undefined) positions.set(group, [i]);
    else list.push(i);
  }
  const segments: Segment[] = [];
  for (const [group, list] of positions) {
    const columns = Uint8Array.from(list, (i) => head.slots.columns[slots[i]!]!);
    if (new Set(columns).size !== columns.length) return undefined;
    segments.push({
      group,
      members: group.slots.length,
      columns,
      positions: Uint32Array.from(list),
      slots: Uint32Array.from(list, (i) => slots[i]!),
    });
  }
  return { segments };
}

/** Whether the groups are still the plan's, and every series' last sample is older than `timeMs`. */
export function planFits(plan: Plan, timeMs: number): boolean {
  for (const { group, members } of plan.segments) {
    if (group.slots.length !== members || !(timeMs > group.maxTimeMs)) return false;
  }
  return true;
}

/** Appends a batch without times of its own as one row a group; the plan must fit. */
export function applyPlan(head: Head, plan: Plan, batch: HeadBatch, seq: number, atMs: number): void {
  const { timeMs, values, stale } = batch;
  const { lastTimes } = head.slots;
  for (const { group, columns, positions, slots } of plan.segments) {
    if (group.reserveRow()) head.changed.add(group);
    const { table } = group;
    const row = table.rows;
    const firstValue = row * table.valueStride;
    const firstFlag = row * table.flagStride;
    table.beginWrite();
    if (row > 0 && timeMs < table.timestamps[row - 1]!) group.sorted = false;
    table.timestamps[row] = timeMs;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      const position = positions[i]!;
      const isStale = stale !== undefined && stale[position] === 1;
      table.values[firstValue + column] = isStale ? Number.NaN : values[position]!;
      table.flags[firstFlag + column] = isStale ? STALE : VALUE;
      lastTimes[slots[i]!] = timeMs;
    }
    table.endWrite(row + 1);
    head.noteAppend(group, columns.length, timeMs, seq, atMs);
  }
}
