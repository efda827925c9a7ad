// A device's alerts, and what else happened to it, as marks for the time axes of its graphs.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Alert, DeviceEvents } from '../../../shared/contract/index.ts';
import type { ChartMark } from '../../charts/overlay.ts';
import { useConnection } from '../connection/context.tsx';
import { durationOf, rangeKey } from '../time-range/range.ts';
import { useRange } from '../time-range/use-range.ts';
import { useDeviceAlerts } from './queries.ts';

const NONE: readonly ChartMark[] = [];

/** Those that have fired, from then until they were resolved, the oldest first; pending ones may come to nothing. */
export const marksOf = (alerts: readonly Alert[], deviceId: string): ChartMark[] =>
  alerts
    .filter((alert) => alert.deviceId === deviceId && alert.firedAtMs !== null)
    .map((alert) => ({
      id: `${alert.fingerprint} ${alert.firedAtMs}`,
      fromMs: alert.firedAtMs ?? alert.activeAtMs,
      toMs: alert.resolvedAtMs,
      words: alert.annotations['summary'] ?? alert.name,
    }))
    .toSorted((a, b) => a.fromMs - b.fromMs);

export const eventMarks = (events: DeviceEvents): ChartMark[] =>
  events.map(({ atMs, kind, words }, place) => ({
    id: `${kind} ${atMs} ${place}`,
    fromMs: atMs,
    toMs: atMs,
    words,
  }));

const EVENTS_EVERY_MS = 15_000;

/** Of the shown range, the oldest first. */
export function useMarks(deviceId: string): readonly ChartMark[] {
  const connection = useConnection();
  const { range } = useRange();
  const pick = useCallback((alerts: Alert[]) => marksOf(alerts, deviceId), [deviceId]);
  const alerts = useDeviceAlerts(deviceId, pick).data ?? NONE;
  const events =
    useQuery({
      queryKey: ['device-events', deviceId, rangeKey(range)],
      queryFn: ({ signal }) => {
        const toMs = range.kind === 'between' ? range.toMs : connection.now();
        return connection.client.devices.events({ id: deviceId, fromMs: toMs - durationOf(range), toMs }, { signal });
      },
      refetchInterval: EVENTS_EVERY_MS,
      select: eventMarks,
    }).data ?? NONE;
  return useMemo(
    () => (events.length === 0 ? alerts : [...alerts, ...events].toSorted((a, b) => a.fromMs - b.fromMs)),
    [alerts, events],
  );
}
