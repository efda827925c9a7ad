// A graph of a dashboard: as wide and high as its place, the legend in what the plot leaves.
import { useCallback, useMemo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import type { TimeSeriesPanel } from '../../shared/model/dashboard.ts';
import { filledTitle } from '../../shared/model/dashboard-text.ts';
import { NBSP, formatSpan } from '../../shared/units/index.ts';
import { useAtTime } from '../app/data/clock.tsx';
import { useGraph } from '../app/data/use-graph.ts';
import { useScheme } from '../app/theme/scheme.tsx';
import { durationOf, presetWords } from '../app/time-range/range.ts';
import { useRange } from '../app/time-range/use-range.ts';
import { ageMsOf } from '../charts/age.ts';
import { Chart } from '../charts/chart.tsx';
import type { ChartMark } from '../charts/overlay.ts';
import type { ChartSource } from '../charts/source.ts';
import { toCsv } from '../components/csv.ts';
import { download } from '../components/download.ts';
import { Loading } from '../components/states.tsx';
import { useMomentMenu } from '../components/who-was-that.tsx';
import { lookbackMsFor, stepFor } from '../panels/step.ts';
import { useDashboard } from './context.ts';
import { chartRows } from './csv-rows.ts';
import { PanelFrame } from './panel-frame.tsx';
import { chartPanel, chartThresholds, exprsNow, ms, rangeOfPanel } from './panel-of.ts';
import { NotRefreshed, PanelEmpty, PanelFailed } from './panel-states.tsx';
import { usePanelScope } from './use-panel-scope.ts';
import { useSize } from './use-size.ts';

const NO_MARKS: readonly ChartMark[] = [];
/** A narrower graph needs no more points. */
const POINTS = { wide: 360, narrow: 180 } as const;
const LEGEND_ROW_PX = 18;
const LEGEND_GAP_PX = 8;
const LEAST_PLOT_PX = 72;
/** From here on the legend stands beside the plot (chart.css). */
const BESIDE_PX = 900;

/** The plot's height and that of the legend below it. */
export function heightsOf(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  names: number,
): { readonly plotPx: number; readonly legendPx: number } {
  if (names === 0) return { plotPx: heightPx, legendPx: 0 };
  if (widthPx >= BESIDE_PX) return { plotPx: heightPx, legendPx: heightPx };
  const most = heightPx < 200 ? 2 : heightPx < 300 ? 4 : Math.floor(heightPx / 3 / LEGEND_ROW_PX);
  const legendPx = LEGEND_ROW_PX * (1 + Math.min(names, most));
  return { plotPx: Math.max(LEAST_PLOT_PX, heightPx - legendPx - LEGEND_GAP_PX), legendPx };
}

export function TimeSeries({ panel }: { readonly panel: TimeSeriesPanel }): ReactNode {
  const { id, choices, marks, intervalMs: usualMs, full } = useDashboard();
  const scheme = useScheme();
  const { range: shown, zoom, zoomOut } = useRange();
  const range = useMemo(() => rangeOfPanel(panel, shown), [panel, shown]);
  const intervalMs = Math.max(usualMs, ms(panel.interval) ?? 0);
  const rangeMs = durationOf(range);
  const drawn = useMemo(() => chartPanel(panel, choices, rangeMs), [panel, choices, rangeMs]);
  const maxPoints = panel.width > 12 || full === panel.id ? POINTS.wide : POINTS.narrow;
  const leastStepMs = ms(panel.minStep);
  const { feed, state } = useGraph({ panel: drawn, intervalMs, range, maxPoints, leastStepMs });
  const { shape, placeholder, failed, error } = state;
  const scope = usePanelScope(panel);
  const menu = useMomentMenu(
    useCallback(() => feed.source.current().data.stepMs, [feed]),
    scope,
  );
  const watch = useCallback(
    (element: HTMLElement | null) => (element === null ? undefined : feed.watch(element)),
    [feed],
  );
  const [measure, size] = useSize();
  const overlay = useMemo(
    () => ({
      thresholds: chartThresholds(panel.thresholds, panel.unit),
      marks: panel.annotations ? marks : NO_MARKS,
    }),
    [panel, marks],
  );
  const live = shape !== null && shape.length > 0 && !placeholder && range.kind === 'last';
  const retry = (): void => feed.retry();
  const heights = size === null || shape === null ? null : heightsOf(size, panel.legend ? shape.length : 0);
  const stepMs = Math.max(stepFor(rangeMs, maxPoints), leastStepMs ?? 0);
  return (
    <PanelFrame
      ref={watch}
      panel={panel}
      scope={scope}
      exprs={exprsNow(panel, choices, { stepMs, intervalMs }, range)}
      onCsv={
        shape === null ? undefined : () => download(`${panel.id}.csv`, toCsv(chartRows(feed.source.current().data)))
      }
      notes={
        <>
          {panel.range !== undefined && <span className="lw-dash-note">{presetWords(panel.range).toLowerCase()}</span>}
          {failed && shape !== null && <NotRefreshed error={error} onRetry={retry} />}
          {live && !failed && <Age source={feed.source} intervalMs={intervalMs} />}
        </>
      }
    >
      <div
        className="lw-dash-body"
        ref={measure}
        style={{ '--lw-dash-legend': `${heights?.legendPx ?? 0}px` } as CSSProperties}
      >
        {shape === null && failed && <PanelFailed error={error} onRetry={retry} />}
        {shape === null && !failed && <Loading height="100%" />}
        {shape?.length === 0 && <PanelEmpty onBack={shown.kind === 'between' ? zoomOut : undefined} />}
        {shape !== null && shape.length > 0 && heights !== null && (
          <Chart
            title={filledTitle(panel.title, choices)}
            shape={shape}
            source={feed.source}
            sides={panel.sides}
            unit={panel.unit}
            scheme={scheme}
            syncKey={panel.range === undefined ? `dashboard ${id}` : `dashboard ${id} ${panel.range}`}
            overlay={overlay}
            stacked={panel.stacked}
            min={panel.min}
            max={panel.max}
            fromZero={panel.fromZero}
            height={heights.plotPx}
            dimmed={placeholder || failed}
            withLegend={panel.legend}
            momentMenu={menu}
            onZoom={zoom}
            onZoomOut={zoomOut}
          />
        )}
      </div>
    </PanelFrame>
  );
}

/** "no data for 6 min". */
function Age({ source, intervalMs }: { readonly source: ChartSource; readonly intervalMs: number }): ReactNode {
  const read = useCallback(
    (nowMs: number): string | null => {
      const picture = source.current();
      const ageMs = ageMsOf(picture, lookbackMsFor(picture.data.stepMs, intervalMs), nowMs);
      return ageMs === null ? null : formatSpan(ageMs);
    },
    [source, intervalMs],
  );
  const age = useAtTime(read);
  return age === null ? null : (
    <span className="lw-label lw-nowrap" role="status">
      no data for{NBSP}
      {age}
    </span>
  );
}
