// A share as a bar with its figure, and how something has changed since the span before.
import type { ReactNode } from 'react';
import { formatValue } from '../../../shared/units/index.ts';
import type { Unit } from '../../../shared/units/index.ts';

export function Share({ percent }: { readonly percent: number }): ReactNode {
  return (
    <span className="lw-share">
      <span className="lw-share-bar" aria-hidden>
        <span style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
      </span>
      <span className="lw-share-figure">{formatValue(percent, 'percent')}</span>
    </span>
  );
}

/** From this on a percentage says less than how many times it is. */
const MANY_TIMES = 10;

/** "+12 %", "×14", "new", "same". */
export function changeWords(now: number, before: number): string {
  if (before <= 0) return now > 0 ? 'new' : 'none';
  const ratio = now / before;
  if (ratio >= MANY_TIMES) return `×${Math.round(ratio)}`;
  const percent = Math.round((ratio - 1) * 100);
  return percent === 0 ? 'same' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)}\u00a0%`;
}

export function Change({
  now,
  before,
  unit,
}: {
  readonly now: number;
  readonly before: number;
  readonly unit: Unit;
}): ReactNode {
  return <span title={`${formatValue(before, unit)} in the span before`}>{changeWords(now, before)}</span>;
}
