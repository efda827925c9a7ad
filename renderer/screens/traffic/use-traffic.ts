// The question of the traffic screens: read from the address, changed by changing it.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { FlowKey, FlowMeasure } from '../../../shared/model/flow-question.ts';
import { DEFAULT_TOP, keysOf } from './search.ts';
import type { TrafficSearch } from './search.ts';

/** Named though absent: a key that is missing would stay. */
const CLEARED = {
  tab: undefined,
  by: undefined,
  measure: undefined,
  filter: undefined,
  exporter: undefined,
  top: undefined,
  previous: undefined,
  p95: undefined,
  trail: undefined,
  open: undefined,
} as const;

export type Traffic = {
  readonly search: TrafficSearch;
  readonly by: readonly FlowKey[];
  readonly measure: FlowMeasure;
  readonly filter: string;
  readonly exporter: string | undefined;
  readonly top: number;
  readonly change: (change: { [Key in keyof TrafficSearch]?: TrafficSearch[Key] | undefined }) => void;
  /** Another question altogether: what it does not say is as if never said. */
  readonly go: (search: TrafficSearch) => void;
};

export function useTraffic(): Traffic {
  const search = useSearch({ from: '/traffic' });
  const navigate = useNavigate();
  const change = useCallback<Traffic['change']>(
    (next) =>
      void navigate({
        to: '/traffic',
        search: (before) => ({ ...before, ...next }) as TrafficSearch,
        resetScroll: false,
      }),
    [navigate],
  );
  const go = useCallback<Traffic['go']>((next) => change({ ...CLEARED, ...next }), [change]);
  const by = useMemo(() => keysOf(search.by), [search.by]);
  return {
    search,
    by,
    measure: search.measure ?? 'bytes',
    filter: search.filter ?? '',
    exporter: search.exporter,
    top: search.top ?? DEFAULT_TOP,
    change,
    go,
  };
}
