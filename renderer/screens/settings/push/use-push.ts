// Clients, headends and tokens as the engine tells them: never with a key.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { PushStatus } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';

const PUSH_KEY = ['push'];

export function usePush(): UseQueryResult<PushStatus> {
  const engine = useEngine();
  return useQuery({
    queryKey: PUSH_KEY,
    queryFn: ({ signal }) => engine.push.get(undefined, { signal }),
    refetchInterval: 10_000,
  });
}

/** A change, after which the list is asked for anew. */
export function usePushChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  onDone?: (output: Output) => void,
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (output) => {
      await queries.invalidateQueries({ queryKey: PUSH_KEY });
      onDone?.(output);
    },
  });
}
