// A panel with its graph: the panel's queries over the global time range, handed to the chart.
import { memo, useCallback, useContext, useMemo } from 'react';
import type { ReactNode } from 'react';
import { NBSP, formatSpan } from '../../shared/units/index.ts';
import { useAtTime } from '../app/data/clock.tsx';
import { useShippedRules } from '../app/data/queries.ts';
import { useGraph } from '../app/data/use-graph.ts';
import { WatchedInterval } from '../app/data/use-watch.ts';
import { durationOf } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import { useRange } from '../app/time-range/use-range.ts';
import { useScheme } from '../app/theme/scheme.tsx';
import { ageMsOf } from '../charts/age.ts';
import { Chart } from '../charts/chart.tsx';
import type { ChartMark, Overlay } from '../charts/overlay.ts';
import type { ChartSource } from '../charts/source.ts';
import { lookbackMsFor, stepFor } from '../panels/step.ts';
import type { Panel } from '../panels/types.ts';
import { OpenInExplore } from './open-in-explore.tsx';
import { Failed, Loading } from './states.tsx';
import { WhoWasThat, useMomentMenu } from './who-was-that.tsx';

type Props = {
  readonly panel: Panel;
  readonly intervalMs: number;
  /** Alerts of the device that the panel is about. */
  readonly marks?: readonly ChartMark[];
  readonly height?: number;
  /** In a side panel or a card that already has a border. */
  readonly bare?: boolean;
  readonly syncKey?: string;
};

const NO_MARKS: readonly ChartMark[] = [];

/** Give it a panel that stays the same object: another one may be another graph. */
export const GraphPanel = memo(function GraphPanel(props: Props): ReactNode {
  const { panel, intervalMs, marks = NO_MARKS, height = 180, bare = false, syncKey = 'page' } = props;
  const scheme = useScheme();
  const { range, zoom, zoomOut } = useRange();
  const watchedMs = useContext(WatchedInterval);
  const { feed, state } = useGraph({ panel, intervalMs, watchedMs, range });
  const overlay = useOverlay(panel, marks);
  const menu = useMomentMenu(useCallback(() => feed.source.current().data.stepMs, [feed]));
  const { shape, placeholder, failed } = state;
  const live = shape !== null && !placeholder && range.kind === 'last';
  const stale = useStale(feed.source, intervalMs) && live;
  const empty = shape !== null && shape.length === 0;
  const absent = panel.optional === true && (shape === null || empty);
  const watch = useCallback(
    (element: HTMLElement | null) => (element === null ? undefined : feed.watch(element)),
    [feed],
  );
  if (absent) return null;
  return (
    <section
      ref={watch}
      className={bare ? 'lw-graph' : 'lw-graph lw-panel'}
      aria-label={panel.title}
      data-testid={`graph-${panel.id}`}
    >
      <div className="lw-panel-head">
        <h2>{panel.title}</h2>
        <span className="lw-row">
          {live && <Age source={feed.source} intervalMs={intervalMs} />}
          <WhoWasThat what={panel.title} />
          <OpenInExplore what={panel.title} exprs={exprsOf(panel, range, intervalMs, watchedMs)} />
        </span>
      </div>
      {shape === null && failed && (
        <Failed what="This graph could not be loaded" error={state.error} onRetry={() => feed.retry()} />
      )}
      {shape === null && !failed && <Loading height={height} />}
      {empty && <NoData height={height} dimmed={placeholder} />}
      {shape !== null && !empty && (
        <Chart
          title={panel.title}
          shape={shape}
          source={feed.source}
          sides={panel.sides}
          unit={panel.unit}
          scheme={scheme}
          syncKey={syncKey}
          overlay={overlay}
          stacked={panel.stacked ?? false}
          max={panel.max}
          fromZero={panel.fromZero ?? true}
          height={height}
          dimmed={placeholder || failed || stale}
          momentMenu={menu}
          onZoom={zoom}
          onZoomOut={zoomOut}
        />
      )}
    </section>
  );
});

/** What the panel asks at the step that its range has now. */
const exprsOf = (panel: Panel, range: TimeRange, intervalMs: number, watchedMs: number | undefined): string[] => [
  ...new Set(panel.queries({ stepMs: stepFor(durationOf(range)), intervalMs, watchedMs }).map(({ expr }) => expr)),
];

/** A threshold is shown while the rule that it belongs to is loaded. */
function useOverlay({ threshold }: Panel, marks: readonly ChartMark[]): Overlay {
  const rules = useShippedRules();
  const loaded = threshold !== undefined && rules.includes(threshold.rule);
  return useMemo(
    () => ({ thresholds: threshold !== undefined && loaded ? [threshold] : [], marks }),
    [threshold, loaded, marks],
  );
}

function NoData({ height, dimmed }: { readonly height: number; readonly dimmed: boolean }): ReactNode {
  return (
    <div className="lw-dim" style={{ height, display: 'grid', placeItems: 'center', opacity: dimmed ? 0.5 : 1 }}>
      No data in this time range
    </div>
  );
}

const ageOf = (source: ChartSource, intervalMs: number, nowMs: number): number | null => {
  const picture = source.current();
  return ageMsOf(picture, lookbackMsFor(picture.data.stepMs, intervalMs), nowMs);
};

/** Whether the device has been silent for more than twice its interval. */
function useStale(source: ChartSource, intervalMs: number): boolean {
  return useAtTime(useCallback((nowMs) => ageOf(source, intervalMs, nowMs) !== null, [source, intervalMs]));
}

/** "no data for 6 min". */
function Age({ source, intervalMs }: { readonly source: ChartSource; readonly intervalMs: number }): ReactNode {
  const read = useCallback(
    (nowMs: number): string | null => {
      const ageMs = ageOf(source, intervalMs, nowMs);
      return ageMs === null ? null : formatSpan(ageMs);
    },
    [source, intervalMs],
  );
  const age = useAtTime(read);
  if (age === null) return null;
  return (
    <span className="lw-label" role="status">
      no data for{NBSP}
      {age}
    </span>
  );
}
