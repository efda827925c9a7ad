// The store's state and its report, as the storage tab pulls them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { RemoteState, StorageReport, StorageStatus } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';

const EVERY_MS = 10_000;
const REMOTE_EVERY_MS = 5_000;
/** While something is being purged, its end is worth a closer look. */
const PURGING_EVERY_MS = 2_000;
const STATUS_KEY = ['storage', 'status'];
const REPORT_KEY = ['storage', 'report'];

export function useStorageStatus(): UseQueryResult<StorageStatus> {
  const engine = useEngine();
  return useQuery({
    queryKey: STATUS_KEY,
    queryFn: ({ signal }) => engine.storage.status(undefined, { signal }),
    refetchInterval: ({ state: { data } }) => ((data?.upkeep.deletions ?? 0) > 0 ? PURGING_EVERY_MS : EVERY_MS),
  });
}

export function useRemoteState(): UseQueryResult<RemoteState> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['storage', 'remote'],
    queryFn: ({ signal }) => engine.storage.remote(undefined, { signal }),
    refetchInterval: REMOTE_EVERY_MS,
  });
}

export type ReportPull = {
  readonly report: UseQueryResult<StorageReport>;
  readonly renewing: UseMutationResult<StorageReport, unknown, void>;
};

/** Made when it is first looked at, and anew when somebody asks: it reads the whole store. */
export function useStorageReport(): ReportPull {
  const engine = useEngine();
  const queries = useQueryClient();
  const report = useQuery({
    queryKey: REPORT_KEY,
    queryFn: ({ signal }) => engine.storage.report({ fresh: false }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const renewing = useMutation({
    mutationFn: () => engine.storage.report({ fresh: true }),
    onSuccess: (made) => queries.setQueryData(REPORT_KEY, made),
  });
  return { report, renewing };
}

/** Called with what a change answered, so that the page shows it at once. */
export function useStorageChanged(): (status?: StorageStatus) => Promise<void> {
  const queries = useQueryClient();
  return useCallback(
    async (status) => {
      if (status !== undefined) queries.setQueryData(STATUS_KEY, status);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['storage'] }),
        queries.invalidateQueries({ queryKey: ['info'] }),
      ]);
    },
    [queries],
  );
}
