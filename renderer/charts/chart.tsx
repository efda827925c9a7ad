// A graph: the plot, its tooltip and its legend, told what to draw and never where the data comes from.
import { useMemo, useState } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import type { Unit } from '../../shared/units/index.ts';
import './chart.css';
import { ChartLegend } from './legend.tsx';
import { looksOf } from './palette.ts';
import type { Scheme } from './palette.ts';
import { ChartPlot } from './chart-plot.tsx';
import type { Cursor, Span } from './plot.ts';
import type { ChartData } from './series.ts';

export type ChartProps = {
  readonly title: string;
  readonly data: ChartData;
  readonly span: Span;
  readonly unit: Unit;
  readonly scheme: Scheme;
  readonly syncKey: string;
  readonly stacked?: boolean;
  readonly max?: number | undefined;
  readonly fromZero?: boolean;
  readonly height?: number;
  readonly legend?: boolean;
  /** An older picture while the next one loads. */
  readonly dimmed?: boolean;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
};

export function Chart(props: ChartProps): ReactNode {
  const { data, unit, scheme, syncKey, stacked = false, fromZero = true, max, height = 180 } = props;
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [isolated, setIsolated] = useState<ReadonlySet<string>>(new Set());
  const looks = useMemo(() => looksOf(data.series, scheme), [data.series, scheme]);
  const drawn = useMemo(() => {
    const series = data.series.filter((one) => isolated.has(one.name));
    // What was isolated may be gone after a reload: then everything is shown again.
    return series.length === 0 ? data : { ...data, series };
  }, [data, isolated]);

  const toggle = (name: string, add: boolean): void =>
    setIsolated((before) => {
      if (!add) return before.has(name) && before.size === 1 ? new Set() : new Set([name]);
      const next = new Set(before);
      if (!next.delete(name)) next.add(name);
      return next;
    });

  return (
    <div className="lw-chart" data-dimmed={props.dimmed === true || undefined}>
      <div className="lw-chart-parts" style={{ '--lw-chart-height': `${height}px` } as CSSProperties}>
        <ChartPlot
          // A plot lives as long as its set of series does; new values only move its lines.
          key={`${scheme} ${drawn.series.map((one) => one.id).join('|')}`}
          title={props.title}
          all={data}
          data={drawn}
          span={props.span}
          looks={looks}
          unit={unit}
          stacked={stacked}
          fromZero={fromZero}
          max={max}
          height={height}
          syncKey={syncKey}
          cursor={cursor}
          onCursor={setCursor}
          onZoom={props.onZoom}
          onZoomOut={props.onZoomOut}
        />
        {props.legend !== false && (
          <ChartLegend
            data={data}
            looks={looks}
            unit={unit}
            isolated={isolated}
            cursorStep={cursor?.step ?? null}
            onToggle={toggle}
          />
        )}
      </div>
    </div>
  );
}
