// Questions about traffic as components ask them: at the window's time range, on whole minutes, asked again as time goes on.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { FlowAnswer, FlowKey, FlowMeasure, FlowSankey } from '../../../shared/model/flow-question.ts';
import { stepFor } from '../../panels/step.ts';
import type { Steps } from '../../panels/step.ts';
import { useConnection } from '../connection/context.tsx';
import { durationOf, rangeKey } from '../time-range/range.ts';
import type { TimeRange } from '../time-range/range.ts';

const MINUTE = 60_000;
/** Routers tell of a connection that lasts once a minute: what is newer is still on its way. */
const SETTLED_AFTER_MS = MINUTE;
const POINTS = 240;
const MOST_REFRESH_MS = 5 * MINUTE;

export type AskedFlows = {
  readonly by: readonly FlowKey[];
  readonly measure?: FlowMeasure;
  readonly filter?: string;
  /** A device's id or an address. */
  readonly exporter?: string | undefined;
  readonly limit?: number;
  readonly compare?: boolean;
  /** Without: totals and rates alone. */
  readonly series?: boolean;
};

/** Steps of whole minutes that cover the range; one that slides ends with the last step that is told in full. */
export function flowSteps(range: TimeRange, nowMs: number, points = POINTS): Steps {
  const stepMs = Math.max(MINUTE, stepFor(durationOf(range), points));
  const down = (ms: number): number => Math.floor(ms / stepMs) * stepMs;
  const up = (ms: number): number => Math.ceil(ms / stepMs) * stepMs;
  if (range.kind === 'between') {
    return { startMs: down(range.fromMs), endMs: Math.max(up(range.toMs), down(range.fromMs) + stepMs), stepMs };
  }
  const endMs = down(nowMs - SETTLED_AFTER_MS);
  return { startMs: endMs - up(range.durationMs), endMs, stepMs };
}

const refreshMs = (range: TimeRange, points?: number): number | false =>
  range.kind === 'between'
    ? false
    : Math.min(MOST_REFRESH_MS, Math.max(MINUTE / 2, flowSteps(range, 0, points).stepMs / 2));

type Options = { readonly enabled?: boolean; readonly points?: number };

export const FLOWS_KEY = 'flows';

/** With the span that was asked: what was read is less where less is stored. */
export type AskedAnswer = FlowAnswer & { readonly asked: Steps };

export function useFlows(asked: AskedFlows, range: TimeRange, options: Options = {}): UseQueryResult<AskedAnswer> {
  const connection = useConnection();
  const { by, measure = 'bytes', filter = '', exporter, limit = 10, compare = false, series = true } = asked;
  const { enabled = true, points } = options;
  return useQuery({
    queryKey: [FLOWS_KEY, 'ask', rangeKey(range), by, measure, filter, exporter ?? '', limit, compare, series, points],
    queryFn: async ({ signal }): Promise<AskedAnswer> => {
      const steps = flowSteps(range, connection.now(), points);
      const answer = await connection.client.flows.ask(
        {
          ...steps,
          by: [...by],
          measure,
          filter,
          ...(exporter !== undefined && { exporter }),
          limit,
          series,
          ...(compare && { compare: 'previous' as const }),
        },
        { signal },
      );
      return { ...answer, asked: steps };
    },
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs(range, points),
    structuralSharing: false,
    retry: false,
  });
}

/** All of it together, of the span just before: what a graph of now is laid over. */
export function usePreviousFlows(asked: AskedFlows, range: TimeRange, enabled: boolean): UseQueryResult<FlowAnswer> {
  const connection = useConnection();
  const { by, measure = 'bytes', filter = '', exporter } = asked;
  return useQuery({
    queryKey: [FLOWS_KEY, 'previous', rangeKey(range), measure, filter, exporter ?? ''],
    queryFn: ({ signal }) => {
      const { startMs, endMs, stepMs } = flowSteps(range, connection.now());
      return connection.client.flows.ask(
        {
          startMs: startMs - (endMs - startMs),
          endMs: startMs,
          stepMs,
          by: by.slice(0, 1),
          measure,
          filter,
          ...(exporter !== undefined && { exporter }),
          limit: 1,
          series: true,
        },
        { signal },
      );
    },
    enabled,
    refetchInterval: refreshMs(range),
    structuralSharing: false,
    retry: false,
  });
}

export function useSankey(
  asked: Pick<AskedFlows, 'measure' | 'filter' | 'exporter' | 'limit'>,
  range: TimeRange,
): UseQueryResult<FlowSankey> {
  const connection = useConnection();
  const { measure = 'bytes', filter = '', exporter, limit = 12 } = asked;
  return useQuery({
    queryKey: [FLOWS_KEY, 'sankey', rangeKey(range), measure, filter, exporter ?? '', limit],
    queryFn: ({ signal }) => {
      const { startMs, endMs } = flowSteps(range, connection.now());
      return connection.client.flows.sankey(
        { startMs, endMs, measure, filter, limit, ...(exporter !== undefined && { exporter }) },
        { signal },
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs(range),
    retry: false,
  });
}
