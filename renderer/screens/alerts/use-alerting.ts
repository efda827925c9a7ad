// What the alerts screen pulls from the engine; ticks say when to pull again (see queries.ts).
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type {
  AlertHistory,
  AlertMatcher,
  Board,
  BoardQuery,
  EngineClient,
  HeartbeatShown,
  MaintenanceWindow,
  MatchPreview,
  ReceiverList,
  RoutingShown,
  SilenceShown,
} from '../../../shared/contract/index.ts';
import { useConnection, useEngine } from '../../app/connection/context.tsx';

const SLOW_MS = 30_000;

function usePulled<T>(key: string, pull: (engine: EngineClient, signal: AbortSignal) => Promise<T>): UseQueryResult<T> {
  const engine = useEngine();
  return useQuery({
    queryKey: [key],
    queryFn: ({ signal }) => pull(engine, signal),
    refetchInterval: SLOW_MS,
  });
}

export const useSilences = (): UseQueryResult<SilenceShown[]> =>
  usePulled('silences', (engine, signal) => engine.silences.list(undefined, { signal }));
export const useMaintenance = (): UseQueryResult<MaintenanceWindow[]> =>
  usePulled('maintenance', (engine, signal) => engine.maintenance.list(undefined, { signal }));
export const useRouting = (): UseQueryResult<RoutingShown> =>
  usePulled('routing', (engine, signal) => engine.routing.get(undefined, { signal }));
export const useReceivers = (): UseQueryResult<ReceiverList> =>
  usePulled('receivers', (engine, signal) => engine.receivers.list(undefined, { signal }));
export const useHeartbeat = (): UseQueryResult<HeartbeatShown> =>
  usePulled('heartbeat', (engine, signal) => engine.heartbeat.get(undefined, { signal }));

/** A page of the board; the one before stays until it is there. */
export function useBoard(query: BoardQuery): UseQueryResult<{ readonly offset: number; readonly board: Board }> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['alert-board', query],
    queryFn: async ({ signal }) => ({
      offset: query.offset,
      board: await engine.alerts.board(query, { signal }),
    }),
    refetchInterval: SLOW_MS,
    placeholderData: keepPreviousData,
  });
}

/** @param spanMs until now */
export function useAlertHistory(spanMs: number): UseQueryResult<AlertHistory & { readonly endMs: number }> {
  const engine = useEngine();
  const connection = useConnection();
  return useQuery({
    queryKey: ['alert-history', spanMs],
    queryFn: async ({ signal }) => {
      const endMs = connection.now();
      const history = await engine.alerts.history({ startMs: endMs - spanMs, endMs }, { signal });
      return { ...history, endMs };
    },
    refetchInterval: SLOW_MS,
    placeholderData: keepPreviousData,
  });
}

/** What matchers fit now; asked for complete ones only. */
export function useMatchPreview(matchers: readonly AlertMatcher[] | null): UseQueryResult<MatchPreview> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['silences', 'preview', matchers],
    queryFn: ({ signal }) => engine.silences.preview({ matchers: [...(matchers ?? [])] }, { signal }),
    enabled: matchers !== null && matchers.length > 0,
    placeholderData: keepPreviousData,
    gcTime: SLOW_MS,
  });
}

/** A change, after which what it changed is pulled again. */
export function useChange<Input, Answer>(
  change: (engine: EngineClient, input: Input) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
): UseMutationResult<Answer, Error, Input> {
  const engine = useEngine();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(engine, input),
    onSuccess: async (answer) => {
      onDone?.(answer);
      await Promise.all(
        ['silences', 'maintenance', 'receivers', 'routing', 'heartbeat', 'alert-board', 'alert-summary', 'rules'].map(
          (key) => queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
}
