// The canvas of a graph in React's hands: made once, fed past React, moved over with the mouse or the arrow keys.
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Unit } from '../../shared/units/index.ts';
import { DARK, LIGHT } from '../app/theme/tokens.ts';
import type { Overlay } from './overlay.ts';
import { ChartMoment } from './moment.tsx';
import type { Look, Scheme } from './palette.ts';
import { createPlot } from './plot.ts';
import type { Cursor, Plot, PlotTheme } from './plot.ts';
import { sameShape } from './series.ts';
import type { ChartData, ChartShape } from './series.ts';
import { watchWidth } from './sight.ts';
import type { ChartSource } from './source.ts';
import { summaryOf } from './summary.ts';
import { ChartTooltip } from './tooltip.tsx';

type Props = {
  readonly title: string;
  /** The series that are drawn, of those that the source has. */
  readonly shape: ChartShape;
  readonly source: ChartSource;
  readonly scheme: Scheme;
  readonly looks: ReadonlyMap<string, Look>;
  readonly overlay: Overlay;
  readonly unit: Unit;
  readonly stacked: boolean;
  readonly fromZero: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly eased: boolean;
  readonly height: number;
  readonly syncKey: string;
  /** Where the crosshair is, this graph's own or another's. */
  readonly onPoint: (step: number | null) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  /** What can be asked about a moment: shown where the plot was clicked, or at the crosshair on Enter. */
  readonly momentMenu?: ((atMs: number) => ReactNode) | undefined;
};

type Picked = { readonly atMs: number; readonly leftPx: number };

const MIN_WIDTH_PX = 120;
/** What is read out need not follow every second. */
const SUMMARY_EVERY_MS = 10_000;

/** By the tokens and not by the page's style, which follows the scheme a moment later. */
function themeOf(scheme: Scheme): PlotTheme {
  const tokens = scheme === 'dark' ? DARK : LIGHT;
  const read = (name: `--lw-${string}`): string => tokens[name] ?? '#888888';
  return {
    text: read('--lw-text-dim'),
    grid: read('--lw-grid'),
    axis: read('--lw-border'),
    threshold: read('--lw-degraded'),
    firing: read('--lw-offline'),
    resolved: read('--lw-text-dim'),
    halo: read('--lw-surface'),
  };
}

/** The picture without the series that are not drawn. */
function only(data: ChartData, shape: ChartShape): ChartData {
  if (data.series.length === shape.length) return data;
  const ids = new Set(shape.map((one) => one.id));
  return { ...data, series: data.series.filter((one) => ids.has(one.id)) };
}

export function ChartPlot(props: Props): ReactNode {
  const { shape, source, overlay, unit, stacked, fromZero, min, max, eased, height, syncKey } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const keyStep = useRef<number | null>(null);
  const summaryMs = useRef(0);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  // The plot outlives renders: it reads the newest props through this.
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  const onCursor = (next: Cursor | null): void => {
    latest.current.onPoint(next?.step ?? null);
    // Others' crosshairs are theirs to explain.
    setCursor(next?.own === true ? next : null);
  };
  const summarise = (): void => {
    const { title, source: of, overlay: over, unit: inUnit } = latest.current;
    summaryMs.current = performance.now();
    holder.current?.setAttribute('aria-label', summaryOf(title, of.current(), over.marks, inUnit));
  };
  const pick = (step: number, leftPx: number): void => {
    if (latest.current.momentMenu === undefined) return;
    const { startMs, stepMs } = latest.current.source.current().data;
    setPicked({ atMs: startMs + step * stepMs, leftPx });
  };
  const pickAt = useRef(pick);
  const cursorTo = useRef(onCursor);
  const summariseNow = useRef(summarise);

  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const first = source.current();
    const created = createPlot(element, only(first.data, shape), first, {
      unit,
      stacked,
      min,
      max,
      fromZero,
      eased,
      height,
      syncKey,
      width: Math.max(element.clientWidth, MIN_WIDTH_PX),
      looks: latest.current.looks,
      theme: themeOf(latest.current.scheme),
      onCursor: (at) => cursorTo.current(at),
      onZoom: (fromMs, toMs) => latest.current.onZoom(fromMs, toMs),
      onZoomOut: () => {
        setPicked(null);
        latest.current.onZoomOut();
      },
      onPick: (step, leftPx) => pickAt.current(step, leftPx),
    });
    plot.current = created;
    created.overlay(latest.current.overlay);
    summariseNow.current();
    const unsubscribe = source.subscribe(() => {
      const picture = source.current();
      const data = only(picture.data, shape);
      // Another set of series is another plot's to draw: React is about to make it.
      if (sameShape(shape, data.series) !== shape) return;
      created.update(data, picture);
      if (performance.now() - summaryMs.current > SUMMARY_EVERY_MS) summariseNow.current();
    });
    const unwatch = watchWidth(element, (width) => {
      if (width > 0) created.resize(width, height);
    });
    const { current: tell } = cursorTo;
    return () => {
      unsubscribe();
      unwatch();
      created.destroy();
      plot.current = null;
      tell(null);
    };
  }, [source, shape, height, min, max, fromZero, eased, unit, stacked, syncKey]);

  useEffect(() => {
    plot.current?.overlay(overlay);
    summariseNow.current();
  }, [overlay]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = source.current().data.steps - 1;
    const from = keyStep.current ?? last;
    const by = event.shiftKey ? 10 : 1;
    if (event.key === 'Enter' && keyStep.current !== null && props.momentMenu !== undefined) {
      event.preventDefault();
      pick(keyStep.current, plot.current?.point(keyStep.current) ?? 0);
      return;
    }
    const moves: Readonly<Record<string, number>> = { ArrowLeft: from - by, ArrowRight: from + by, Home: 0, End: last };
    const wanted = moves[event.key];
    if (event.key === 'Escape') keyStep.current = null;
    else if (wanted !== undefined) keyStep.current = Math.min(last, Math.max(0, wanted));
    else return;
    event.preventDefault();
    const leftPx = plot.current?.point(keyStep.current) ?? null;
    onCursor(keyStep.current === null || leftPx === null ? null : { step: keyStep.current, leftPx, own: true });
  };

  return (
    <div className="lw-chart-hold">
      <div
        className="lw-chart-plot"
        style={{ height }}
        ref={holder}
        role="img"
        tabIndex={0}
        data-asks={props.momentMenu !== undefined || undefined}
        onKeyDown={onKeyDown}
        onFocus={summarise}
        onBlur={() => {
          keyStep.current = null;
          plot.current?.point(null);
        }}
      >
        {cursor !== null && picked === null && (
          <ChartTooltip
            cursor={cursor}
            data={only(source.current().data, shape)}
            marks={overlay.marks}
            ghosts={overlay.ghosts}
            looks={props.looks}
            unit={unit}
            stacked={stacked}
            hint={props.momentMenu === undefined ? undefined : 'Click: what happened then'}
            holder={holder}
          />
        )}
      </div>
      {picked !== null && props.momentMenu !== undefined && (
        <ChartMoment key={picked.atMs} leftPx={picked.leftPx} holder={holder} onClose={() => setPicked(null)}>
          {props.momentMenu(picked.atMs)}
        </ChartMoment>
      )}
    </div>
  );
}
