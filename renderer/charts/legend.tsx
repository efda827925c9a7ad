// The legend as a table: now, average, highest and 95th percentile; a click shows one series alone.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { formatValue } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import type { Look } from './palette.ts';
import { figuresOf } from './series.ts';
import type { ChartData } from './series.ts';
import { Swatch } from './swatch.tsx';

type Props = {
  readonly data: ChartData;
  readonly looks: ReadonlyMap<string, Look>;
  readonly unit: Unit;
  readonly isolated: ReadonlySet<string>;
  /** Under the crosshair the first figure is that step's. */
  readonly cursorStep: number | null;
  /** `add` with Ctrl or Shift: beside what is shown already. */
  readonly onToggle: (name: string, add: boolean) => void;
};

export function ChartLegend({ data, looks, unit, isolated, cursorStep, onToggle }: Props): ReactNode {
  const figures = useMemo(() => new Map(data.series.map((one) => [one.id, figuresOf(one.values)])), [data.series]);
  // An in/out pair stands together, in the order in which the names are drawn.
  const names = [...new Set(data.series.map((one) => one.name))];
  const rows = names.flatMap((name) => data.series.filter((one) => one.name === name));
  const mixed = data.series.some((one) => one.direction !== null);
  return (
    <div className="lw-legend-scroll" tabIndex={data.series.length > 6 ? 0 : undefined}>
      <table className="lw-legend">
        <thead>
          <tr>
            <th scope="col">
              <span className="lw-sr">Series</span>
            </th>
            <th scope="col">{cursorStep === null ? 'now' : 'here'}</th>
            <th scope="col">avg</th>
            <th scope="col">max</th>
            <th scope="col">p95</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((series) => {
            const figure = figures.get(series.id);
            const now = cursorStep === null ? figure?.now : series.values[cursorStep];
            const faded = isolated.size > 0 && !isolated.has(series.name);
            return (
              <tr key={series.id} data-faded={faded || undefined}>
                <th scope="row">
                  <button
                    type="button"
                    className="lw-legend-name"
                    title={series.name}
                    aria-pressed={isolated.has(series.name)}
                    onClick={(event) => onToggle(series.name, event.ctrlKey || event.metaKey || event.shiftKey)}
                  >
                    <Swatch look={looks.get(series.id)} />
                    <span className="lw-ellipsis">{series.name}</span>
                    {mixed && series.direction !== null && (
                      <span className="lw-dim">{data.sides[series.direction]}</span>
                    )}
                  </button>
                </th>
                <td>{formatValue(now, unit)}</td>
                <td>{formatValue(figure?.avg, unit)}</td>
                <td>{formatValue(figure?.max, unit)}</td>
                <td>{formatValue(figure?.p95, unit)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
