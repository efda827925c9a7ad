// One dashboard as the engine has it; its file may be edited at any time.
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { ORPCError } from '@orpc/client';
import type { DashboardAnswer } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';

const EVERY_MS = 30_000;

export function useDashboardFile(id: string): UseQueryResult<DashboardAnswer> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['dashboard', id],
    queryFn: ({ signal }) => engine.dashboards.get({ id }, { signal }),
    refetchInterval: EVERY_MS,
  });
}

export const isNotFound = (error: unknown): boolean => error instanceof ORPCError && error.code === 'NOT_FOUND';
