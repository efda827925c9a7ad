// A device's alerts as marks for the time axes of its graphs.
import { useCallback } from 'react';
import type { Alert } from '../../../shared/contract/index.ts';
import type { ChartMark } from '../../charts/overlay.ts';
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

export function useMarks(deviceId: string): readonly ChartMark[] {
  const pick = useCallback((alerts: Alert[]) => marksOf(alerts, deviceId), [deviceId]);
  return useDeviceAlerts(deviceId, pick).data ?? NONE;
}
