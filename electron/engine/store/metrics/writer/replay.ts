// Brings the wal's samples back into the head after a start, without those that a week file already holds.
import { HeadGroup } from '../head/group.ts';
import { type Head } from '../head/head.ts';
import { applyPlan, type Plan, planFits, planFor } from '../head/plan.ts';
import type { WeekFiles } from '../seal/week-files.ts';
import type { HeadFile } from '../wal/head-file.ts';
import { decodeIds, decodeWalRow, type WalRow } from '../wal/row.ts';
import { weekStartMs } from '../week.ts';

type Layout = { readonly ids: Float64Array; readonly slots: Uint32Array; plan: Plan | undefined };

/**
 * Exactly once: a chunk's wal_seq says that its week holds all samples of its series from wal rows up to that one, so
 * those are skipped and all others inserted, as of `startMs` (monotonic). Rows that cannot be decoded are skipped too;
 * answers with how many.
 */
export function replayWal(file: HeadFile, head: Head, weeks: WeekFiles, startMs: number): number {
  const bounds = file.walBounds();
  if (bounds === undefined) return 0;
  const sealed = new Map<number, Map<number, number>>();
  const sealedIn = (timeMs: number): Map<number, number> => {
    const monday = weekStartMs(timeMs);
    let seqs = sealed.get(monday);
    if (seqs === undefined) sealed.set(monday, (seqs = weeks.sealedSeqs(monday, bounds.first)));
    return seqs;
  };
  const layouts = new Map<string, Layout>();
  let damagedRows = 0;
  for (const { seq, time, body } of file.walRows()) {
    let row: WalRow;
    let layout: Layout;
    try {
      row = decodeWalRow(time, body);
      layout = layoutOf(row, layouts, head);
    } catch {
      damagedRows++;
      continue;
    }
    replayRow(head, row, layout, seq, startMs, sealedIn);
  }
  return damagedRows;
}

function layoutOf(row: WalRow, layouts: Map<string, Layout>, head: Head): Layout {
  const key = Buffer.from(row.idBytes).toString('latin1');
  let layout = layouts.get(key);
  if (layout === undefined) {
    const ids = decodeIds(row.idBytes, row.values.length);
    layout = { ids, slots: Uint32Array.from(ids, (id) => head.slots.add(id, false)), plan: undefined };
    layouts.set(key, layout);
  }
  return layout;
}

function replayRow(
  head: Head,
  row: WalRow,
  layout: Layout,
  seq: number,
  startMs: number,
  sealedIn: (timeMs: number) => Map<number, number>,
): void {
  const { ids, slots } = layout;
  const { timeMs, values, timestamps, stale } = row;
  if (timestamps === undefined) {
    const seqs = sealedIn(timeMs);
    if (seqs.size === 0 || !ids.some((id) => (seqs.get(id) ?? 0) >= seq)) {
      layout.plan ??= planFor(head, slots);
      if (layout.plan !== undefined && planFits(layout.plan, timeMs)) {
        applyPlan(head, layout.plan, { timeMs, slots, values, stale }, seq, startMs);
        return;
      }
      layout.plan = undefined;
    }
  }
  const homes = new Map<number, HeadGroup>();
  const timeOf = (i: number): number => timestamps?.[i] ?? timeMs;
  const isSealed = (i: number): boolean => (sealedIn(timeOf(i)).get(ids[i]!) ?? 0) >= seq;
  // Of what is sealed nothing is to be known: to look each row's series up in their chunks would take minutes.
  head.lookUp(slots, (i) => (isSealed(i) ? Number.NaN : timeOf(i)), Infinity);
  for (let i = 0; i < values.length; i++) {
    if (isSealed(i)) continue;
    const at = timeOf(i);
    const slot = slots[i]!;
    head.lastFrom(slot, at, Infinity);
    let home = head.groupOf(slot);
    if (home === undefined) home = head.join(slot, homes.get(at), values.length - i);
    if (home.hasRoom) homes.set(at, home);
    head.insert(slot, at, values[i]!, stale?.[i] === 1, seq, startMs);
  }
  head.forgetLooked();
}
