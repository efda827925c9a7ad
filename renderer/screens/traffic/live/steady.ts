// Who is shown while everything moves: whoever is among the largest stays at its place and keeps its colour.
import type { FlowLive } from '../../../../shared/contract/index.ts';
import { rowId } from '../words.ts';

export type Row = FlowLive['rows'][number];

export type Steady = {
  readonly ids: readonly string[];
  /** When they were put in order last. */
  readonly orderedMs: number;
};

/** Places are given anew no oftener than this. */
const REORDER_MS = 6_000;

export const NOBODY: Steady = { ids: [], orderedMs: 0 };

/**
 * The ids of those to show, largest first when they were put in order. In between, whoever is not told of any more gives its
 * place to the largest that has none. `rows` come largest first.
 */
export function steady(before: Steady, rows: readonly Row[], most: number, nowMs: number): Steady {
  const told = rows.map(({ keys }) => rowId(keys));
  const largest = told.slice(0, most);
  // The same object where nothing changes: who renders by it must come to an end.
  if (before.ids.length === 0) return largest.length === 0 ? before : { ids: largest, orderedMs: nowMs };
  const isDue = nowMs - before.orderedMs >= REORDER_MS;
  const stays = (id: string): boolean => (isDue ? largest : told).includes(id);
  const waiting = largest.filter((id) => !before.ids.includes(id));
  const kept = before.ids.slice(0, most).flatMap((id) => (stays(id) ? [id] : waiting.splice(0, 1)));
  const ids = [...kept, ...waiting].slice(0, most);
  const isSame = ids.length === before.ids.length && ids.every((id, place) => id === before.ids[place]);
  return isSame && !isDue ? before : { ids: isSame ? before.ids : ids, orderedMs: isDue ? nowMs : before.orderedMs };
}
