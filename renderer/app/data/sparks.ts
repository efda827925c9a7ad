// A line of the last hour for each device of a list: one request a kind of device, however many rows.
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { DeviceKind, DeviceSummary, Graph } from '../../../shared/contract/index.ts';
import { formatDurationMs } from '../../../shared/model/duration.ts';
import type { Unit } from '../../../shared/units/index.ts';
import { SPARK_QUERIES } from '../../panels/network.ts';
import { lookbackMsFor } from '../../panels/step.ts';
import { deviceOf } from '../../panels/selector.ts';
import { useConnection } from '../connection/context.tsx';

const MINUTE = 60_000;
const SPAN_MS = 60 * MINUTE;
const KINDS: readonly DeviceKind[] = Object.keys(SPARK_QUERIES) as DeviceKind[];

export const SPARK_WORDS: Readonly<
  Record<DeviceKind, { readonly what: string; readonly unit: Unit; readonly max?: number }>
> = {
  host: { what: 'CPU', unit: 'percent', max: 100 },
  router: { what: 'CPU', unit: 'percent', max: 100 },
  target: { what: 'Scrape', unit: 'seconds' },
  exporter: { what: 'Traffic', unit: 'bps' },
  edge: { what: 'CPU', unit: 'percent', max: 100 },
  headend: { what: 'CPU', unit: 'percent', max: 100 },
  client: { what: 'Sent', unit: 'bps' },
  sender: { what: 'Samples', unit: 'perSecond' },
  docker: { what: 'CPU', unit: 'percent', max: 100 },
};

export type Sparks = ReadonlyMap<string, readonly (number | null)[]>;

export function useSparks(devices: readonly DeviceSummary[]): Sparks {
  const connection = useConnection();
  // One function for one list: a new one each time would make a new map, and every row would be drawn again.
  const combine = useCallback(
    (results: readonly UseQueryResult<Graph>[]): Sparks => {
      const sparks = new Map<string, readonly (number | null)[]>();
      results.forEach((result, index) => {
        const ofKind = devices.filter((device) => device.kind === KINDS[index]);
        for (const series of result.data?.series ?? []) {
          const device = deviceOf(ofKind, series.labels);
          if (device === undefined) continue;
          const known = sparks.get(device.id);
          if (known === undefined) sparks.set(device.id, series.values);
          // What it carried under its former name comes before.
          else if (device.formerNames !== undefined) {
            sparks.set(
              device.id,
              known.map((value, step) => value ?? series.values[step] ?? null),
            );
          }
        }
      });
      return sparks;
    },
    [devices],
  );
  return useQueries({
    queries: KINDS.map((kind) => {
      const ofKind = devices.filter((device) => device.kind === kind && device.selector !== '');
      const longest = ofKind.reduce((most, device) => Math.max(most, device.intervalMs), 15_000);
      const query = SPARK_QUERIES[kind](formatDurationMs(Math.max(MINUTE, Math.ceil((4 * longest) / MINUTE) * MINUTE)));
      return {
        queryKey: ['graph', 'sparks', query],
        enabled: ofKind.length > 0,
        placeholderData: keepPreviousData,
        refetchInterval: MINUTE / 2,
        queryFn: ({ signal }: { signal: AbortSignal }) => {
          const endMs = Math.floor(connection.now() / MINUTE) * MINUTE;
          return connection.client.metrics.range(
            { query, startMs: endMs - SPAN_MS, endMs, stepMs: MINUTE, lookbackMs: lookbackMsFor(MINUTE, longest) },
            { signal },
          );
        },
      };
    }),
    combine,
  });
}
