// What was found in the network, pulled while it is looked at, and what can be done with it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { FoundList } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';

const KEY = 'found';
const EVERY_MS = 5_000;
/** Answers to a search come within a few seconds. */
const AFTER_SEARCH_MS = [1_200, 2_500, 4_500] as const;

export type Wanted = { readonly hosts: boolean; readonly ignored: boolean };

export function useFound(wanted: Wanted): UseQueryResult<FoundList> {
  const engine = useEngine();
  return useQuery({
    queryKey: [KEY, wanted],
    queryFn: ({ signal }) => engine.discovery.list(wanted, { signal }),
    refetchInterval: EVERY_MS,
    placeholderData: (before) => before,
  });
}

/** Only how many there are; for the tab's own count. */
export function useFoundCount(): number {
  const engine = useEngine();
  const found = useQuery({
    queryKey: [KEY, { hosts: false, ignored: false }],
    queryFn: ({ signal }) => engine.discovery.list({ hosts: false, ignored: false }, { signal }),
    refetchInterval: 30_000,
  });
  return found.data?.counts.devices ?? 0;
}

export function useSearchNow(): UseMutationResult<{ sentTo: number }, Error, void> {
  const engine = useEngine();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => engine.discovery.search(),
    onSuccess: () => {
      for (const afterMs of AFTER_SEARCH_MS) {
        setTimeout(() => void queries.invalidateQueries({ queryKey: [KEY] }), afterMs);
      }
    },
  });
}

export function useIgnore(): UseMutationResult<object, Error, { ids: string[]; ignored: boolean }> {
  const engine = useEngine();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: { ids: string[]; ignored: boolean }) => engine.discovery.setIgnored(change),
    onSuccess: () => queries.invalidateQueries({ queryKey: [KEY] }),
  });
}

export const useRefreshFound = (): (() => void) => {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: [KEY] });
    void queries.invalidateQueries({ queryKey: ['devices'] });
  };
};
