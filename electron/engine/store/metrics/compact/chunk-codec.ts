// Chunks as the series in them: opened from either kind of body, and small ones made anew.
import { type BlockColumn, encodeBlock, openBlock } from '../codec/block.ts';
import { type Samples, unionOfTimes } from './samples.ts';

/** A series' samples by its place in the group. */
export type MemberSamples = { readonly member: number; readonly samples: Samples };

export type EncodedChunk = {
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly body: Uint8Array;
};

export type OpenChunk = {
  /** Samples by place, ascending by place. */
  readonly counts: ReadonlyMap<number, number>;
  read(member: number): Samples | undefined;
};

/** Throws LW_STORE_DAMAGED, here or when a series is read. */
export function openChunk(body: Uint8Array): OpenChunk {
  const block = openBlock(body);
  const counts = new Map<number, number>();
  for (const member of block.entries.keys()) counts.set(member, block.entries.get(member)?.count ?? 0);
  return {
    counts,
    read: (member) => {
      const entry = block.entries.get(member);
      if (entry === undefined) return undefined;
      const timestamps = new Float64Array(entry.count);
      const values = new Float64Array(entry.count);
      block.decode(entry, timestamps, values, 0);
      if (entry.staleAt.length === 0) return { timestamps, values };
      const stale = new Uint8Array(entry.count);
      for (const at of entry.staleAt) stale[at] = 1;
      return { timestamps, values, stale };
    },
  };
}

/** A chunk as sealing makes them; columns ascend by member, each with a sample. */
export function encodeSmall(columns: readonly MemberSamples[]): EncodedChunk {
  let times = columns[0]?.samples.timestamps ?? new Float64Array();
  for (const { samples } of columns) times = unionOfTimes(times, samples.timestamps);
  return {
    startMs: times[0]!,
    endMs: times.at(-1)!,
    samples: columns.reduce((sum, { samples }) => sum + samples.timestamps.length, 0),
    body: encodeBlock(
      times,
      columns.map(({ member, samples }) => blockColumn(member, samples, times)),
    ),
  };
}

/** A series on a column of times that has all of its own. */
export function blockColumn(member: number, samples: Samples, times: Float64Array): BlockColumn {
  const { timestamps, values, stale } = samples;
  if (timestamps.length === times.length) return { member, values, stale };
  const present = new Uint8Array(times.length);
  let at = 0;
  for (let row = 0; row < times.length && at < timestamps.length; row++) {
    if (times[row] !== timestamps[at]) continue;
    present[row] = 1;
    at++;
  }
  return { member, present, values, stale };
}
