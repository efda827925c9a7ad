// What a device's page follows of its device: all but what moves with every poll, which its readers follow themselves.
import type { UseQueryResult } from '@tanstack/react-query';
import type { CollectorState, DeviceDetail } from '../../../shared/contract/index.ts';
import { useDevice } from '../../app/data/queries.ts';

export type DevicePart = Omit<DeviceDetail, 'lastSeenMs' | 'lastTelemetryMs' | 'collectors'> & {
  readonly collectorCount: number;
};

const partOf = ({ lastSeenMs: _seen, lastTelemetryMs: _told, collectors, ...device }: DeviceDetail): DevicePart => ({
  ...device,
  collectorCount: collectors.length,
});
const seenOf = (device: DeviceDetail): number | null => device.lastSeenMs;
const collectorsOf = (device: DeviceDetail): CollectorState[] => device.collectors;

export const useDevicePart = (id: string): UseQueryResult<DevicePart> => useDevice(id, partOf);
export const useLastSeen = (id: string): number | null => useDevice(id, seenOf).data ?? null;
export const useCollectors = (id: string): readonly CollectorState[] | undefined => useDevice(id, collectorsOf).data;
