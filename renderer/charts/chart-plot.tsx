// The canvas of a graph in React's hands: made once, fed, resized, moved over with the mouse or the arrow keys.
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { formatValue } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import type { Look } from './palette.ts';
import { createPlot } from './plot.ts';
import type { Cursor, Plot, PlotTheme, Span } from './plot.ts';
import { figuresOf } from './series.ts';
import type { ChartData } from './series.ts';
import { ChartTooltip } from './tooltip.tsx';

type Props = {
  readonly title: string;
  /** Every series, for the summary that is read out. */
  readonly all: ChartData;
  /** The series that are drawn. */
  readonly data: ChartData;
  readonly span: Span;
  readonly looks: ReadonlyMap<string, Look>;
  readonly unit: Unit;
  readonly stacked: boolean;
  readonly fromZero: boolean;
  readonly max: number | undefined;
  readonly height: number;
  readonly syncKey: string;
  readonly cursor: Cursor | null;
  readonly onCursor: (cursor: Cursor | null) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
};

const MIN_WIDTH_PX = 120;

function readTheme(element: HTMLElement): PlotTheme {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim() || '#888888';
  return { text: read('--lw-text-dim'), grid: read('--lw-grid'), axis: read('--lw-border') };
}

export function ChartPlot(props: Props): ReactNode {
  const { data, span, unit, stacked, fromZero, max, height, syncKey, cursor, onCursor } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const keyStep = useRef<number | null>(null);
  // The plot outlives renders: it reads the newest props through this.
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const first = latest.current;
    const created = createPlot(element, first.data, first.span, {
      unit,
      stacked,
      max,
      fromZero,
      height,
      syncKey,
      width: Math.max(element.clientWidth, MIN_WIDTH_PX),
      looks: first.looks,
      theme: readTheme(element),
      onCursor: (at) => latest.current.onCursor(at),
      onZoom: (fromMs, toMs) => latest.current.onZoom(fromMs, toMs),
      onZoomOut: () => latest.current.onZoomOut(),
    });
    plot.current = created;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) created.resize(element.clientWidth, height);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = null;
      latest.current.onCursor(null);
    };
  }, [height, max, fromZero, unit, stacked, syncKey]);

  useEffect(() => {
    plot.current?.update(data, span);
  }, [data, span]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = data.steps - 1;
    const from = keyStep.current ?? last;
    const by = event.shiftKey ? 10 : 1;
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
    <div
      className="lw-chart-plot"
      style={{ height }}
      ref={holder}
      role="img"
      aria-label={summaryOf(props.title, props.all, unit)}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => {
        keyStep.current = null;
        plot.current?.point(null);
      }}
    >
      {cursor?.own === true && (
        <ChartTooltip cursor={cursor} data={data} looks={props.looks} unit={unit} stacked={stacked} holder={holder} />
      )}
    </div>
  );
}

/** "CPU load: now 12 %, highest 40 %"; the four first series of several. */
function summaryOf(title: string, data: ChartData, unit: Unit): string {
  const parts = data.series.slice(0, 4).map((series) => {
    const { now, max } = figuresOf(series.values);
    const side = series.direction === null ? '' : ` ${data.sides[series.direction]}`;
    return `${series.name}${side} now ${formatValue(now, unit)}, highest ${formatValue(max, unit)}`;
  });
  const more = data.series.length > 4 ? `; and ${data.series.length - 4} more` : '';
  return `${title}: ${parts.length === 0 ? 'no data' : parts.join('; ')}${more}`;
}
