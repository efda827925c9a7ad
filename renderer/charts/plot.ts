// uPlot, set up the one way that every graph here looks: built anew only when its set of series changes.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { axisIncrements, axisTexts } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import { NO_OVERLAY, drawOverlay, withGhosts } from './overlay.ts';
import type { Overlay, OverlayTheme } from './overlay.ts';
import { withAlpha } from './palette.ts';
import type { Look } from './palette.ts';
import { columnsOf, lonelySteps } from './series.ts';
import type { ChartData } from './series.ts';
import { timeTexts } from './time-axis.ts';
import { easedEnds, yRange } from './y-range.ts';

export type PlotTheme = Omit<OverlayTheme, 'fontFamily'> & {
  readonly grid: string;
  readonly axis: string;
};

export type PlotOptions = {
  readonly unit: Unit;
  readonly stacked: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly fromZero: boolean;
  /** The ends of the y axis come to where they belong by and by: for pictures that move. */
  readonly eased: boolean;
  readonly height: number;
  readonly width: number;
  readonly looks: ReadonlyMap<string, Look>;
  readonly theme: PlotTheme;
  /** Graphs of one key share the crosshair. */
  readonly syncKey: string;
  readonly onCursor: (at: Cursor | null) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  /** A click that is no drag: at which step, and how far from the left. */
  readonly onPick: (step: number, leftPx: number) => void;
};

/** `own`: under this graph's own pointer or keys, not another's. */
export type Cursor = { readonly step: number; readonly leftPx: number; readonly own: boolean };

export type Span = { readonly fromMs: number; readonly toMs: number };

export type Plot = {
  update(data: ChartData, span: Span): void;
  /** Thresholds and marks, drawn at once. */
  overlay(overlay: Overlay): void;
  resize(width: number, height: number): void;
  /** Moves the crosshair to a step, for the keyboard, and says where that is in px; null takes it away. */
  point(step: number | null): number | null;
  destroy(): void;
};

const FONT_FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const FONT = `11px ${FONT_FAMILY}`;
/** The same on every graph, so that those one above the other line up. */
const Y_AXIS_PX = 66;
const MIN_DRAG_PX = 8;
const NONE: readonly number[] = [];

