// An answer as a graph: the largest and the rest, in above the axis and out below it.
import type { FlowAnswer, FlowMeasure } from '../../../shared/model/flow-question.ts';
import { formatValue } from '../../../shared/units/index.ts';
import type { ChartGhost, ChartThreshold, Overlay } from '../../charts/overlay.ts';
import type { ChartSeries } from '../../charts/series.ts';
import type { Picture } from '../../charts/source.ts';
import type { Steps } from '../../panels/step.ts';
import { perRate, rateUnit, rowId, rowWords } from './words.ts';

export const OTHER_ID = 'other';

/** Names that are told apart: two hosts may bear one name. */
export function namesOf({ rows }: Pick<FlowAnswer, 'rows'>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { keys } of rows) {
    let name = rowWords(keys);
    if (taken.has(name) || name === OTHER_ID)
      name = `${name} (${keys.map(({ value, detail }) => detail || value).join(', ')})`;
    taken.add(name);
    names.set(rowId(keys), name);
  }
  return names;
}

type Measured = { readonly seriesIn: readonly number[]; readonly seriesOut: readonly number[] };

/** `asked`: the span that the time axis shows, where less than that is stored. */
export function pictureOf(answer: FlowAnswer, measure: FlowMeasure, asked?: Steps): Picture {
  const { firstStepMs, startMs, endMs, stepMs, rows, other } = answer;
  const scale = perRate(measure);
  const names = namesOf(answer);
  const drawn: readonly (Measured & { readonly id: string; readonly name: string })[] = [
    ...rows.map((row) => ({ ...row, id: rowId(row.keys), name: names.get(rowId(row.keys)) ?? '' })),
    ...(other === null ? [] : [{ ...other, id: OTHER_ID, name: OTHER_ID }]),
  ];
  const steps = Math.max(answer.total.seriesIn.length, ...drawn.map(({ seriesIn }) => seriesIn.length));
  const side = (direction: 'in' | 'out'): ChartSeries[] =>
    drawn.map(({ id, name, seriesIn, seriesOut }) => ({
      id: `${id} ${direction}`,
      name,
      direction,
      other: id === OTHER_ID,
      values: (direction === 'in' ? seriesIn : seriesOut).map((value) => value * scale),
    }));
  return {
    data: {
      startMs: firstStepMs,
      stepMs,
      steps,
      series: [...side('in'), ...side('out')],
      sides: { in: 'in', out: 'out' },
      notes: answer.notes,
    },
    fromMs: Math.min(startMs, asked?.startMs ?? startMs),
    // The last step has a width too, but its line ends where it begins.
    toMs: Math.max(firstStepMs + (steps - 1) * stepMs, startMs + 1, endMs - stepMs),
  };
}

type OverlayOptions = {
  readonly answer: FlowAnswer;
  readonly previous: FlowAnswer | undefined;
  readonly measure: FlowMeasure;
  readonly withP95: boolean;
};

const line = (words: string, value: number): ChartThreshold => ({ words, at: () => value, quiet: true });

export function overlayOf({ answer, previous, measure, withP95 }: OverlayOptions): Overlay {
  const scale = perRate(measure);
  const unit = rateUnit(measure);
  const { ratesIn, ratesOut } = answer.total;
  const thresholds = withP95
    ? [
        line(`p95 in ${formatValue(ratesIn.p95 * scale, unit)}`, ratesIn.p95 * scale),
        line(`p95 out ${formatValue(ratesOut.p95 * scale, unit)}`, -ratesOut.p95 * scale),
      ]
    : [];
  if (previous === undefined) return { thresholds, marks: [] };
  const shiftMs = answer.startMs - previous.startMs;
  const ghost = (direction: 'in' | 'out', values: readonly number[]): ChartGhost => ({
    words: 'before',
    direction,
    startMs: previous.firstStepMs + shiftMs,
    stepMs: previous.stepMs,
    values: values.map((value) => value * scale),
  });
  return {
    thresholds,
    marks: [],
    ghosts: [ghost('in', previous.total.seriesIn), ghost('out', previous.total.seriesOut)],
  };
}
