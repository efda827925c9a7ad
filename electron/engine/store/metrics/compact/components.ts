// Which chunks of a day must be merged together: those of the groups that small chunks are in, and of all that share a series.
import type { WeekFile } from '../seal/week-file.ts';
import { DAY_MS } from '../week.ts';

export type Source = {
  readonly id: number;
  readonly group: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly merged: boolean;
};

/** Sources of one component, by start, end and id: the order in which queries take them. */
export type Component = { readonly sources: readonly Source[] };

/** The components of a day with at least one small chunk. */
export function componentsOf(file: WeekFile, dayMs: number): Component[] {
  const { membership } = file;
  const dayEndMs = dayMs + DAY_MS;
  const visited = new Set<number>();
  const components: Component[] = [];
  for (const { group: first } of file.smallChunks(dayMs, dayEndMs)) {
    if (visited.has(first)) continue;
    const sources: Source[] = [];
    const waiting = [first];
    visited.add(first);
    for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
      // A chunk that reaches in from the day before is cut there first.
      const own = file.chunksIn(group, dayMs, dayEndMs).filter(({ startMs }) => startMs > dayMs);
      if (own.length === 0) continue;
      for (const place of own) sources.push({ ...place, group });
      for (const id of membership.membersOf(group)) {
        for (const other of membership.groupsOf(id)) {
          if (visited.has(other)) continue;
          visited.add(other);
          waiting.push(other);
        }
      }
    }
    components.push({ sources: sources.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || a.id - b.id) });
  }
  return components;
}