export function createPlot(element: HTMLElement, data: ChartData, span: Span, options: PlotOptions): Plot {
  const { theme, unit, stacked } = options;
  let shown = span;
  let drawn = data.series;
  let over = NO_OVERLAY;
  let lonely: (readonly number[])[] = [];
  const mirrored = data.series.some((series) => series.direction === 'out');
  const prepare = (next: ChartData): uPlot.AlignedData => {
    const { columns } = columnsOf(next, stacked);
    drawn = next.series;
    // Once for each answer: uPlot asks for them several times a drawing.
    lonely = columns.slice(1).map(lonelySteps);
    return columns;
  };
  const { floors } = columnsOf(data, stacked);

  const series = data.series.map((one, index): uPlot.Series => {
    const look = options.looks.get(one.id);
    const colour = look?.colour ?? theme.text;
    return {
      stroke: colour,
      width: stacked ? 1 : 1.5,
      dash: [...(look?.dash ?? [])],
      points: {
        show: (_, of) => (lonely[of - 1] ?? NONE).length > 0,
        filter: (_, of) => [...(lonely[of - 1] ?? NONE)],
        size: 3,
        fill: colour,
        width: 0,
      },
      ...(stacked && floors[index] === null ? { fill: withAlpha(colour, 0.55), fillTo: 0 } : {}),
    };
  });
  const bands = data.series.flatMap((one, index): uPlot.Band[] => {
    const floor = floors[index];
    if (!stacked || floor === null || floor === undefined) return [];
    const colour = options.looks.get(one.id)?.colour ?? theme.text;
    return [{ series: [index + 1, floor], fill: withAlpha(colour, 0.55), dir: one.direction === 'out' ? 1 : -1 }];
  });
  let pointed = false;
  let zoomed = false;
  let ends: [number, number] | null = null;
  const onCursor = (cursor: Cursor | null): void => {
    // Every drawing asks again; that there is still none is no news.
    if (cursor === null && !pointed) return;
    pointed = cursor !== null;
    options.onCursor(cursor);
  };

  const plot = new uPlot(
    {
      width: options.width,
      height: options.height,
      ms: 1,
      // On the right half a time label, which stands under the last tick.
      padding: [8, 26, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [shown.fromMs, shown.toMs] },
        y: {
          range: (_, min, max) => {
            const wanted = yRange(...withGhosts(over.ghosts ?? [], min, max), options);
            ends = options.eased && ends !== null ? easedEnds(ends, wanted) : wanted;
            return ends;
          },
        },
      },
      series: [{}, ...series],
      bands,
      axes: [
        {
          stroke: theme.text,
          font: FONT,
          size: 26,
          gap: 6,
          space: 72,
          grid: { show: false },
          ticks: { show: true, stroke: theme.axis, width: 1, size: 4 },
          border: { show: true, stroke: theme.axis, width: 1 },
          values: (_, ticks, _axis, _space, distance) => timeTexts(ticks, distance),
        },
        {
          stroke: theme.text,
          font: FONT,
          size: Y_AXIS_PX,
          gap: 6,
          // A plot that is very high has no more lines, but more room between them.
          space: (_self, _axis, _min, _max, heightPx) => Math.max(30, heightPx / 10),
          incrs: axisIncrements(unit),
          grid: { stroke: theme.grid, width: 1 },
          ticks: { show: false },
          values: (_, ticks) => axisTexts(ticks, unit, mirrored),
        },
      ],
      cursor: {
        y: false,
        points: { size: 6, width: 0 },
        // The click at the end of a drag is told apart below: a hand that shakes by a pixel has not dragged.
        drag: { x: true, y: false, setScale: false, dist: MIN_DRAG_PX, click: () => {} },
        sync: {
          key: options.syncKey,
          setSeries: false,
          scales: ['x', null],
          // A zoom is for the graph under the pointer to say: the others hear of it by the time range.
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
        },
        bind: {
          dblclick: () => () => {
            options.onZoomOut();
            return null;
          },
        },
      },
      hooks: {
        ready: [
          (self) =>
            self.over.addEventListener('click', () => {
              const { idx, left } = self.cursor;
              const isPick = !zoomed && idx !== null && idx !== undefined && left !== undefined && left >= 0;
              zoomed = false;
              if (isPick) options.onPick(idx, left + Y_AXIS_PX);
            }),
        ],
        draw: [
          (self) => {
            if (mirrored) drawZero(self, theme.text);
            drawOverlay(self, over, drawn, { ...theme, fontFamily: FONT_FAMILY });
          },
        ],
        setCursor: [
          (self) => {
            const { idx, left } = self.cursor;
            if (idx === null || idx === undefined || left === undefined || left < 0) onCursor(null);
            else onCursor({ step: idx, leftPx: left + Y_AXIS_PX, own: (self.cursor.event ?? null) !== null });
          },
        ],
        setSelect: [
          (self) => {
            if (self.select.width < MIN_DRAG_PX) return;
            zoomed = true;
            const fromMs = self.posToVal(self.select.left, 'x');
            const toMs = self.posToVal(self.select.left + self.select.width, 'x');
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            options.onZoom(Math.round(fromMs), Math.round(toMs));
          },
        ],
      },
    },
    prepare(data),
    element,
  );

  return {
    update(next, nextSpan) {
      shown = nextSpan;
      plot.setData(prepare(next));
    },
    overlay(next) {
      const hadGhosts = over.ghosts !== undefined;
      over = next;
      // Ghosts reach beyond the series: the axis is worked out anew.
      if (hadGhosts || next.ghosts !== undefined) plot.setData(plot.data);
      else plot.redraw(false);
    },
    resize: (width, height) => plot.setSize({ width, height }),
    point(step) {
      const x = step === null ? undefined : plot.data[0]?.[step];
      const left = x === undefined ? -10 : plot.valToPos(x, 'x');
      plot.setCursor({ left, top: x === undefined ? -10 : 0 });
      return x === undefined ? null : left + Y_AXIS_PX;
    },
    destroy: () => plot.destroy(),
  };
}

/** Where in and out part. */
function drawZero(self: uPlot, colour: string): void {
  const { ctx, bbox, width } = self;
  const px = ctx.canvas.width / Math.max(1, width);
  ctx.save();
  ctx.globalAlpha = 0.6;
  ctx.fillStyle = colour;
  ctx.fillRect(bbox.left, Math.round(self.valToPos(0, 'y', true) - px / 2), bbox.width, px);
  ctx.restore();
}
