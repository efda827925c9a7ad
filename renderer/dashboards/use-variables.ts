// The values that a dashboard's variables offer, asked of the engine for the time range that is shown.
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useEngine } from '../app/connection/context.tsx';
import { gate } from '../app/data/gate.ts';
import { useRange } from '../app/time-range/use-range.ts';
import type { DashboardVariable } from '../../shared/model/dashboard.ts';
import { optionsOf, sourcesOf } from './choices.ts';
import type { Option } from './choices.ts';
import type { Choices } from './panel-of.ts';
import { useStoredSpan } from './use-stored-span.ts';

const MAX_VALUES = 1_000;

export type VariableOptions = {
  readonly variable: DashboardVariable;
  readonly options: readonly Option[];
  readonly loaded: boolean;
  readonly failed: boolean;
};

export function useVariables(variables: readonly DashboardVariable[], choices: Choices): readonly VariableOptions[] {
  const engine = useEngine();
  const { range } = useRange();
  const span = useStoredSpan(range);
  return useQueries({
    queries: variables.map((variable) => {
      const sources = sourcesOf(variable, choices);
      return {
        queryKey: ['label-values', span.key, ...sources.map(({ selector, label }) => `${label} ${selector}`)],
        placeholderData: keepPreviousData,
        staleTime: 60_000,
        refetchInterval: 120_000,
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const found = await Promise.all(
            sources.map((source) =>
              gate.run(
                () => engine.explore.labelValues({ ...source, ...span.now(), limit: MAX_VALUES }, { signal }),
                signal,
              ),
            ),
          );
          return found.flat();
        },
      };
    }),
    combine: (results) =>
      results.flatMap(({ data, isError }, index) => {
        const variable = variables[index];
        return variable === undefined
          ? []
          : [{ variable, options: optionsOf(variable, data ?? []), loaded: data !== undefined, failed: isError }];
      }),
  });
}
