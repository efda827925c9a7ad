// What a deletion's form means: its time range, and the word that confirms it.
import type { Deletion, DeletionTarget } from '../../../../shared/contract/index.ts';

/** Local times as the form's fields give them; an empty one is open. null where the end is not after the start. */
export function rangeOf(from: string, to: string): Pick<Deletion, 'startMs' | 'endMs'> | null {
  const startMs = from === '' ? undefined : Date.parse(from);
  const endMs = to === '' ? undefined : Date.parse(to);
  if (Number.isNaN(startMs ?? 0) || Number.isNaN(endMs ?? 0)) return null;
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs) return null;
  return { ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }) };
}

/** The thing's own name; of a selector, which may be long, a plain word. */
export const confirmationFor = (target: DeletionTarget, name: string): string =>
  target.kind === 'selector' ? 'delete' : name;
