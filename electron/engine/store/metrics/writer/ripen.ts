// Which groups of the head are sealed before they are full, and which give their memory back.
import type { Head } from '../head/head.ts';

/** Slow series are sealed by age, so that they do not pin the wal. */
const MAX_UNSEALED_MS = 2 * 3_600_000;
/** A group without samples for so long gives its memory back. */
const IDLE_GROUP_MS = 3_600_000;
/** About 64 MiB of cells. */
const MAX_HEAD_SAMPLES = 7_000_000;

/** Queues for sealing what is old or too much, and frees idle groups. */
export function ripenDue(head: Head, monotonicMs: number): void {
  for (const group of head.groups.values()) {
    if (group.samples === 0) {
      if (monotonicMs - group.lastAppendMs > IDLE_GROUP_MS) head.dissolve(group);
    } else if (monotonicMs - group.firstAppendMs > MAX_UNSEALED_MS) {
      head.ripen(group);
    }
  }
  let excess = head.samples - MAX_HEAD_SAMPLES;
  if (excess <= 0) return;
  for (const group of [...head.groups.values()].toSorted((a, b) => b.samples - a.samples)) {
    if (excess <= 0) break;
    head.ripen(group);
    excess -= group.samples;
  }
}
