// Asks once for a dashboard which of the metrics that its panels require are stored in the time range.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Dashboard } from '../../shared/model/dashboard.ts';
import { useEngine } from '../app/connection/context.tsx';
import { useRange } from '../app/time-range/use-range.ts';
import { requiredMetrics } from './presence.ts';
import { useStoredSpan } from './use-stored-span.ts';

/** Some things are read once an hour: a short range says nothing about them. */
const LEAST_SPAN_MS = 3 * 3_600_000;

export type Presence = {
  /** Undefined where it is not known: then every panel is shown. */
  readonly stored: ReadonlySet<string> | undefined;
  readonly waiting: boolean;
};

export function usePresence(dashboard: Dashboard): Presence {
  const engine = useEngine();
  const { range } = useRange();
  const span = useStoredSpan(range);
  const names = useMemo(() => requiredMetrics(dashboard), [dashboard]);
  const found = useQuery({
    queryKey: ['metrics-stored', span.key, ...names],
    enabled: names.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    refetchInterval: 60_000,
    queryFn: ({ signal }) => {
      const { startMs, endMs } = span.now();
      const asked = { startMs: Math.min(startMs, endMs - LEAST_SPAN_MS), endMs, limit: names.length };
      return engine.explore.labelValues(
        { label: '__name__', selector: `{__name__=~"${names.join('|')}"}`, ...asked },
        { signal },
      );
    },
  });
  const stored = useMemo(() => (found.data === undefined ? undefined : new Set(found.data)), [found.data]);
  if (names.length === 0) return { stored: undefined, waiting: false };
  return { stored, waiting: stored === undefined && !found.isError };
}
