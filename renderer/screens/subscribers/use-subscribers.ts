// Customers, one of them, and the rules for tiers, as the screen pulls them.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type {
  Subscriber,
  SubscriberDetail,
  SubscriberList,
  SubscriberSettings,
} from '../../../shared/contract/index.ts';
import { useConnection, useEngine } from '../../app/connection/context.tsx';
import { lookbackMsFor } from '../../panels/step.ts';
import { subscriberRate } from '../../panels/subscriber.ts';

const MINUTE = 60_000;
/** Customers are measured so often. */
export const INTERVAL_MS = 15_000;
/** Collectors that are off unless somebody switches them on are asked this rarely: counters stand still in between. */
const SELDOM = new Set(['wireguard', 'hotspot']);

/** How often a customer's counters may stand still and it still downloads: what rates are taken over. */
export const countedEveryMs = ({ service }: Pick<Subscriber, 'service'>): number =>
  SELDOM.has(service) ? MINUTE : INTERVAL_MS;

/** Thousands of rows are pulled less often. */
const MANY = 5_000;

export const LIST_KEY = ['subscribers', 'list'];
export const SETTINGS_KEY = ['subscribers', 'settings'];

/** @param select the same function each time: a component then follows only what it picks */
export function useSubscribers<S = SubscriberList>(select?: (all: SubscriberList) => S): UseQueryResult<S> {
  const engine = useEngine();
  return useQuery<SubscriberList, Error, S>({
    queryKey: LIST_KEY,
    queryFn: ({ signal }) => engine.subscribers.list(undefined, { signal }),
    refetchInterval: ({ state: { data } }) => ((data?.rows.length ?? 0) > MANY ? 4 * INTERVAL_MS : INTERVAL_MS / 3),
    ...(select === undefined ? {} : { select }),
  });
}

export function useSubscriber(key: string): UseQueryResult<SubscriberDetail> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['subscribers', 'one', key],
    queryFn: ({ signal }) => engine.subscribers.get({ key }, { signal }),
    refetchInterval: INTERVAL_MS / 3,
    retry: false,
  });
}

export function useSubscriberSettings(): UseQueryResult<SubscriberSettings> {
  const engine = useEngine();
  return useQuery({
    queryKey: SETTINGS_KEY,
    queryFn: ({ signal }) => engine.subscribers.settings(undefined, { signal }),
    refetchInterval: 30_000,
  });
}

const NONE: readonly (number | null)[] = [];

/** What a customer downloaded in the last hour; asked for rows in sight only. */
export function useHour({ selector, service }: Pick<Subscriber, 'selector' | 'service'>): readonly (number | null)[] {
  const connection = useConnection();
  const intervalMs = countedEveryMs({ service });
  const answer = useQuery({
    queryKey: ['graph', 'subscriber hour', selector, intervalMs],
    staleTime: MINUTE / 2,
    refetchInterval: MINUTE,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const endMs = Math.floor(connection.now() / MINUTE) * MINUTE;
      return connection.client.metrics.range(
        {
          query: subscriberRate(selector, 'rx', { stepMs: MINUTE, intervalMs }),
          startMs: endMs - 60 * MINUTE,
          endMs,
          stepMs: MINUTE,
          lookbackMs: lookbackMsFor(MINUTE, INTERVAL_MS),
        },
        { signal },
      );
    },
  });
  return answer.data?.series[0]?.values ?? NONE;
}
