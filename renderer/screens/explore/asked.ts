// What the screen asks the engine for, as queries of the query client: estimates first, then graphs or tables.
import { ORPCError } from '@orpc/client';
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ExploredGraph, ExploredTable, QueryEstimate } from '../../../shared/contract/index.ts';
import { useConnection } from '../../app/connection/context.tsx';
import { rangeKey } from '../../app/time-range/range.ts';
import type { TimeRange } from '../../app/time-range/range.ts';
import { isVeryMuch, together } from './estimate.ts';
import { gridOf, liveEveryMs, stepOf } from './grid.ts';
import type { ExploreQuery, ExploreSearch } from './search.ts';

export const FEW_SERIES = 50;
export const MANY_SERIES = 200;
const MOST_ROWS = 10_000;
/** An estimate that takes longer is not waited for: the engine's own limits hold anyway. */
const ESTIMATE_WAIT_MS = 4_000;

export type Asked = {
  readonly queries: readonly ExploreQuery[];
  readonly range: TimeRange;
  readonly search: ExploreSearch;
};

type Graphs = readonly UseQueryResult<ExploredGraph>[];
type Tables = readonly UseQueryResult<ExploredTable>[];

type Held<T> = { readonly state: { readonly data?: T | undefined; readonly error: Error | null } };

/** What the engine refused, or worked on in vain, is not asked again by itself; a connection comes back. */
const goesOn = ({ error }: { readonly error: Error | null }): boolean =>
  error === null || (error instanceof ORPCError && error.code !== 'QUERY_FAILED');

const isLive = ({ range, search }: Asked): boolean =>
  range.kind === 'last' && search.live !== false && (search.view !== 'table' || search.at === undefined);

export function useGraphs(asked: Asked, enabled: boolean, limit: number): Graphs {
  const connection = useConnection();
  const { queries, range, search } = asked;
  return useQueries({
    queries: queries.map((query) => {
      const stepMs = stepOf(range, search, query);
      return {
        queryKey: ['explore', 'graph', query.expr, rangeKey(range), stepMs, limit],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          connection.client.explore.graph(
            { query: query.expr, ...gridOf(range, connection.now(), stepMs), limit },
            { signal },
          ),
        enabled,
        retry: false,
        placeholderData: keepPreviousData,
        structuralSharing: false,
        refetchInterval: ({ state }: Held<ExploredGraph>) =>
          isLive(asked) && goesOn(state) && liveEveryMs(stepMs, state.data?.stats.tookMs ?? 0),
      };
    }),
  });
}

const LIVE_TABLE_MS = 15_000;

export function useTables(asked: Asked, enabled: boolean): Tables {
  const connection = useConnection();
  const { queries, range, search } = asked;
  const { at } = search;
  return useQueries({
    queries: queries.map(({ expr }) => ({
      queryKey: ['explore', 'table', expr, at ?? rangeKey(range)],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => {
        const timeMs = at ?? (range.kind === 'between' ? range.toMs : connection.now());
        return connection.client.explore.table(
          { query: expr, timeMs: Math.round(timeMs), limit: MOST_ROWS },
          { signal },
        );
      },
      enabled,
      retry: false,
      placeholderData: keepPreviousData,
      structuralSharing: false,
      refetchInterval: ({ state }: Held<ExploredTable>) =>
        isLive(asked) && goesOn(state) && liveEveryMs(LIVE_TABLE_MS, state.data?.stats.tookMs ?? 0),
    })),
  });
}

export type Gate = {
  /** 'asking' until it is known what would be read; 'held' while somebody has to decide. */
  readonly state: 'asking' | 'held' | 'open';
  readonly estimate: QueryEstimate | undefined;
  readonly runAnyway: () => void;
};

/** Queries that would read very much wait for a word; what was allowed stays so until they are others. */
export function useGate(asked: Asked, mostSamples: number): Gate {
  const estimateOf = useEstimate();
  const [allowed, setAllowed] = useState<ReadonlySet<string>>(new Set());
  const key = ['explore', 'estimate', ...keyOf(asked)];
  const name = JSON.stringify(key);
  const answer = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => estimateOf(asked, signal),
    enabled: asked.queries.length > 0,
    staleTime: Infinity,
    retry: false,
  });
  const runAnyway = useCallback(() => setAllowed((before) => new Set([...before, name])), [name]);
  const estimate = answer.data;
  const isHeld = estimate !== undefined && isVeryMuch(estimate, mostSamples) && !allowed.has(name);
  return { state: answer.isPending ? 'asking' : isHeld ? 'held' : 'open', estimate, runAnyway };
}

const keyOf = ({ queries, range, search }: Asked): (string | number)[] => [
  ...(search.view === 'table' ? ['table', search.at ?? ''] : queries.map((query) => stepOf(range, search, query))),
  rangeKey(range),
  ...queries.map(({ expr }) => expr),
];

export type EstimateOf = (asked: Asked, signal?: AbortSignal) => Promise<QueryEstimate>;

/** What the queries would read together; nothing, where the engine cannot tell or the queries are wrong. */
export function useEstimate(): EstimateOf {
  const connection = useConnection();
  return useCallback(
    async ({ queries, range, search }, signal) => {
      const late = AbortSignal.timeout(ESTIMATE_WAIT_MS);
      const stop = signal === undefined ? late : AbortSignal.any([signal, late]);
      const isTable = search.view === 'table';
      const estimates = await Promise.all(
        queries.map((query) => {
          const grid = gridOf(range, connection.now(), stepOf(range, search, query));
          const atMs = Math.round(search.at ?? grid.endMs);
          const span = isTable ? { ...grid, startMs: atMs, endMs: atMs } : grid;
          return connection.client.explore.estimate({ query: query.expr, ...span }, { signal: stop }).catch(() => null);
        }),
      );
      signal?.throwIfAborted();
      return together(estimates);
    },
    [connection],
  );
}

/** Everything of these graphs, for a file: as many series as the engine hands out. */
export function useWholeGraph() {
  const connection = useConnection();
  return useCallback(
    ({ range, search }: Asked, query: ExploreQuery): Promise<ExploredGraph> =>
      connection.client.explore.graph({
        query: query.expr,
        ...gridOf(range, connection.now(), stepOf(range, search, query)),
        limit: MOST_ROWS,
      }),
    [connection],
  );
}

/** Ends what runs, here and in the engine. */
export function useCancel(): () => void {
  const queries = useQueryClient();
  return useCallback(() => {
    for (const what of ['graph', 'table', 'estimate']) void queries.cancelQueries({ queryKey: ['explore', what] });
  }, [queries]);
}
