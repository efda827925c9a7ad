// What could be asked instead of a query that would read very much: a shorter time, or larger steps.
import { parseDurationMs } from '../../../shared/model/duration.ts';
import { PRESETS, durationOf, presetWords } from '../../app/time-range/range.ts';
import type { TimeRange } from '../../app/time-range/range.ts';
import { stepFor } from '../../panels/step.ts';
import type { Asked } from './asked.ts';
import { POINTS } from './grid.ts';

export type WayOut = {
  readonly words: string;
  readonly asked: Asked;
  readonly kind: 'range' | 'resolution';
};

/** The longest first: the best that reads little enough is offered. */
export function shorterRanges(asked: Asked): WayOut[] {
  const { range } = asked;
  return PRESETS.toReversed().flatMap((preset): WayOut[] => {
    const durationMs = parseDurationMs(preset) ?? 0;
    if (durationMs === 0 || durationMs >= durationOf(range)) return [];
    const shorter: TimeRange =
      range.kind === 'last'
        ? { kind: 'last', durationMs }
        : { kind: 'between', fromMs: range.toMs - durationMs, toMs: range.toMs };
    const words = range.kind === 'last' ? presetWords(preset) : `The last ${preset} of this range`;
    return [{ words, asked: { ...asked, range: shorter }, kind: 'range' }];
  });
}

export function largerSteps(asked: Asked): WayOut[] {
  const { range, search, queries } = asked;
  const stepMs = stepFor(durationOf(range), POINTS.low);
  const isLarger =
    search.resolution !== 'low' && stepMs > stepFor(durationOf(range), POINTS[search.resolution ?? 'auto']);
  if (search.view === 'table' || !isLarger) return [];
  const lower = { ...asked, search: { ...search, resolution: 'low' as const } };
  // A step of a query's own is at least as large.
  return queries.every(({ step }) => step === undefined)
    ? [{ words: 'Larger steps', asked: lower, kind: 'resolution' }]
    : [];
}
