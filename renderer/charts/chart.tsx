// A graph: the plot, its tooltip and its legend, told what to draw and never where the data comes from.
import { memo, useCallback, useMemo, useRef, useState } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import type { Unit } from '../../shared/units/index.ts';
import './chart.css';
import { ChartLegend } from './legend.tsx';
import type { LegendHandle } from './legend.tsx';
import { NO_OVERLAY } from './overlay.ts';
import type { Overlay } from './overlay.ts';
import { looksOf } from './palette.ts';
import type { Scheme } from './palette.ts';
import { ChartPlot } from './chart-plot.tsx';
import type { ChartShape, Sides } from './series.ts';
import type { ChartSource } from './source.ts';

export type ChartProps = {
  readonly title: string;
  readonly shape: ChartShape;
  readonly source: ChartSource;
  readonly sides?: Sides | undefined;
  readonly unit: Unit;
  readonly scheme: Scheme;
  readonly syncKey: string;
  readonly overlay?: Overlay;
  readonly stacked?: boolean;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly fromZero?: boolean;
  readonly height?: number;
  /** An older picture while the next one loads. */
  readonly dimmed?: boolean;
  /** Many series: the legend stands below, has a field to find them by, and each can be hidden. */
  readonly many?: boolean;
  /** False: the plot alone. */
  readonly withLegend?: boolean;
  /** A picture that moves: the y axis follows it evenly. */
  readonly eased?: boolean;
  /** Names of series to show alone, where something else than the legend chooses them. */
  readonly only?: ReadonlySet<string> | undefined;
  /** What can be asked about a moment, such as whose traffic that was. */
  readonly momentMenu?: ((atMs: number) => ReactNode) | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
};

const NONE: ReadonlySet<string> = new Set();

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(names);
  if (!next.delete(name)) next.add(name);
  return next;
}

const IN_OUT: Sides = { in: 'in', out: 'out' };

export const Chart = memo(function Chart(props: ChartProps): ReactNode {
  const { shape, source, sides = IN_OUT, unit, scheme, syncKey, stacked = false, fromZero = true, min, max } = props;
  const { height = 180, many = false, withLegend = true } = props;
  const legend = useRef<LegendHandle>(null);
  const [chosen, setIsolated] = useState<ReadonlySet<string>>(NONE);
  const isolated = props.only ?? chosen;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(NONE);
  const looks = useMemo(() => looksOf(shape, scheme), [shape, scheme]);
  const drawn = useMemo(() => {
    const picked = shape.filter((one) => isolated.has(one.name));
    // What was isolated may be gone after a reload: then everything is shown again.
    const shown = picked.length === 0 ? shape.filter((one) => !hidden.has(one.name)) : picked;
    return shown.length === shape.length ? shape : shown;
  }, [shape, isolated, hidden]);

  const toggle = useCallback(
    (name: string, add: boolean): void =>
      setIsolated((before) => {
        if (!add) return before.has(name) && before.size === 1 ? NONE : new Set([name]);
        return toggled(before, name);
      }),
    [],
  );
  const hide = useCallback((name: string): void => {
    setIsolated((before) => (before.has(name) ? toggled(before, name) : before));
    setHidden((before) => toggled(before, name));
  }, []);

  return (
    <div
      className="lw-chart"
      data-dimmed={props.dimmed === true || undefined}
      data-many={many || undefined}
      data-bare={!withLegend || undefined}
    >
      <div className="lw-chart-parts" style={{ '--lw-chart-height': `${height}px` } as CSSProperties}>
        <ChartPlot
          // A plot lives as long as its set of series does; new values only move its lines.
          key={`${scheme} ${drawn.map((one) => one.id).join('|')}`}
          title={props.title}
          shape={drawn}
          source={source}
          scheme={scheme}
          looks={looks}
          overlay={props.overlay ?? NO_OVERLAY}
          unit={unit}
          stacked={stacked}
          fromZero={fromZero}
          min={min}
          max={max}
          eased={props.eased ?? false}
          height={height}
          syncKey={syncKey}
          onPoint={(step) => legend.current?.point(step)}
          onZoom={props.onZoom}
          onZoomOut={props.onZoomOut}
          momentMenu={props.momentMenu}
        />
        {withLegend && (
          <ChartLegend
            ref={legend}
            shape={shape}
            sides={sides}
            source={source}
            looks={looks}
            unit={unit}
            isolated={isolated}
            onToggle={toggle}
            hidden={hidden}
            onHide={many ? hide : undefined}
          />
        )}
      </div>
    </div>
  );
});
