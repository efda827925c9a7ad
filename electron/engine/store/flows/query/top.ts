// The largest groups of a table.
import { GROUP_SUMS, type GroupTable } from './group-table.ts';
import type { FlowCount } from './plan.ts';

const AT: Readonly<Record<FlowCount, number>> = { bytes: 0, packets: 2, flows: 4 };

export const measureOf = (sums: Float64Array, group: number, measure: FlowCount): number => {
  const at = group * GROUP_SUMS + AT[measure];
  return (sums[at] ?? 0) + (sums[at + 1] ?? 0);
};

/** Their numbers, the largest first; of equal ones the one that was met first. */
export function topGroups({ sums, size }: GroupTable, measure: FlowCount, limit: number): Uint32Array {
  const values = new Float64Array(size);
  for (let group = 0; group < size; group++) values[group] = measureOf(sums, group, measure);
  // A heap of the largest so far, the least of them on top.
  const heap = new Uint32Array(Math.min(limit, size));
  const isLess = (a: number, b: number): boolean => {
    const left = values[a] ?? 0;
    const right = values[b] ?? 0;
    return left < right || (left === right && a > b);
  };
  const sink = (from: number, count: number): void => {
    let at = from;
    const moved = heap[at] ?? 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= count) break;
      if (child + 1 < count && isLess(heap[child + 1] ?? 0, heap[child] ?? 0)) child++;
      if (!isLess(heap[child] ?? 0, moved)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = moved;
  };
  for (let i = 0; i < heap.length; i++) heap[i] = i;
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(at, heap.length);
  for (let group = heap.length; group < size; group++) {
    if (!isLess(heap[0] ?? 0, group)) continue;
    heap[0] = group;
    sink(0, heap.length);
  }
  return heap.toSorted((a, b) => (isLess(a, b) ? 1 : -1));
}

/** About the largest quarter of a table's groups, in no order: what a sample of them says is large. */
export function largerGroups(table: GroupTable, measure: FlowCount): Uint32Array {
  const { sums, size } = table;
  const every = Math.max(1, Math.floor(size / 4_096));
  const sample = Float64Array.from({ length: Math.floor(size / every) }, (_, i) => measureOf(sums, i * every, measure));
  const least = sample.toSorted()[Math.floor(sample.length * 0.75)] ?? 0;
  const most = size >> 1;
  const kept = new Uint32Array(most);
  let count = 0;
  for (let group = 0; group < size && count < most; group++) {
    if (measureOf(sums, group, measure) > least) kept[count++] = group;
  }
  // Equal ones, where most are alike.
  for (let group = 0; group < size && count < size >> 2; group++) {
    if (measureOf(sums, group, measure) === least) kept[count++] = group;
  }
  return kept.subarray(0, count);
}
