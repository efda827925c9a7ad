// From the engine's answers to the series that a chart draws.
import type { Graph } from '../../shared/contract/index.ts';
import type { ChartData, ChartSeries } from '../charts/series.ts';
import type { Panel, PanelQuery } from './types.ts';

const sizeOf = (values: readonly (number | null)[]): number => {
  let sum = 0;
  for (const value of values) if (value !== null && Number.isFinite(value)) sum += Math.abs(value);
  return sum;
};

type Values = readonly (number | null)[];
type Span = { readonly from: number; readonly to: number };

function spanOf(values: Values): Span | undefined {
  const from = values.findIndex((value) => value !== null);
  return from < 0 ? undefined : { from, to: values.findLastIndex((value) => value !== null) };
}

/**
 * Two series as one where the one takes over from the other: a router that was renamed, replaced or updated goes on under
 * other labels. A rate lasts until its window has passed, so that they may overlap a little; there the later one counts.
 */
function succession(one: Values, other: Values): Values | undefined {
  const [a, b] = [spanOf(one), spanOf(other)];
  if (a === undefined || b === undefined) return undefined;
  const [first, then, early, late] = a.from <= b.from ? [a, b, one, other] : [b, a, other, one];
  const overlap = first.to - then.from + 1;
  const shorter = Math.min(first.to - first.from, then.to - then.from) + 1;
  if (then.from <= first.from || then.to <= first.to || overlap > shorter / 2) return undefined;
  return late.map((value, step) => value ?? (step < then.from ? (early[step] ?? null) : null));
}

/** A series that the legend names '' is not drawn. Two of one name and direction at one time are told apart by a number. */
function seriesOf(query: PanelQuery, graph: Graph): ChartSeries[] {
  const named = new Map<string, Values[]>();
  for (const series of graph.series) {
    const name = query.legend(series.labels);
    if (name === '') continue;
    const lines = named.get(name) ?? [];
    named.set(name, lines);
    const at = lines.findIndex((line) => succession(line, series.values) !== undefined);
    const joined = at < 0 ? undefined : succession(lines[at] ?? [], series.values);
    if (joined === undefined) lines.push(series.values);
    else lines[at] = joined;
  }
  return [...named].flatMap(([name, lines]) =>
    lines.map((values, index) => {
      const shown = index === 0 ? name : `${name} (${index + 1})`;
      return {
        id: `${query.direction ?? ''}:${shown}`,
        name: shown,
        direction: query.direction ?? null,
        other: query.other ?? false,
        values,
      };
    }),
  );
}

/** The largest `limit` names, an in/out pair counting as one. */
function largest(series: readonly ChartSeries[], limit: number): ChartSeries[] {
  const sizes = new Map<string, number>();
  for (const one of series) sizes.set(one.name, (sizes.get(one.name) ?? 0) + sizeOf(one.values));
  if (sizes.size <= limit) return [...series];
  const kept = new Set(
    [...sizes]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(([name]) => name),
  );
  return series.filter((one) => kept.has(one.name));
}

/** What carries nothing over the whole range, both ways, last and grey. */
function idleLast(series: readonly ChartSeries[]): ChartSeries[] {
  const busy = new Set(series.filter((one) => sizeOf(one.values) > 0).map((one) => one.name));
  const idle = series.filter((one) => !busy.has(one.name)).map((one) => ({ ...one, other: true }));
  return [...series.filter((one) => busy.has(one.name)), ...idle];
}

/** Values are in the panel's base unit; `out` ones keep their sign here, the chart turns them down. */
export function drawnData(panel: Panel, queries: readonly PanelQuery[], graphs: readonly Graph[]): ChartData {
  const first = graphs[0];
  const parts: ChartSeries[] = [];
  queries.forEach((query, index) => {
    const graph = graphs[index];
    if (graph !== undefined) parts.push(...seriesOf(query, graph));
  });
  const { order = [] } = panel;
  const place = ({ name }: ChartSeries): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const inOrder = largest(parts, panel.limit ?? 24).toSorted((a, b) => place(a) - place(b));
  const kept = panel.idleLast === true ? idleLast(inOrder) : inOrder;
  return {
    startMs: first?.startMs ?? 0,
    stepMs: first?.stepMs ?? 1,
    steps: first?.steps ?? 0,
    sides: panel.sides ?? { in: 'in', out: 'out' },
    series: kept,
    notes: [...new Set(graphs.flatMap((graph) => [...graph.warnings, ...graph.infos]))],
  };
}
