// What the window pulls from the engine, one query a thing; ticks and reconnects say when to pull again.
import { QueryClient, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { ORPCError } from '@orpc/client';
import type {
  Alert,
  DeviceDetail,
  DeviceSummary,
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
  alerts: ['alerts', 'rules'],
  settings: ['info', 'devices', 'device', 'rules'],
  engine: ['health', 'info'],
};

export function invalidateChanged(queries: QueryClient, changed: Tick['changed']): void {
  const keys = new Set(changed.flatMap((what) => CHANGED_KEYS[what]));
  for (const key of keys) void queries.invalidateQueries({ queryKey: [key] });
}

const SLOW_MS = 30_000;

export function useDevices(): UseQueryResult<DeviceSummary[]> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => engine.devices.list(undefined, { signal }),
    refetchInterval: SLOW_MS,
  });
}

export function useDevice(id: string): UseQueryResult<DeviceDetail> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['device', id],
    queryFn: ({ signal }) => engine.devices.get({ id }, { signal }),
    refetchInterval: SLOW_MS,
  });
}

export function useAlerts(): UseQueryResult<Alert[]> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => engine.alerts.list(undefined, { signal }),
    refetchInterval: SLOW_MS,
  });
}

export function useRules(): UseQueryResult<Rule[]> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => engine.alerts.rules(undefined, { signal }),
    refetchInterval: SLOW_MS,
  });
}

export function useExporters(): UseQueryResult<FlowExporter[]> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['exporters'],
    queryFn: ({ signal }) => engine.flows.exporters(undefined, { signal }),
    refetchInterval: 10_000,
  });
}

export function useSystemInfo(): UseQueryResult<SystemInfo> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['info'],
    queryFn: ({ signal }) => engine.system.info(undefined, { signal }),
    staleTime: SLOW_MS,
  });
}

export function useHealth(): UseQueryResult<EngineHealth> {
  const engine = useEngine();
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => engine.system.health(undefined, { signal }),
    refetchInterval: 10_000,
  });
}
