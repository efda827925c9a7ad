// The values at the crosshair, beside the pointer, and the alerts of that moment.
import type { ReactNode, RefObject } from 'react';
import { formatExact, formatValue } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import { ghostAt, marksAt } from './overlay.ts';
import type { ChartGhost, ChartMark } from './overlay.ts';
import type { Look } from './palette.ts';
import type { Cursor } from './plot.ts';
import type { ChartData } from './series.ts';
import { markTimes } from './summary.ts';
import { Swatch } from './swatch.tsx';

const MOST_ROWS = 10;
const WIDTH_PX = 220;
/** Marks are hit within as much of the width, on either side. */
const MARK_ROOM = 0.008;

type Props = {
  readonly cursor: Cursor;
  readonly data: ChartData;
  readonly marks: readonly ChartMark[];
  readonly ghosts?: readonly ChartGhost[] | undefined;
  /** What a click does. */
  readonly hint?: string | undefined;
  readonly looks: ReadonlyMap<string, Look>;
  readonly unit: Unit;
  readonly stacked: boolean;
  readonly holder: RefObject<HTMLDivElement | null>;
};

export function ChartTooltip(props: Props): ReactNode {
  const { cursor, data, marks, ghosts = [], hint, looks, unit, stacked, holder } = props;
  const atMs = data.startMs + cursor.step * data.stepMs;
  const rows = data.series
    .map((series) => ({ series, value: series.values[cursor.step] ?? null }))
    .filter((row) => row.value !== null)
    .toSorted((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0));
  const width = holder.current?.clientWidth ?? 600;
  const onLeft = cursor.leftPx + WIDTH_PX + 24 > width;
  const sides = new Set(data.series.map((series) => series.direction));
  const totals = stacked && rows.length > 1 ? [...sides] : [];
  return (
    <div
      className="lw-chart-tooltip"
      style={{ left: onLeft ? cursor.leftPx - WIDTH_PX - 12 : cursor.leftPx + 12, width: WIDTH_PX }}
      aria-hidden
    >
      <div className="lw-chart-tooltip-time">{formatExact(atMs)}</div>
      {rows.length === 0 && <div className="lw-dim">No data here</div>}
      {rows.slice(0, MOST_ROWS).map(({ series, value }) => (
        <div className="lw-chart-tooltip-row" key={series.id}>
          <Swatch look={looks.get(series.id)} />
          <span className="lw-ellipsis">
            {series.name}
            {series.direction !== null && <span className="lw-dim"> {data.sides[series.direction]}</span>}
          </span>
          <span className="lw-num">{formatValue(value, unit)}</span>
        </div>
      ))}
      {rows.length > MOST_ROWS && <div className="lw-dim">and {rows.length - MOST_ROWS} smaller</div>}
      {totals.map((direction) => (
        <div className="lw-chart-tooltip-row lw-chart-tooltip-total" key={direction ?? 'all'}>
          <span />
          <span>total{direction === null ? '' : ` ${data.sides[direction]}`}</span>
          <span className="lw-num">
            {formatValue(
              rows.reduce((sum, row) => (row.series.direction === direction ? sum + (row.value ?? 0) : sum), 0),
              unit,
            )}
          </span>
        </div>
      ))}
      {ghosts.map((ghost) => (
        <div className="lw-chart-tooltip-row lw-dim" key={`${ghost.words} ${ghost.direction}`}>
          <span />
          <span className="lw-ellipsis">
            {ghost.words}
            {ghost.direction !== null && ` ${data.sides[ghost.direction]}`}
          </span>
          <span className="lw-num">{formatValue(ghostAt(ghost, atMs), unit)}</span>
        </div>
      ))}
      {marksAt(marks, atMs, data.steps * data.stepMs * MARK_ROOM).map((mark) => (
        <div className="lw-chart-tooltip-mark" key={mark.id} data-lasts={mark.toMs === null || undefined}>
          <span>{mark.words}</span>
          <span className="lw-dim">{markTimes(mark)}</span>
        </div>
      ))}
      {hint !== undefined && <div className="lw-chart-tooltip-hint">{hint}</div>}
    </div>
  );
}
