// What is drawn over the series: thresholds as thin lines with a label, alerts as quiet marks on the time axis.
import type uPlot from 'uplot';
import type { ChartSeries } from './series.ts';

export type ChartThreshold = {
  /** "alert above 90 %" */
  readonly words: string;
  /** In the chart's base unit, from what is drawn; null where that does not tell. */
  readonly at: (series: readonly ChartSeries[]) => number | null;
  /** Red where what lies beyond it is a failure; amber otherwise. */
  readonly grave?: boolean;
  /** Says how things are and not how they should be: grey. */
  readonly quiet?: boolean;
};

/** A line to compare with, such as the same hours a day before: dashed, and no part of what is stacked. */
export type ChartGhost = {
  readonly words: string;
  readonly direction: ChartSeries['direction'];
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
};

/** Something that lasted: an alert from when it fired until it was resolved. */
export type ChartMark = {
  readonly id: string;
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  readonly words: string;
};

export type Overlay = {
  readonly thresholds: readonly ChartThreshold[];
  readonly marks: readonly ChartMark[];
  readonly ghosts?: readonly ChartGhost[];
};

export const NO_OVERLAY: Overlay = { thresholds: [], marks: [] };

export type OverlayTheme = {
  readonly text: string;
  readonly threshold: string;
  readonly firing: string;
  readonly resolved: string;
  /** Around texts that lie on areas. */
  readonly halo: string;
  readonly fontFamily: string;
};

/** The marks that a moment lies in, with some room on both sides: a short alert is as narrow as a pixel. */
export const marksAt = (marks: readonly ChartMark[], atMs: number, roomMs: number): ChartMark[] =>
  marks.filter((mark) => mark.fromMs - roomMs <= atMs && atMs <= (mark.toMs ?? Infinity) + roomMs);

/** The value of a ghost's step at a moment, as it is and not turned down. */
export const ghostAt = ({ startMs, stepMs, values }: ChartGhost, atMs: number): number | null =>
  values[Math.floor((atMs - startMs) / stepMs)] ?? null;

/** The lowest and the highest value of the ghosts as they are drawn, with what the series reach. */
export function withGhosts(
  ghosts: readonly ChartGhost[],
  min: number | null,
  max: number | null,
): readonly [number | null, number | null] {
  let [low, high] = [min, max];
  for (const { direction, values } of ghosts) {
    for (const value of values) {
      if (value === null) continue;
      const drawn = direction === 'out' ? -value : value;
      low = Math.min(low ?? drawn, drawn);
      high = Math.max(high ?? drawn, drawn);
    }
  }
  return [low, high];
}

export const marksWithin = (marks: readonly ChartMark[], fromMs: number, toMs: number): ChartMark[] =>
  marks.filter((mark) => mark.fromMs <= toMs && (mark.toMs ?? Infinity) >= fromMs);

/** Draws over the plot's area, in the canvas's own pixels. */
export function drawOverlay(self: uPlot, overlay: Overlay, series: readonly ChartSeries[], theme: OverlayTheme): void {
  const { ctx, bbox } = self;
  const px = ctx.canvas.width / Math.max(1, self.width);
  ctx.save();
  for (const ghost of overlay.ghosts ?? []) drawGhost(self, ghost, theme, px);
  for (const { words, at, grave = false, quiet = false } of overlay.thresholds) {
    const value = at(series);
    const { min, max } = self.scales['y'] ?? {};
    if (value === null || typeof min !== 'number' || typeof max !== 'number' || value < min || value > max) continue;
    const y = Math.round(self.valToPos(value, 'y', true)) + 0.5;
    ctx.strokeStyle = grave ? theme.firing : quiet ? theme.text : theme.threshold;
    ctx.lineWidth = px;
    ctx.setLineDash([4 * px, 4 * px]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `${11 * px}px ${theme.fontFamily}`;
    ctx.fillStyle = theme.text;
    ctx.textAlign = 'right';
    // Below the line: above it is the end of the scale, and the alert. At the axis there is no room below.
    const isLow = y + 18 * px > bbox.top + bbox.height;
    ctx.textBaseline = isLow ? 'bottom' : 'top';
    const [textX, textY] = [bbox.left + bbox.width - 4 * px, isLow ? y - 4 * px : y + 4 * px];
    ctx.setLineDash([]);
    ctx.strokeStyle = theme.halo;
    ctx.lineWidth = 3 * px;
    ctx.lineJoin = 'round';
    ctx.strokeText(words, textX, textY);
    ctx.fillText(words, textX, textY);
  }
  ctx.setLineDash([]);
  const { min: fromMs, max: toMs } = self.scales['x'] ?? {};
  if (typeof fromMs === 'number' && typeof toMs === 'number') {
    for (const mark of marksWithin(overlay.marks, fromMs, toMs)) {
      const from = self.valToPos(Math.max(mark.fromMs, fromMs), 'x', true);
      const to = self.valToPos(Math.min(mark.toMs ?? toMs, toMs), 'x', true);
      const floor = bbox.top + bbox.height;
      ctx.fillStyle = mark.toMs === null ? theme.firing : theme.resolved;
      ctx.fillRect(from, floor - 3 * px, Math.max(2 * px, to - from), 3 * px);
      if (mark.fromMs < fromMs) continue;
      ctx.beginPath();
      ctx.moveTo(from - 4 * px, floor);
      ctx.lineTo(from + 4 * px, floor);
      ctx.lineTo(from, floor - 8 * px);
      ctx.fill();
    }
  }
  ctx.restore();
}

function drawGhost(
  self: uPlot,
  { direction, startMs, stepMs, values }: ChartGhost,
  theme: OverlayTheme,
  px: number,
): void {
  const { ctx, bbox } = self;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1.25 * px;
  ctx.setLineDash([5 * px, 3 * px]);
  ctx.beginPath();
  let down = false;
  values.forEach((value, step) => {
    if (value === null) {
      down = false;
      return;
    }
    const x = self.valToPos(startMs + step * stepMs, 'x', true);
    const y = self.valToPos(direction === 'out' ? -value : value, 'y', true);
    if (down) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
    down = true;
  });
  ctx.stroke();
  ctx.restore();
}
