// The map and what its links carry, as the screen pulls them: rates are kept beside React, so that a pull draws numbers only.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { MapRates, NetworkMap } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';

const MAP_EVERY_MS = 30_000;
/** Routers are polled less often than that; whatever is new should be seen soon. */
const RATES_EVERY_MS = 2_000;

export const MAP_KEY = ['map'];

export function useMap(): UseQueryResult<NetworkMap> {
  const engine = useEngine();
  return useQuery({
    queryKey: MAP_KEY,
    queryFn: ({ signal }) => engine.map.get(undefined, { signal }),
    refetchInterval: MAP_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

export type LinkRate = { readonly aToB: number | null; readonly bToA: number | null };

const UNKNOWN: LinkRate = { aToB: null, bToA: null };

export class LinkRates {
  #rates: ReadonlyMap<string, LinkRate> = new Map();
  readonly #draws = new Set<() => void>();

  get(id: string): LinkRate {
    return this.#rates.get(id) ?? UNKNOWN;
  }

  take({ rates }: Pick<MapRates, 'rates'>): void {
    const next = new Map<string, LinkRate>();
    for (const { id, aToB, bToA } of rates) {
      const before = this.#rates.get(id);
      next.set(id, before?.aToB === aToB && before.bToA === bToA ? before : { aToB, bToA });
    }
    this.#rates = next;
    for (const draw of this.#draws) draw();
  }

  readonly subscribe = (draw: () => void): (() => void) => {
    this.#draws.add(draw);
    return () => this.#draws.delete(draw);
  };
}

export const LinkRatesContext = createContext(new LinkRates());

export function useLinkRate(id: string): LinkRate {
  const rates = useContext(LinkRatesContext);
  return useSyncExternalStore(rates.subscribe, () => rates.get(id));
}

/** Pulled while the screen is shown. */
export function useLinkRates(): LinkRates {
  const engine = useEngine();
  const rates = useMemo(() => new LinkRates(), []);
  const { data } = useQuery({
    queryKey: ['map-rates'],
    queryFn: ({ signal }) => engine.map.rates(undefined, { signal }),
    refetchInterval: RATES_EVERY_MS,
    structuralSharing: false,
  });
  useEffect(() => {
    if (data !== undefined) rates.take(data);
  }, [data, rates]);
  return rates;
}
