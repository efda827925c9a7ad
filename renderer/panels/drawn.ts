// From the engine's answers to the series that a chart draws.
import type { Graph } from '../../shared/contract/index.ts';
import type { ChartData, ChartSeries } from '../charts/series.ts';
import type { Panel, PanelQuery } from './types.ts';

const sizeOf = (values: readonly (number | null)[]): number => {
  let sum = 0;
  for (const value of values) if (value !== null && Number.isFinite(value)) sum += Math.abs(value);
  return sum;
};

/** A series that the legend names '' is not drawn. Two of one name and direction are told apart by a number. */
function seriesOf(query: PanelQuery, graph: Graph): ChartSeries[] {
  const seen = new Map<string, number>();
  return graph.series.flatMap((series) => {
    const name = query.legend(series.labels);
    if (name === '') return [];
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const shown = count === 1 ? name : `${name} (${count})`;
    return [
      {
        id: `${query.direction ?? ''}:${shown}`,
        name: shown,
        direction: query.direction ?? null,
        other: query.other ?? false,
        values: series.values,
      },
    ];
  });
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

/** What is left of the whole at each step; below zero only by rounding, so never shown so. */
function remainder(whole: ChartSeries, parts: readonly ChartSeries[]): ChartSeries {
  return {
    ...whole,
    values: whole.values.map((value, step) =>
      value === null
        ? null
        : Math.max(
            0,
            parts.reduce((rest, part) => rest - (part.values[step] ?? 0), value),
          ),
    ),
  };
}

/** Values are in the panel's base unit; `out` ones keep their sign here, the chart turns them down. */
export function drawnData(panel: Panel, queries: readonly PanelQuery[], graphs: readonly Graph[]): ChartData {
  const first = graphs[0];
  const parts: ChartSeries[] = [];
  const wholes: ChartSeries[] = [];
  queries.forEach((query, index) => {
    const graph = graphs[index];
    if (graph !== undefined) (query.remainder === true ? wholes : parts).push(...seriesOf(query, graph));
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
    series: [...kept, ...wholes.map((whole) => remainder(whole, kept))],
    notes: [...new Set(graphs.flatMap((graph) => [...graph.warnings, ...graph.infos]))],
  };
}
