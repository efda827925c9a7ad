// What queries answer at the end of the time range: now, again and again, or at a moment that is past.
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Vector } from '../../shared/contract/index.ts';
import { useConnection } from '../app/connection/context.tsx';
import { gate } from '../app/data/gate.ts';
import { durationOf } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import { stepFor } from '../panels/step.ts';

const LEAST_MS = 10_000;
const MOST_MS = 30_000;

export type NowValues = {
  /** In the order of the queries; undefined until there is an answer. */
  readonly answers: readonly (Vector | undefined)[];
  readonly error: unknown;
  readonly failed: boolean;
  /** What is shown belongs to another query or time. */
  readonly isFormer: boolean;
  readonly retry: () => void;
};

function combine(results: readonly UseQueryResult<Vector>[]): NowValues {
  return {
    answers: results.map(({ data }) => data),
    error: results.find(({ error }) => error !== null)?.error ?? null,
    failed: results.some(({ isError }) => isError),
    isFormer: results.some(({ isPlaceholderData }) => isPlaceholderData),
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch();
    },
  };
}

/** How often values of now are asked for again, ms. */
export const refreshMsOf = (range: TimeRange): number =>
  Math.min(Math.max(stepFor(durationOf(range)), LEAST_MS), MOST_MS);

/** The same query of two panels is asked once; none is while `enabled` is false. */
export function useNowValues(exprs: readonly string[], range: TimeRange, enabled: boolean): NowValues {
  const connection = useConnection();
  const atMs = range.kind === 'between' ? range.toMs : undefined;
  return useQueries({
    queries: exprs.map((query) => ({
      queryKey: ['instant', atMs ?? 'now', query],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        gate.run(
          () => connection.client.metrics.instant({ query, timeMs: Math.round(atMs ?? connection.now()) }, { signal }),
          signal,
        ),
      enabled,
      placeholderData: keepPreviousData,
      staleTime: 5_000,
      ...(atMs === undefined ? { refetchInterval: refreshMsOf(range) } : {}),
    })),
    combine,
  });
}
