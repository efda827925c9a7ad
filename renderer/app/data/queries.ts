// What the window pulls from the engine, one query a thing; ticks and reconnects say when to pull again.
import { QueryClient, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { ORPCError } from '@orpc/client';
import type {
  Alert,
  AlertSummary,
  DashboardList,
  DeviceDetail,
  DeviceSummary,
  EngineClient,
  EngineHealth,
  FlowExporter,
  Rule,
  SystemInfo,
  Tick,
} from '../../../shared/contract/index.ts';
import { useEngine } from '../connection/context.tsx';

/** Failures that another try a moment later can mend. */
const passing = (error: unknown): boolean =>
  error instanceof ORPCError && (error.code === 'ENGINE_GONE' || error.code === 'ENGINE_SLOW');

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => passing(error) && count < 1,
        retryDelay: 1_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The engine is on this machine or this network: the browser's idea of being online says nothing about it.
        networkMode: 'always',
        staleTime: 1_000,
        gcTime: 5 * 60_000,
      },
      mutations: { networkMode: 'always' },
    },
  });

/** Query keys by what a tick names as changed. */
const CHANGED_KEYS: Readonly<Record<Tick['changed'][number], readonly string[]>> = {
  metrics: [],
  devices: ['devices', 'device', 'exporters'],
  alerts: [
    'alerts',
    'alert',
    'alert-board',
    'alert-history',
    'alert-summary',
    'maintenance',
    'receivers',
    'routing',
    'rule-packs',
    'rules',
    'silences',
  ],
  settings: ['info', 'devices', 'device', 'rules', 'heartbeat'],
  engine: ['health', 'info'],
  map: ['map'],
};

/** By client and key: an answer that is waited for, and whether another has to be asked for after it. */
const underWay = new WeakMap<QueryClient, Map<string, { again: boolean }>>();

/** Never gives up an answer for a newer one: where changes come faster than answers nothing would ever be shown. */
export function invalidateChanged(queries: QueryClient, changed: readonly Tick['changed'][number][]): void {
  const keys = new Set(changed.flatMap((what) => CHANGED_KEYS[what]));
  const waiting = underWay.get(queries) ?? new Map<string, { again: boolean }>();
  underWay.set(queries, waiting);
  const pull = async (key: string): Promise<void> => {
    const known = waiting.get(key);
    if (known !== undefined) {
      known.again = true;
      return;
    }
    const mine = { again: false };
    waiting.set(key, mine);
    await queries.invalidateQueries({ queryKey: [key] });
    waiting.delete(key);
    if (mine.again) void pull(key);
  };
  for (const key of keys) void pull(key);
}

const SLOW_MS = 30_000;
const MOST_ALERTS = 1_000;

/**
 * A hook for one thing of the engine. With `select` the component follows only what that picks of it; the function
 * must stay the same one (a constant, or useCallback).
 */
function pulled<T>(key: string, pull: (engine: EngineClient, signal: AbortSignal) => Promise<T>, everyMs = SLOW_MS) {
  return function usePulled<S = T>(select?: (all: T) => S): UseQueryResult<S> {
    const engine = useEngine();
    return useQuery<T, Error, S>({
      queryKey: [key],
      queryFn: ({ signal }) => pull(engine, signal),
      refetchInterval: everyMs,
      ...(select === undefined ? {} : { select }),
    });
  };
}

export const useDevices = pulled<DeviceSummary[]>('devices', (engine, signal) =>
  engine.devices.list(undefined, { signal }),
);
/** The newest ones, for marks on graphs. */
export const useNewestAlerts = pulled<Alert[]>('alerts', (engine, signal) =>
  engine.alerts.list({ limit: MOST_ALERTS }, { signal }),
);
/** Those of one device; `select` as above. */
export function useDeviceAlerts<S = Alert[]>(deviceId: string, select?: (alerts: Alert[]) => S): UseQueryResult<S> {
  const engine = useEngine();
  return useQuery<Alert[], Error, S>({
    queryKey: ['alerts', deviceId],
    queryFn: ({ signal }) => engine.alerts.list({ deviceId, limit: MOST_ALERTS }, { signal }),
    refetchInterval: SLOW_MS,
    ...(select === undefined ? {} : { select }),
  });
}
/** For the bell and the overview: counts, and the first groups. */
export const useAlertSummary = pulled<AlertSummary>('alert-summary', (engine, signal) =>
  engine.alerts.summary(undefined, { signal }),
);
export const useRules = pulled<Rule[]>('rules', (engine, signal) => engine.alerts.rules(undefined, { signal }));
export const useExporters = pulled<FlowExporter[]>(
  'exporters',
  (engine, signal) => engine.flows.exporters(undefined, { signal }),
  10_000,
);
export const useHealth = pulled<EngineHealth>(
  'health',
  (engine, signal) => engine.system.health(undefined, { signal }),
  10_000,
);

/** One device; `select` as above. */
export function useDevice<S = DeviceDetail>(id: string, select?: (device: DeviceDetail) => S): UseQueryResult<S> {
  const engine = useEngine();
  return useQuery<DeviceDetail, Error, S>({
    queryKey: ['device', id],
    queryFn: ({ signal }) => engine.devices.get({ id }, { signal }),
    refetchInterval: SLOW_MS,
    ...(select === undefined ? {} : { select }),
  });
}

/** The dashboards that there are; files may be edited at any time. */
export function useDashboardList(enabled = true): UseQueryResult<DashboardList> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => engine.dashboards.list(undefined, { signal }),
    refetchInterval: SLOW_MS,
    enabled,
  });
}

const NONE: readonly string[] = [];
const shippedNames = (rules: readonly Rule[]): string[] =>
  rules.filter((rule) => rule.shipped && rule.kind === 'alerting').map((rule) => rule.name);

/** The names of the shipped alerting rules that are loaded. */
export const useShippedRules = (): readonly string[] => useRules(shippedNames).data ?? NONE;

export function useSystemInfo(): UseQueryResult<SystemInfo> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['info'],
    queryFn: ({ signal }) => engine.system.info(undefined, { signal }),
    staleTime: SLOW_MS,
  });
}
