// What becomes of the rows of an import, in words.
import type { ImportRow } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';

export type Fate = ImportRow['fate'];

export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  add: 'New',
  change: 'Changed',
  unchanged: 'Unchanged',
  refused: 'Refused',
};

export function countFates(rows: readonly ImportRow[]): Readonly<Record<Fate, number>> {
  const counts = { add: 0, change: 0, unchanged: 0, refused: 0 };
  for (const { fate } of rows) counts[fate]++;
  return counts;
}

/** What the button does. */
export const importWords = ({ add, change }: Readonly<Record<Fate, number>>): string =>
  add + change === 0
    ? 'Import'
    : [...(add > 0 ? [`Add ${plural(add, 'device')}`] : []), ...(change > 0 ? [`change ${change}`] : [])]
        .join(', ')
        .replace(/^change (\d+)$/, 'Change $1');
