// The first screen: how the network is in one sentence, what it carries, and what needs a look.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { Alert, DeviceState, DeviceSummary } from '../../../shared/contract/index.ts';
import { useAlerts, useDevices, useSystemInfo } from '../../app/data/queries.ts';
import { useSparks } from '../../app/data/sparks.ts';
import { DeviceSpark } from '../../components/device-spark.tsx';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { AlertState, STATE_WORDS, StatusMark } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { hostNetwork } from '../../panels/host.ts';
import { deviceName } from '../../panels/device-name.ts';
import { networkTraffic } from '../../panels/network.ts';
import { FirstStart } from './first-start.tsx';
import './overview.css';
import { alertWords, countStates, needingALook, overviewSentence } from './sentence.ts';
import { Now, Totals } from './totals.tsx';

const STATES: readonly DeviceState[] = ['online', 'degraded', 'offline', 'unknown'];

export function OverviewScreen(): ReactNode {
  const devices = useDevices();
  const info = useSystemInfo();
  const alerts = useAlerts();
  if (devices.data === undefined) {
    return (
      <div className="lw-screen">
        {devices.isError ? (
          <Failed
            what="The devices could not be loaded"
            error={devices.error}
            sinceMs={devices.errorUpdatedAt}
            onRetry={() => void devices.refetch()}
          />
        ) : (
          <Loading height={400} />
        )}
      </div>
    );
  }
  const host =
    devices.data.find((device) => device.id === info.data?.hostDeviceId) ??
    devices.data.find((device) => device.kind === 'host');
  if (devices.data.every((device) => device.id === host?.id)) return <FirstStart host={host} info={info.data} />;
  return <Network devices={devices.data} host={host} alerts={alerts.data ?? []} />;
}

type Props = {
  readonly devices: readonly DeviceSummary[];
  readonly host: DeviceSummary | undefined;
  readonly alerts: readonly Alert[];
};

function Network({ devices, host, alerts }: Props): ReactNode {
  const hostTraffic = useMemo(() => hostNetwork(host?.selector ?? ''), [host?.selector]);
  const counts = countStates(devices);
  const routers = devices.filter((device) => device.kind === 'router');
  const routerInterval = routers.reduce((most, router) => Math.max(most, router.intervalMs), 0);
  const active = alerts.filter((alert) => alert.state !== 'resolved');
  return (
    <div className="lw-screen">
      <section className="lw-sentence" aria-label="Summary">
        <h1 data-testid="overview-sentence">{overviewSentence(counts, alerts)}</h1>
        <div className="lw-counts">
          {STATES.filter((state) => counts[state] > 0 || state === 'online').map((state) => (
            <span key={state} className="lw-row lw-nowrap" data-testid={`count-${state}`}>
              <StatusMark state={state} silent />
              {counts[state]} {STATE_WORDS[state].toLowerCase()}
            </span>
          ))}
          <span data-testid="count-alerts">{alertWords(active)}</span>
          {routers.length > 0 ? (
            <Totals intervalMs={routerInterval} />
          ) : (
            host !== undefined &&
            host.selector !== '' && <Totals intervalMs={host.intervalMs} hostSelector={host.selector} />
          )}
          <Now />
        </div>
      </section>
      {routers.length > 0 ? (
        <GraphPanel panel={networkTraffic} intervalMs={routerInterval} height={240} />
      ) : (
        host !== undefined &&
        host.selector !== '' && <GraphPanel panel={hostTraffic} intervalMs={host.intervalMs} height={240} />
      )}
      <div className="lw-overview-lists">
        <NeedingALook devices={devices} />
        <ActiveAlerts alerts={active} devices={devices} />
      </div>
    </div>
  );
}

function NeedingALook({ devices }: { readonly devices: readonly DeviceSummary[] }): ReactNode {
  const needing = needingALook(devices);
  const sparks = useSparks(devices);
  return (
    <section className="lw-panel" aria-label="Devices needing a look" data-testid="needing-a-look">
      <div className="lw-panel-head">
        <h2>Devices needing a look</h2>
      </div>
      {needing.length === 0 && <p className="lw-dim">None. Everything that is watched answers.</p>}
      <ul>
        {needing.slice(0, 12).map((device) => (
          <li key={device.id}>
            <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="lw-look">
              <StatusMark state={device.state} />
              <span className="lw-look-text">
                <span className="lw-ellipsis" title={deviceName(device)}>
                  {deviceName(device)}
                </span>
                <span className="lw-dim lw-ellipsis" title={device.reason}>
                  {device.reason}
                </span>
              </span>
              <DeviceSpark device={device} sparks={sparks} withValue={false} />
              <span className="lw-num lw-dim lw-look-since">
                <Since atMs={device.stateSinceMs} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {needing.length > 12 && (
        <Link to="/devices" className="lw-link">
          and {needing.length - 12} more
        </Link>
      )}
    </section>
  );
}

type AlertsProps = { readonly alerts: readonly Alert[]; readonly devices: readonly DeviceSummary[] };

function ActiveAlerts({ alerts, devices }: AlertsProps): ReactNode {
  const sorted = alerts.toSorted((a, b) =>
    a.state === b.state ? b.activeAtMs - a.activeAtMs : a.state === 'firing' ? -1 : 1,
  );
  return (
    <section className="lw-panel" aria-label="Alerts" data-testid="overview-alerts">
      <div className="lw-panel-head">
        <h2>Alerts</h2>
        <Link to="/alerts" className="lw-link lw-label">
          All alerts
        </Link>
      </div>
      {sorted.length === 0 && <p className="lw-dim">None is firing or pending.</p>}
      <ul>
        {sorted.slice(0, 10).map((alert) => {
          const device = devices.find((one) => one.id === alert.deviceId);
          return (
            <li key={alert.fingerprint} className="lw-look">
              <span className="lw-look-text">
                <span className="lw-ellipsis" title={alert.annotations['summary'] ?? alert.name}>
                  {alert.annotations['summary'] ?? alert.name}
                </span>
                <span className="lw-dim lw-row">
                  <AlertState state={alert.state} />
                  {device !== undefined && (
                    <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="lw-link lw-ellipsis">
                      {deviceName(device)}
                    </Link>
                  )}
                </span>
              </span>
              <span className="lw-num lw-dim lw-look-since">
                <Since atMs={alert.activeAtMs} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
