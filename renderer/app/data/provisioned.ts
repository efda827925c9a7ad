// Whether a device comes from the config file, and so is changed there.
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import { useSystemInfo } from './queries.ts';

/** This computer is there without a config file too: then there is nothing to change it in. */
export const isProvisioned = (device: Pick<DeviceSummary, 'kind' | 'provisioned'>, hasConfig: boolean): boolean =>
  device.provisioned && (device.kind !== 'host' || hasConfig);

export function useProvisioned(device: Pick<DeviceSummary, 'kind' | 'provisioned'>): boolean {
  const info = useSystemInfo();
  return isProvisioned(device, (info.data?.configFile ?? null) !== null);
}
