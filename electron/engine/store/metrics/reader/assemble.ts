// Puts one series together from its sealed chunks and its unsealed samples: ascending, each time once, cut to the range.
import type { HeadColumn } from './head-view.ts';
import type { ChunkPart } from './sealed-reader.ts';

export type Columns = {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly stale: Uint8Array | undefined;
};

/** Undefined when no sample lies in (minTimeMs, maxTimeMs]. `reserve` may throw to bound what a query loads. */
export function assemble(
  parts: readonly ChunkPart[],
  head: HeadColumn | undefined,
  minTimeMs: number,
  maxTimeMs: number,
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
  const capacity = opened.reduce((sum, { entry }) => sum + entry.count, head?.timestamps.length ?? 0);
  if (capacity === 0) return undefined;
  reserve(capacity);
  const timestamps = new Float64Array(capacity);
  const values = new Float64Array(capacity);
  let stale: Uint8Array | undefined;
  let count = 0;
  let ordered = true;
  for (const { block, entry, chunk } of opened) {
    block.decode(entry, timestamps, values, count);
    chunk.release();
    if (entry.staleAt.length > 0) {
      stale ??= new Uint8Array(capacity);
      for (const at of entry.staleAt) stale[count + at] = 1;
    }
    const from = count === 0 ? 0 : count;
    if (count > 0 && timestamps[count]! <= timestamps[count - 1]!) ordered = false;
    count = cut(timestamps, values, stale, from, count + entry.count, minTimeMs, maxTimeMs);
  }
  if (head !== undefined) {
    if (count > 0 && head.timestamps[0]! <= timestamps[count - 1]!) ordered = false;
    timestamps.set(head.timestamps, count);
    values.set(head.values, count);
    if (head.stale !== undefined) {
      stale ??= new Uint8Array(capacity);
      stale.set(head.stale, count);
    }
    count += head.timestamps.length;
  }
  if (count === 0) return undefined;
  if (!ordered) return inOrder(timestamps, values, stale, count);
  return finish(timestamps, values, stale, count);
}

/** Keeps of samples [from, to) those in the range, moved to `from`; answers with the new end. */
function cut(
  timestamps: Float64Array,
  values: Float64Array,
  stale: Uint8Array | undefined,
  from: number,
  to: number,
  minTimeMs: number,
  maxTimeMs: number,
): number {
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

/** Late samples make chunks overlap, and a chunk sealed this moment shows in the head too: sort, keep the first of each time. */
function inOrder(
  timestamps: Float64Array,
  values: Float64Array,
  stale: Uint8Array | undefined,
  count: number,
): Columns {
  const order = Uint32Array.from({ length: count }, (_, i) => i).toSorted(
    (a, b) => timestamps[a]! - timestamps[b]! || a - b,
  );
  const kept = order.filter((at, i) => i === 0 || timestamps[order[i - 1]!] !== timestamps[at]);
  return finish(
    Float64Array.from(kept, (at) => timestamps[at]!),
    Float64Array.from(kept, (at) => values[at]!),
    stale === undefined ? undefined : Uint8Array.from(kept, (at) => stale[at]!),
    kept.length,
  );
}

function finish(timestamps: Float64Array, values: Float64Array, stale: Uint8Array | undefined, count: number): Columns {
  return {
    timestamps: timestamps.subarray(0, count),
    values: values.subarray(0, count),
    stale: stale?.subarray(0, count).includes(1) === true ? stale.subarray(0, count) : undefined,
  };
}
