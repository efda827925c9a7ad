// A panel with its graph: pulls the panel's queries over the global time range and hands them to the chart.
import { useComputedColorScheme } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { NBSP, formatSpan } from '../../shared/units/index.ts';
import { useConnection, useConnectionState } from '../app/connection/context.tsx';
import { useNow } from '../app/data/clock.tsx';
import { durationOf } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import { useRange } from '../app/time-range/use-range.ts';
import { Chart } from '../charts/chart.tsx';
import { newestMs } from '../charts/series.ts';
import type { ChartData } from '../charts/series.ts';
import { drawnData } from '../panels/drawn.ts';
import { refreshMsFor, stepFor, stepsOf } from '../panels/step.ts';
import type { Panel } from '../panels/types.ts';
import { Failed, Loading } from './states.tsx';

type Drawn = { readonly data: ChartData; readonly fromMs: number; readonly toMs: number };

export const rangeKey = (range: TimeRange): string =>
  range.kind === 'last' ? `last ${range.durationMs}` : `${range.fromMs}-${range.toMs}`;

/** A sliding range has one cache entry that is renewed; a fixed one is pulled once. */
export function usePanel(panel: Panel, intervalMs: number, range: TimeRange): UseQueryResult<Drawn> {
  const connection = useConnection();
  const stepMs = stepFor(durationOf(range));
  const queries = panel.queries({ stepMs, intervalMs });
  return useQuery({
    queryKey: ['graph', queries.map((query) => query.expr), rangeKey(range)],
    queryFn: async ({ signal }) => {
      const steps = stepsOf(range, connection.now());
      const graphs = await Promise.all(
        queries.map((query) => connection.client.metrics.range({ query: query.expr, ...steps }, { signal })),
      );
      const exact = range.kind === 'between';
      return {
        data: drawnData(panel, queries, graphs),
        fromMs: exact ? range.fromMs : steps.startMs,
        toMs: exact ? range.toMs : steps.endMs,
      };
    },
    placeholderData: keepPreviousData,
    refetchInterval: range.kind === 'last' ? refreshMsFor(stepMs) : false,
  });
}

type Props = {
  readonly panel: Panel;
  readonly intervalMs: number;
  readonly height?: number;
  /** In a side panel or a card that already has a border. */
  readonly bare?: boolean;
  readonly syncKey?: string;
};

export function GraphPanel({ panel, intervalMs, height = 180, bare = false, syncKey = 'page' }: Props): ReactNode {
  const scheme = useComputedColorScheme('dark');
  const connected = useConnectionState().phase === 'open';
  const { range, zoom, zoomOut } = useRange();
  const query = usePanel(panel, intervalMs, range);
  const drawn = query.data;
  const empty = drawn !== undefined && drawn.data.series.length === 0;
  if (panel.optional === true && (drawn === undefined || empty)) return null;
  return (
    <section className={bare ? '' : 'lw-panel'} aria-label={panel.title} data-testid={`graph-${panel.id}`}>
      <div className="lw-panel-head">
        <h2>{panel.title}</h2>
        {drawn !== undefined && !query.isPlaceholderData && range.kind === 'last' && (
          <Age data={drawn.data} intervalMs={intervalMs} />
        )}
      </div>
      {drawn === undefined && query.isError && (
        <Failed what="This graph could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
      )}
      {drawn === undefined && !query.isError && <Loading height={height} />}
      {empty && <NoData height={height} dimmed={query.isPlaceholderData} />}
      {drawn !== undefined && !empty && (
        <Chart
          title={panel.title}
          data={drawn.data}
          span={drawn}
          unit={panel.unit}
          scheme={scheme}
          syncKey={syncKey}
          stacked={panel.stacked ?? false}
          max={panel.max}
          fromZero={panel.fromZero ?? true}
          height={height}
          dimmed={query.isPlaceholderData || query.isRefetchError || !connected}
          onZoom={zoom}
          onZoomOut={zoomOut}
        />
      )}
    </section>
  );
}

function NoData({ height, dimmed }: { readonly height: number; readonly dimmed: boolean }): ReactNode {
  return (
    <div className="lw-dim" style={{ height, display: 'grid', placeItems: 'center', opacity: dimmed ? 0.5 : 1 }}>
      No data in this time range
    </div>
  );
}

/** "no data for 6 min", once the newest point is older than twice the interval. */
function Age({ data, intervalMs }: { readonly data: ChartData; readonly intervalMs: number }): ReactNode {
  const now = useNow();
  const newest = newestMs(data);
  if (newest === null) return null;
  const ageMs = now - newest;
  if (ageMs < Math.max(2 * intervalMs, 2 * data.stepMs) + 5_000) return null;
  return (
    <span className="lw-label" role="status">
      no data for{NBSP}
      {formatSpan(ageMs)}
    </span>
  );
}
