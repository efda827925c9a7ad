// A device's page: how it is and why, then its graphs, interfaces, collectors and alerts.
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeviceDetail } from '../../../shared/contract/index.ts';
import { failureOf } from '../../app/data/failure.ts';
import { useAlerts, useDevice } from '../../app/data/queries.ts';
import { useWatch } from '../../app/data/use-watch.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { DeviceAlerts } from './alerts-tab.tsx';
import { CollectorsTab } from './collectors-tab.tsx';
import './device.css';
import { DeviceHeader } from './header.tsx';
import { InterfacesTab } from './interfaces-tab.tsx';
import { SummaryTab } from './summary-tab.tsx';
import type { DeviceTab } from './tabs.ts';

export function DeviceScreen(): ReactNode {
  const { deviceId } = useParams({ from: '/devices/$deviceId' });
  const device = useDevice(deviceId);
  useWatch(device.data?.id);
  if (device.data !== undefined) return <DevicePage key={deviceId} device={device.data} />;
  return (
    <div className="lw-screen">
      {!device.isError && <Loading height={400} />}
      {device.isError &&
        (failureOf(device.error).code === 'NOT_FOUND' ? (
          <Empty text="There is no such device. It may have been removed.">
            <Link to="/devices" className="lw-link">
              All devices
            </Link>
          </Empty>
        ) : (
          <Failed
            what="This device could not be loaded"
            error={device.error}
            sinceMs={device.errorUpdatedAt}
            onRetry={() => void device.refetch()}
          />
        ))}
    </div>
  );
}

function DevicePage({ device }: { readonly device: DeviceDetail }): ReactNode {
  const search = useSearch({ from: '/devices/$deviceId' });
  const alerts = useAlerts();
  const own = (alerts.data ?? []).filter((alert) => alert.deviceId === device.id);
  const hasInterfaces = device.kind === 'router' || device.kind === 'host';
  const tabs: { id: DeviceTab; words: string; count?: number }[] = [
    { id: 'summary', words: 'Summary' },
    ...(hasInterfaces ? [{ id: 'interfaces' as const, words: 'Interfaces' }] : []),
    ...(device.collectors.length > 0 ? [{ id: 'collectors' as const, words: 'Collectors' }] : []),
    { id: 'alerts', words: 'Alerts', count: own.filter((alert) => alert.state !== 'resolved').length },
  ];
  const tab = tabs.find(({ id }) => id === search.tab)?.id ?? 'summary';
  return (
    <div className="lw-screen">
      <DeviceHeader device={device} />
      <Tabs label="Parts of this page" tabs={tabs} current={tab} />
      {tab === 'summary' && <SummaryTab device={device} />}
      {tab === 'interfaces' && <InterfacesTab device={device} open={search.open} />}
      {tab === 'collectors' && <CollectorsTab collectors={device.collectors} />}
      {tab === 'alerts' && <DeviceAlerts alerts={own} />}
    </div>
  );
}
