// A dashboard's time series panel as the declaration that every graph of the window is drawn from.
import type { DashboardPanel, StatPanel, TimeSeriesPanel } from '../../shared/model/dashboard.ts';
import { filledQuery } from '../../shared/model/dashboard-text.ts';
import type { StepTexts, VariableChoice } from '../../shared/model/dashboard-text.ts';
import { formatDurationMs, parseDurationMs } from '../../shared/model/duration.ts';
import { NBSP, formatValue } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import { durationOf } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import type { ChartThreshold } from '../charts/overlay.ts';
import { rateWindow } from '../panels/step.ts';
import type { RateContext } from '../panels/step.ts';
import type { Panel } from '../panels/types.ts';
import { filled, labelsText } from '../screens/explore/names.ts';

export type Choices = ReadonlyMap<string, VariableChoice>;

/** A value of this moment is asked for as at steps of a minute. */
export const NOW_STEP_MS = 60_000;

export function stepTexts(rate: RateContext, rangeMs: number): StepTexts {
  const { stepMs } = rate;
  return {
    interval: formatDurationMs(stepMs),
    rateInterval: rateWindow(rate),
    range: formatDurationMs(Math.ceil(rangeMs / stepMs) * stepMs),
  };
}

/** The panel's own range ends where the window's does. */
export function rangeOfPanel(panel: DashboardPanel, range: TimeRange): TimeRange {
  const durationMs = panel.kind === 'timeseries' ? ms(panel.range) : undefined;
  if (durationMs === undefined) return range;
  return range.kind === 'last'
    ? { kind: 'last', durationMs }
    : { kind: 'between', fromMs: range.toMs - durationMs, toMs: range.toMs };
}

export const ms = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDurationMs(text);

export const chartPanel = (panel: TimeSeriesPanel, choices: Choices, rangeMs: number): Panel => ({
  id: panel.id,
  title: panel.title,
  unit: panel.unit,
  stacked: panel.stacked,
  fromZero: panel.fromZero,
  limit: panel.limit,
  ...(panel.sides === undefined ? {} : { sides: panel.sides }),
  ...(panel.max === undefined ? {} : { max: panel.max }),
  queries: (rate) =>
    panel.queries.map(({ expr, legend, direction, other }) => ({
      expr: filledQuery(expr, choices, stepTexts(rate, rangeMs)),
      legend: (labels) => (legend === undefined ? '' : filled(legend, labels).trim()) || unnamed(labels),
      ...(direction === undefined ? {} : { direction }),
      ...(other === undefined ? {} : { other }),
    })),
});

/** The graph of a panel that shows one value. */
export const graphOf = ({
  id,
  title,
  width,
  height,
  interval,
  unit,
  expr,
  thresholds,
}: StatPanel): TimeSeriesPanel => ({
  kind: 'timeseries',
  id,
  title,
  width,
  height,
  unit,
  queries: [{ expr, legend: title }],
  stacked: false,
  fromZero: true,
  limit: 12,
  legend: true,
  annotations: true,
  ...(interval === undefined ? {} : { interval }),
  ...(thresholds === undefined ? {} : { thresholds }),
});

/** A series without the labels that its legend is made of, such as a customer without a tier. */
const unnamed = (labels: Readonly<Record<string, string>>): string =>
  Object.keys(labels).length === 0 ? 'none' : labelsText(labels);

/** What each query of the panel is now, at steps of its graph or of this moment. */
export function exprsNow(panel: DashboardPanel, choices: Choices, rate: RateContext, range: TimeRange): string[] {
  if (panel.kind === 'text') return [];
  const steps = stepTexts(rate, durationOf(range));
  const exprs = panel.kind === 'stat' ? [panel.expr] : panel.queries.map(({ expr }) => expr);
  return [...new Set(exprs.map((expr) => filledQuery(expr, choices, steps)))];
}

/** Lines where a threshold begins; a plain colour needs no line. */
export const chartThresholds = (thresholds: TimeSeriesPanel['thresholds'], unit: Unit): ChartThreshold[] =>
  (thresholds ?? []).flatMap(({ from, state, words }) =>
    from === undefined
      ? []
      : [{ words: words ?? formatValue(from, unit).replaceAll(' ', NBSP), at: () => from, grave: state === 'offline' }],
  );
