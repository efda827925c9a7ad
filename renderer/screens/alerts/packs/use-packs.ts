// The rule packs, and what changes them: each answer of the engine is the whole list.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { notifications } from '@mantine/notifications';
import type { EngineClient, RulePack, RulePackChange, RulePackImport } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';

// Renewed with the rules, whose ticks these packs cause.
const KEY = ['rules', 'packs'];

export function usePacks() {
  const engine = useEngine();
  return useQuery<RulePack[]>({ queryKey: KEY, queryFn: ({ signal }) => engine.rulePacks.list(undefined, { signal }) });
}

function useChange<T>(what: string | null, change: (engine: EngineClient, input: T) => Promise<RulePack[]>) {
  const engine = useEngine();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: T) => change(engine, input),
    onSuccess: (packs) => queries.setQueryData<RulePack[]>(KEY, packs),
    onError(error) {
      if (what === null) return;
      const { message, hint } = failureOf(error);
      notifications.show({ color: 'red', title: what, message: `${message} ${hint}` });
    },
  });
}

export const useChangePack = () =>
  useChange<RulePackChange>('The rules were not changed', (engine, input) => engine.rulePacks.change(input));

export const useRemovePack = () =>
  useChange<string>('The pack was not removed', (engine, packId) => engine.rulePacks.remove({ packId }));

/** Its dialog tells what is wrong. */
export const useImportPack = () => useChange<RulePackImport>(null, (engine, input) => engine.rulePacks.import(input));
