// Puts one series together from its sealed chunks and its unsealed samples: ascending, each time once, cut to the range.
import type { ColumnPool, Columns, OpenColumns } from './columns.ts';
import type { HeadColumn } from './head-view.ts';
import type { ChunkPart } from './sealed-reader.ts';

/** Undefined when no sample lies in (minTimeMs, maxTimeMs]. `reserve` may throw to bound what a query loads. */
export function assemble(
  parts: readonly ChunkPart[],
  head: HeadColumn | undefined,
  minTimeMs: number,
  maxTimeMs: number,
  pool: ColumnPool,
  reserve: (samples: number) => void,
): Columns | undefined {
  const opened = parts.flatMap(({ chunk, member }) => {
    const block = chunk.open();
    const entry = block?.entries.get(member);
    if (block === undefined || entry === undefined) {
      chunk.release();
      return [];
    }
    return [{ block, entry, chunk }];
  });
  const capacity = opened.reduce((sum, { entry }) => sum + entry.count, head?.count ?? 0);
  if (capacity === 0) return undefined;
  reserve(capacity);
  const columns = pool.open(capacity);
  const { timestamps, values } = columns;
  let count = 0;
  let ordered = true;
  for (const { block, entry, chunk } of opened) {
    block.decode(entry, timestamps, values, count);
    chunk.release();
    if (entry.staleAt.length > 0) {
      columns.stale ??= new Uint8Array(capacity);
      for (const at of entry.staleAt) columns.stale[count + at] = 1;
    }
    if (count > 0 && timestamps[count]! <= timestamps[count - 1]!) ordered = false;
    count = cut(columns, count, count + entry.count, minTimeMs, maxTimeMs);
  }
  if (head !== undefined) {
    head.copyTo(columns, count);
    if (count > 0 && timestamps[count]! <= timestamps[count - 1]!) ordered = false;
    count += head.count;
  }
  if (!ordered) count = sortOnce(columns, count);
  const finished = pool.finish(columns, count);
  return count === 0 ? undefined : finished;
}

/** Keeps of samples [from, to) those in the range, moved to `from`; answers with the new end. */
function cut(columns: OpenColumns, from: number, to: number, minTimeMs: number, maxTimeMs: number): number {
  const { timestamps, values, stale } = columns;
  let first = from;
  let end = to;
  while (first < end && timestamps[first]! <= minTimeMs) first++;
  while (end > first && timestamps[end - 1]! > maxTimeMs) end--;
  if (first > from) {
    timestamps.copyWithin(from, first, end);
    values.copyWithin(from, first, end);
    stale?.copyWithin(from, first, end);
  }
  const kept = from + end - first;
  stale?.fill(0, kept, to);
  return kept;
}

/** Late samples make chunks overlap, and a chunk sealed this moment shows in the head too: in order, the first of each time. */
function sortOnce({ timestamps, values, stale }: OpenColumns, count: number): number {
  const order = Uint32Array.from({ length: count }, (_, i) => i).toSorted(
    (a, b) => timestamps[a]! - timestamps[b]! || a - b,
  );
  const kept = order.filter((at, i) => i === 0 || timestamps[order[i - 1]!] !== timestamps[at]);
  const pick = (column: Float64Array | Uint8Array): void => {
    const copy = column.slice(0, count);
    kept.forEach((at, i) => {
      column[i] = copy[at]!;
    });
  };
  pick(timestamps);
  pick(values);
  if (stale !== undefined) pick(stale);
  return kept.length;
}
