// From the answers of several queries to the graphs that are drawn: one for each unit and step.
import type { ExploredGraph } from '../../../shared/contract/index.ts';
import type { Unit } from '../../../shared/units/index.ts';
import type { ChartData, ChartSeries } from '../../charts/series.ts';
import type { Picture } from '../../charts/source.ts';
import { labelsText, namesOf } from './names.ts';

export type Answered = {
  readonly letter: string;
  readonly expr: string;
  readonly legend: string | undefined;
  readonly unit: Unit;
  readonly graph: ExploredGraph;
};

export type Drawing = {
  readonly key: string;
  readonly letters: readonly string[];
  /** The query, where it is one. */
  readonly expr: string | undefined;
  readonly unit: Unit;
  readonly picture: Picture;
};

/** Graphs share an axis where their values share a unit, and a time axis where they share the step. */
export function drawingsOf(answered: readonly Answered[]): Drawing[] {
  const several = answered.length > 1;
  const groups = Map.groupBy(answered, ({ unit, graph }) => `${unit} ${graph.stepMs}`);
  return [...groups].map(([key, group]) => {
    const data = joined(group, several);
    return {
      key,
      letters: group.map(({ letter }) => letter),
      expr: group.length === 1 ? group[0]?.expr : undefined,
      unit: group[0]?.unit ?? 'count',
      picture: { data, fromMs: data.startMs, toMs: data.startMs + Math.max(1, data.steps - 1) * data.stepMs },
    };
  });
}

/** Answers that slide may be a step or two apart: together they cover what any of them covers. */
function joined(group: readonly Answered[], several: boolean): ChartData {
  const stepMs = group[0]?.graph.stepMs ?? 1;
  const startMs = Math.min(...group.map(({ graph }) => graph.startMs));
  const endMs = Math.max(...group.map(({ graph }) => graph.startMs + (graph.steps - 1) * stepMs));
  const steps = Math.round((endMs - startMs) / stepMs) + 1;
  return {
    startMs,
    stepMs,
    steps,
    sides: { in: 'in', out: 'out' },
    notes: [],
    series: group.flatMap((one) => seriesOf(one, startMs, steps, several)),
  };
}

function seriesOf(
  { letter, expr, legend, graph }: Answered,
  startMs: number,
  steps: number,
  several: boolean,
): ChartSeries[] {
  const names = namesOf(
    graph.series.map(({ labels }) => labels),
    legend,
    expr,
  );
  const before = Math.round((graph.startMs - startMs) / graph.stepMs);
  const fits = before === 0 && graph.steps === steps;
  return graph.series.map(({ labels, values }, index) => ({
    id: `${letter} ${labelsText(labels)}`,
    name: several ? `${letter} ${names[index] ?? ''}` : (names[index] ?? ''),
    direction: null,
    other: false,
    values: fits ? values : Array.from({ length: steps }, (_, step) => values[step - before] ?? null),
  }));
}

/** Where a line is read by how it moves and not by how high it is, less is needed to leave zero out. */
const MOVING: ReadonlySet<Unit> = new Set<Unit>(['celsius', 'volts']);

/** Zero belongs to the axis unless that would flatten the lines at its top: a clock, a temperature. */
export function fromZero(data: ChartData, unit: Unit): boolean {
  if (unit === 'Bps' || unit === 'bps' || unit === 'perSecond') return true;
  let min = Infinity;
  let max = -Infinity;
  for (const { values } of data.series) {
    for (const value of values) {
      if (value === null || !Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) return true;
  const part = MOVING.has(unit) ? 0.6 : 0.85;
  return !(min > part * max && min > 0) && !(max < part * min && max < 0);
}
