// A device's page: how it is and why, then its graphs, interfaces, collectors and alerts.
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ReactNode } from 'react';
import type { Alert, FlowExporter } from '../../../shared/contract/index.ts';
import { nameMatcher } from '../../../shared/model/device-selector.ts';
import { failureOf } from '../../app/data/failure.ts';
import { useDeviceAlerts, useExporters } from '../../app/data/queries.ts';
import { WatchedInterval, useWatch } from '../../app/data/use-watch.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { FlowScopeProvider, useScopeOf } from '../../components/who-was-that.tsx';
import { DeviceAlerts } from './alerts-tab.tsx';
import { CollectorsTab } from './collectors-tab.tsx';
import './device.css';
import { useDevicePart } from './device-part.ts';
import type { DevicePart } from './device-part.ts';
import { DeviceHeader } from './header.tsx';
import { InterfacesTab } from './interfaces-tab.tsx';
import { QueuesTab, useHasQueues } from './queues-tab.tsx';
import { SessionsTab, useSessionCount } from './sessions-tab.tsx';
import { SummaryTab } from './summary-tab.tsx';
import type { DeviceTab } from './tabs.ts';
import { TrafficTab } from './traffic-tab.tsx';

export function DeviceScreen(): ReactNode {
  const { deviceId } = useParams({ from: '/devices/$deviceId' });
  const device = useDevicePart(deviceId);
  const watchedMs = useWatch(device.data?.id);
  if (device.data !== undefined) {
    return (
      <WatchedInterval value={watchedMs}>
        <DevicePage key={deviceId} device={device.data} />
      </WatchedInterval>
    );
  }
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

const NO_ALERTS: readonly Alert[] = [];

/** Routers send the flows of a connection each minute as long as it lasts. */
const EXPORT_MS = 60_000;

function DevicePage({ device }: { readonly device: DevicePart }): ReactNode {
  const search = useSearch({ from: '/devices/$deviceId' });
  const { id: deviceId, kind, address } = device;
  const scope = useScopeOf(device);
  const own = useDeviceAlerts(deviceId).data ?? NO_ALERTS;
  // Flows that come from a polled router's address are the router's own: there is no exporter beside it.
  const pickSends = useCallback((all: FlowExporter[]) => all.some((one) => one.address === address), [address]);
  const hasFlows = (useExporters(pickSends).data === true && kind === 'router') || scope?.filter !== undefined;
  const sessions = useSessionCount(deviceId);
  const hasQueues = useHasQueues(device);
  const hasInterfaces = device.kind === 'router' || device.kind === 'host' || device.kind === 'edge';
  const tabs: { id: DeviceTab; words: string; count?: number }[] = [
    { id: 'summary', words: 'Summary' },
    ...(hasInterfaces ? [{ id: 'interfaces' as const, words: 'Interfaces' }] : []),
    ...(sessions === undefined ? [] : [{ id: 'sessions' as const, words: 'Sessions', count: sessions }]),
    ...(hasQueues ? [{ id: 'queues' as const, words: 'Queues' }] : []),
    ...(hasFlows ? [{ id: 'traffic' as const, words: 'Traffic' }] : []),
    ...(device.collectorCount > 0 ? [{ id: 'collectors' as const, words: 'Collectors' }] : []),
    { id: 'alerts', words: 'Alerts', count: own.filter((alert) => alert.state !== 'resolved').length },
  ];
  const tab = tabs.find(({ id }) => id === search.tab)?.id ?? 'summary';
  return (
    <FlowScopeProvider value={scope}>
      <div className="lw-screen">
        <DeviceHeader device={device} />
        <Tabs label="Parts of this page" tabs={tabs} current={tab} />
        {tab === 'summary' && (
          <SummaryTab
            id={device.id}
            kind={device.kind}
            type={device.type}
            selector={device.selector}
            address={device.address}
            intervalMs={device.intervalMs}
          />
        )}
        {tab === 'interfaces' && <InterfacesTab device={device} open={search.open} />}
        {tab === 'sessions' && <SessionsTab deviceId={device.id} open={search.open} />}
        {tab === 'queues' && <QueuesTab device={device} open={search.open} />}
        {tab === 'traffic' && (
          <TrafficTab
            deviceId={device.id}
            selector={nameMatcher('exporter', device.address, device.formerAddresses)}
            address={device.address}
            intervalMs={EXPORT_MS}
          />
        )}
        {tab === 'collectors' && <CollectorsTab device={device} />}
        {tab === 'alerts' && <DeviceAlerts alerts={own} />}
      </div>
    </FlowScopeProvider>
  );
}
