// The alerts of one device.
import type { ReactNode } from 'react';
import type { Alert } from '../../../shared/contract/index.ts';
import { Empty } from '../../components/states.tsx';
import { AlertList } from '../alerts/alert-list.tsx';

export function DeviceAlerts({ alerts }: { readonly alerts: readonly Alert[] }): ReactNode {
  if (alerts.length === 0)
    return <Empty text="No alert of this device is firing or pending, and none was resolved in the last 24 hours." />;
  return <AlertList alerts={alerts} devices={[]} />;
}
