// Functions of the vector as a whole: scalar, vector, absent, sort.
import { Labels, METRIC_NAME } from '../../../../shared/model/labels.ts';
import { INEFFECTIVE_SORT } from '../annotations.ts';
import { unwrapParens, type Expr } from '../ast.ts';
import { setLabel } from '../evaluate/label-sets.ts';
import { windowsFor } from '../evaluate/windows.ts';
import { isAnyPresent, type StepSeries } from '../evaluate/values.ts';
import { unlabelled, type Invocation, type ScalarFunction, type VectorFunction } from './invocation.ts';

/** The value of the one element at each step; NaN where there are none or several. */
function scalar(invocation: Invocation): Float64Array {
  const { context, grid } = invocation;
  const series = invocation.vector(0);
  const values = context.column(grid.steps).fill(Number.NaN);
  const counts = new Uint8Array(grid.steps);
  for (const one of series) {
    for (let i = 0; i < grid.steps; i++) {
      if (one.present[i] !== 1) continue;
      values[i] = counts[i] === 0 ? (one.values[i] ?? 0) : Number.NaN;
      counts[i] = 1;
    }
  }
  return values;
}

/** The labels that a selector pins down by a single `=`, which tell what is absent. */
function absentLabels(argument: Expr | undefined): Labels {
  const expr = argument === undefined ? undefined : unwrapParens(argument);
  const selector = expr?.type === 'matrix-selector' ? expr.selector : expr;
  if (selector?.type !== 'vector-selector') return Labels.EMPTY;
  let labels = Labels.EMPTY;
  const seen = new Set<string>();
  for (const { name, op, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    labels = setLabel(labels, name, op === '=' && !seen.has(name) ? value : '');
    if (op === '=') seen.add(name);
  }
  return labels;
}

function oneWhereNot(invocation: Invocation, occupied: Uint8Array): readonly StepSeries[] {
  const present = occupied.map((on) => 1 - on);
  if (!isAnyPresent(present)) return [];
  const values = invocation.context.column(present.length).fill(1);
  return [{ labels: absentLabels(invocation.call.args[0]), dropName: false, values, present }];
}

function absent(invocation: Invocation): readonly StepSeries[] {
  const occupied = new Uint8Array(invocation.grid.steps);
  for (const { present } of invocation.vector(0)) {
    for (let i = 0; i < occupied.length; i++) if (present[i] === 1) occupied[i] = 1;
  }
  return oneWhereNot(invocation, occupied);
}

function absentOverTime(invocation: Invocation): readonly StepSeries[] {
  const { context, grid } = invocation;
  const occupied = new Uint8Array(grid.steps);
  const source = invocation.range(0);
  const windowsOf = windowsFor(source, grid.steps);
  for (const { timestamps } of source.series) {
    const { low, high } = windowsOf(timestamps);
    for (let step = 0; step < grid.steps; step++) if (high[step]! > low[step]!) occupied[step] = 1;
    context.work(grid.steps);
  }
  return oneWhereNot(invocation, occupied);
}

function sort(descending: boolean): VectorFunction {
  return (invocation) => {
    const { context, grid, call } = invocation;
    const series = invocation.vector(0);
    if (context.settings.startMs !== context.settings.endMs) context.warn(INEFFECTIVE_SORT, call.span.start);
    if (grid.steps !== 1) return series;
    return series.toSorted((a, b) => {
      const x = a.values[0] ?? 0;
      const y = b.values[0] ?? 0;
      // NaN comes last in either direction.
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return (descending ? y - x : x - y) || 0;
    });
  };
}

export const SHAPE_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  absent,
  absent_over_time: absentOverTime,
  sort: sort(false),
  sort_desc: sort(true),
  vector: (invocation) => [unlabelled(Labels.EMPTY, invocation.scalar(0))],
};

export const SHAPE_SCALARS: Readonly<Record<string, ScalarFunction>> = {
  scalar,
  pi: ({ context, grid }) => context.column(grid.steps).fill(Math.PI),
  min_of: (invocation) => pairwise(invocation, Math.min),
  max_of: (invocation) => pairwise(invocation, Math.max),
};

function pairwise(invocation: Invocation, choose: (a: number, b: number) => number): Float64Array {
  const other = invocation.scalar(1);
  return invocation.scalar(0).map((value, i) => choose(value, other[i] ?? 0));
}
