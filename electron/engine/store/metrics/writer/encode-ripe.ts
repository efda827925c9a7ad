// Encodes groups that wait to be sealed, as many as fit in a slice.
import type { HeadGroup } from '../head/group.ts';
import type { Head } from '../head/head.ts';
import { sealGroup } from '../seal/seal-group.ts';
import type { NewChunk } from '../seal/week-rows.ts';

/** A slice of sealing ends within 20 ms, so that appends are not delayed: the commit needs the rest. */
const ENCODE_MS = 10;

export type RipeGroup = { readonly group: HeadGroup; readonly seenColumns: Uint8Array; readonly sparse: boolean };

export type EncodedRipe = {
  /** Chunks by the Monday of their week. */
  readonly chunks: ReadonlyMap<number, readonly NewChunk[]>;
  /** Taken out of the queue: back they go when the chunks cannot be stored. */
  readonly groups: readonly RipeGroup[];
};

/** `walSeq`: all samples in the head are from wal rows up to that one. */
export function encodeRipe(head: Head, walSeq: number, membersOf: (group: HeadGroup) => Float64Array): EncodedRipe {
  const started = performance.now();
  const chunks = new Map<number, NewChunk[]>();
  const groups: RipeGroup[] = [];
  while (head.ripe.length > 0 && (groups.length === 0 || performance.now() - started < ENCODE_MS)) {
    const group = head.ripe.shift();
    if (group === undefined) break;
    const { blocks, seenColumns, sparse } = sealGroup(group.table, group.slots.length);
    groups.push({ group, seenColumns, sparse });
    const members = membersOf(group);
    for (const { mondayMs, ...block } of blocks) {
      const chunk: NewChunk = { members, ...block, walSeq, merged: false };
      const ofWeek = chunks.get(mondayMs);
      if (ofWeek === undefined) chunks.set(mondayMs, [chunk]);
      else ofWeek.push(chunk);
    }
  }
  return { chunks, groups };
}
